"""Whose line it is that was printed past Python's streams: of the only operation that runs, else of the execution."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from engine.domain.event import Level
from engine.runtime.descriptors import Ear
from engine.runtime.loglines import LogSink

Hear = Callable[[Callable[[str], None]], AbstractContextManager[Ear | None]]
"""How a worker listens to what is printed past Python's streams, if it does."""


def deaf(_say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Hear nothing: the process is not the worker's own."""
    return nullcontext()


class Speakers:
    """The operations whose code runs in a thread of the worker now."""

    def __init__(self, whole: LogSink) -> None:
        self._whole = whole
        self._lock = Lock()
        self._sinks: list[LogSink] = []
        self._ear: Ear | None = None

    @contextmanager
    def heard(self, hear: Hear) -> Iterator[None]:
        """Store what is heard."""
        with hear(self._say) as self._ear:
            try:
                yield
            finally:
                self._ear = None

    @contextmanager
    def speaking(self, sink: LogSink) -> Iterator[None]:
        """Let an operation count as running; what it has printed is stored before it has ended."""
        self._listen(is_last=False)
        with self._lock:
            self._sinks.append(sink)
        try:
            yield
        finally:
            self._listen(is_last=self._only() is sink)
            with self._lock:
                self._sinks.remove(sink)

    def _listen(self, *, is_last: bool) -> None:
        if (ear := self._ear) is not None:
            ear.listen(is_last=is_last)

    def _only(self) -> LogSink | None:
        with self._lock:
            return self._sinks[0] if len(self._sinks) == 1 else None

    def _say(self, line: str) -> None:
        if (only := self._only()) is None:
            self._whole.line(Level.INFO, line)
        else:
            only.line(Level.INFO, f"<out> {line}")
