"""Tasks over time: a bar per task, with what earlier runs took behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from conductor_tui import cells
from conductor_tui.cells import Look
from conductor_tui.glyphs import operation_sign
from conductor_tui.pins import pin_of
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import MISSING, lasting, took
from conductor_tui.widgets.columns import Column, Row
from engine.domain.execution import Execution, OperationState
from engine.domain.past import Past
from engine.domain.taskgraph import Task

MARK_EVERY = 10
"""Cells that lie at least between two marks of the time line."""
STEPS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400)
"""Seconds between two marks: what is easily counted on."""
BESIDE = 22
"""Cells that the other columns take beside the names."""
SHORTEST_NAME, LONGEST_NAME = 22, 40
"""Cells that a name has at least and at most."""
_TONES = {
    OperationState.SUCCEEDED: Tone.GOOD,
    OperationState.FAILED: Tone.BAD,
    OperationState.STARTED: Tone.BUSY,
    OperationState.RESCHEDULED: Tone.WARN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of the time is shown."""

    begin: datetime
    length: timedelta
    cells: int

    def cell(self, moment: datetime) -> int:
        return int((moment - self.begin) / self.length * self.cells)


def window(execution: Execution, past: Past, now: datetime, width: int, *, zoom: int, pan: int) -> Window:
    """Return the part that `zoom` (1 is all) and `pan` (quarters of the part) choose."""
    begin = execution.started_at or execution.created_at
    end = execution.ended_at or now
    if execution.ended_at is None and past.whole is not None:
        end = max(end, begin + past.whole.median)
    whole = max(end - begin, timedelta(seconds=1))
    length = whole / zoom
    shift = min(length / 4 * pan, whole - length)
    return Window(begin=begin + shift, length=length, cells=max(8, width))


def name_cells(tasks: Sequence[Task], room: int) -> int:
    """Return how wide the names may be: as they need, but no more than a third of the room."""
    longest = max((len(cells.find_text(task.record)) + 4 for task in tasks), default=0)
    return max(SHORTEST_NAME, min(longest, LONGEST_NAME, room // 3))


def columns(shown: Window, execution: Execution, names: int) -> tuple[Column, ...]:
    """Return the columns; the last one's title is the time line."""
    return (
        Column("TASK", names, names),
        Column("TIME", 8, 8, is_right=True),
        Column("P50", 8, 8, is_right=True),
        Column(axis(shown, execution), shown.cells, shown.cells, grows=True),
    )


def axis(shown: Window, execution: Execution) -> str:
    """Return the marks of the time line at round times, counted from the start of the execution."""
    start = (shown.begin - (execution.started_at or execution.created_at)).total_seconds()
    cell = shown.length.total_seconds() / shown.cells
    step = next((one for one in STEPS if one >= cell * MARK_EVERY), STEPS[-1] * ceil(cell * MARK_EVERY / STEPS[-1]))
    line = ""
    for number in range(ceil(round(start / step, 6)), int((start + shown.length.total_seconds()) / step) + 1):
        line = line.ljust(round((number * step - start) / cell)) + _mark(number * step, step)
    return line[: shown.cells].rstrip()


def _mark(seconds: float, step: float) -> str:
    """Return one mark; those that are close together tell fractions of a second."""
    return lasting(timedelta(seconds=seconds)) if step >= 1 else f"{seconds:.{1 if step > 0.05 else 2}f} s"


def rows(tasks: Sequence[Task], past: Past, shown: Window, look: Look, pins: Collection[str] = ()) -> list[Row]:
    """Return one row per task that has started, and those to come after them; pinned ones before all."""
    begun = [task for task in tasks if task.started_at is not None]
    coming = [task for task in tasks if task.started_at is None]
    begun.sort(key=lambda task: task.started_at or look.now)
    together = sorted((*begun, *coming), key=lambda task: pin_of(task.record) not in pins)
    return [_row(task, past, shown, look, is_pinned=pin_of(task.record) in pins) for task in together]


def _row(task: Task, past: Past, shown: Window, look: Look, *, is_pinned: bool) -> Row:
    record, usual = task.record, past.tasks.get(task.key)
    sign = operation_sign(record.state, look.glyphs)
    pin = (Span(f"{look.glyphs.mark} ", Tone.KEY),) if is_pinned else ()
    time = _time(task, look.now)
    is_slow = time is not None and usual is not None and time > usual * 1.5 + timedelta(seconds=1)
    return Row(
        task.id,
        (
            (Span(f"{sign.glyph} ", sign.tone), *pin, span(cells.find_text(record))),
            (span(MISSING if time is None else took(time), Tone.WARN if is_slow else Tone.PLAIN),),
            (span(took(usual) if usual is not None else MISSING, Tone.DIM),),
            bar(task, usual, shown, look),
        ),
    )


def _time(task: Task, now: datetime) -> timedelta | None:
    if task.started_at is None:
        return None
    return (task.record.ended_at or now) - task.started_at


def bar(task: Task, usual: timedelta | None, shown: Window, look: Look) -> Line:
    """Return a task's line: what is usual in grey, each try in the colour of its end, waiting between them."""
    if task.started_at is None:
        return ()
    drawn = [(" ", Tone.PLAIN)] * shown.cells
    glyphs = look.glyphs
    if usual is not None:
        _fill(drawn, shown, task.started_at, task.started_at + usual, (glyphs.empty, Tone.DIM))
    last = task.record.ended_at or look.now
    _fill(drawn, shown, task.started_at, last, ("-", Tone.WARN))
    for one in task.tries:
        if one.started_at is not None:
            tone = _TONES.get(one.state, Tone.DIM)
            _fill(drawn, shown, one.started_at, one.ended_at or look.now, (glyphs.full, tone))
    return _spans(drawn)


def _fill(drawn: list[tuple[str, Tone]], shown: Window, begin: datetime, end: datetime, cell: tuple[str, Tone]) -> None:
    first, last = shown.cell(begin), max(shown.cell(begin) + 1, shown.cell(end))
    for place in range(max(0, first), min(len(drawn), last)):
        drawn[place] = cell


def _spans(drawn: Sequence[tuple[str, Tone]]) -> Line:
    made: list[Span] = []
    for text, tone in drawn:
        if made and made[-1].tone is tone:
            made[-1] = Span(made[-1].text + text, tone)
        else:
            made.append(Span(text, tone))
    return tuple(made)


def told(past: Past, zoom: int) -> str:
    """Return the title of the time line."""
    usual = f"p50 of {past.whole.count} good runs in grey" if past.whole else "no good run before"
    return f"Time line  {usual}" + (f"  {zoom} times closer" if zoom > 1 else "")
