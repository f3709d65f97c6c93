"""Whether the execution was asked to stop, and who is told when it is."""

from queue import SimpleQueue
from threading import Lock

from engine.domain.execution import CancelKind


class CancelFlag:
    """Set once or harder; everybody who waits for something has a queue here that is woken with None."""

    def __init__(self) -> None:
        self.kind: CancelKind | None = None
        self._lock = Lock()
        self._waiting: list[SimpleQueue[object]] = []

    @property
    def is_set(self) -> bool:
        return self.kind is not None

    @property
    def is_forced(self) -> bool:
        """Return whether not even the running operations are waited for."""
        return self.kind in {CancelKind.FORCE, CancelKind.KILL}

    def set(self, kind: CancelKind) -> None:
        """Ask to stop."""
        with self._lock:
            self.kind = kind
            for queue in self._waiting:
                queue.put(None)

    def wake(self, queue: "SimpleQueue[object]") -> None:
        """Put None into the queue when the execution is asked to stop, or has been."""
        with self._lock:
            self._waiting.append(queue)
            if self.kind is not None:
                queue.put(None)

    def leave(self, queue: "SimpleQueue[object]") -> None:
        with self._lock:
            self._waiting.remove(queue)
