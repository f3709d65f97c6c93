"""The right to write: a lock of the kernel that serves writers in turn, and how long anybody waits for it."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread


class Turn:
    """A turn at the gate; whoever is asked to wait too long goes away, and nobody behind him notices."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._taken = Event()
        self._lock = Lock()
        self._is_given_up = False

    def take(self, patience: float) -> bool:
        """Wait for the turn; False means that nobody had one for so many seconds, and that nothing is held."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Thread(target=self._queue, name="gate", daemon=True).start()  # flock itself has no time limit
            if not self._await(patience):
                return False
        with suppress(OSError):  # a disk that is full or dying says so at the write itself
            os.utime(self._descriptor)  # those who wait see that it goes on
        return True

    def _await(self, patience: float) -> bool:
        seen = self._last_turn()
        while not self._taken.wait(patience):
            before, seen = seen, self._last_turn()
            if seen == before:
                return not self._give_up()
        return True

    def _last_turn(self) -> int:
        return os.fstat(self._descriptor).st_mtime_ns

    def end(self) -> None:
        """Let the next one in."""
        os.close(self._descriptor)

    def _queue(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._lock:
            self._taken.set()
            if self._is_given_up:
                os.close(self._descriptor)

    def _give_up(self) -> bool:
        with self._lock:
            self._is_given_up = not self._taken.is_set()
            return self._is_given_up
