"""Whole logs as files: lines as they are drawn, or an event a line as JSON."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from conductor_tui import eventline
from conductor_tui.cells import Look
from conductor_tui.facade import Facade
from conductor_tui.spans import UNLIMITED, plain
from engine.domain.event import Event

PAGE = 1000


def pages(facade: Facade, execution_id: str | None) -> Iterator[list[Event]]:
    """Yield all events of an execution, or of everything, oldest first."""
    last = 0
    while page := facade.events(last, execution_id=execution_id, limit=PAGE):
        yield page
        last = page[-1].id


def as_text(look: Look, *, with_execution: bool) -> Callable[[Event], str]:
    """Return what writes an event as it is drawn, but to its end."""
    return lambda event: plain(eventline.event_line(event, look, with_execution=with_execution, longest=UNLIMITED))


def as_json(event: Event) -> str:
    return msgspec.json.encode(event).decode()


def write(path: Path, facade: Facade, execution_id: str | None, line: Callable[[Event], str]) -> int:
    """Write a whole log; return how many lines it has.

    Raises:
        OSError: the file cannot be written.
    """
    amount = 0
    with path.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for page in pages(facade, execution_id):
            file.writelines(f"{line(one)}\n" for one in page)
            amount += len(page)
    return amount
