"""The line that says how far an upload is, for those who have waited a second for it."""

from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from conductor_tui.cli.output import Output

if TYPE_CHECKING:
    from engine.domain.upload import Progress

PATIENCE = 1.0
"""Seconds before anything is shown."""
EVERY = 0.2
"""Seconds between two looks."""


class ProgressLine:
    """Shows the latest progress on a terminal while the block runs, and takes it away at its end."""

    def __init__(self, out: Output, *, patience: float = PATIENCE) -> None:
        self._out, self._patience = out, patience
        self._latest: Progress | None = None
        self._done = Event()
        self._thread = Thread(target=self._show, name="progress", daemon=True)

    def watch(self, progress: "Progress") -> None:
        self._latest = progress

    def __enter__(self) -> Self:
        if self._out.is_talk_terminal:
            self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def _show(self) -> None:
        if self._done.wait(self._patience):
            return
        while not self._done.wait(EVERY):
            if self._latest is not None:
                self._out.flash(sentence(self._latest))
        self._out.flash("")


def sentence(progress: "Progress") -> str:
    """Return what is shown: the state, and what has been read by then."""
    if not progress.files:
        return f"{progress.state} …"
    files = "1 file" if progress.files == 1 else f"{progress.files:,} files"
    return f"{progress.state} … {files}, {progress.size / 2**20:.1f} MiB"
