"""Schedules as lines and command lines: coming runs with their marks, past decisions."""

from calendar import Calendar
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from conductor_tui.glyphs import Glyphs
from conductor_tui.spans import Line, Tone, safe, span
from conductor_tui.widgets.columns import Row
from engine.domain.daylight import Mark, Repeat
from engine.domain.preview import PreviewLine
from engine.domain.recurrence import Rule
from engine.domain.schedule import SYSTEM, Disposition, Occurrence

MOST_CHECKS = 2
"""How many collisions, and closures, are told of."""
_TONES = {Disposition.FIRED: Tone.GOOD, Disposition.QUEUED: Tone.GOOD, Disposition.ERROR: Tone.BAD}


def local(moment: datetime, zone: str) -> str:
    """Return a moment as the zone's clock shows it, such as `Fri 30 Oct 2026 22:00 CET`."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{here:%a} {here.day:2} {here:%b %Y %H:%M %Z}"


def preview_lines(found: Sequence[PreviewLine], rule: str, *, most: int, glyphs: Glyphs) -> list[Line]:
    """Return the coming runs, in local time and UTC, with what is special about them."""
    head: Line = (span("Next runs  ", Tone.KEY), span(safe(rule, 90), Tone.DIM))
    if not found:
        return [head, (span("  it would never run", Tone.WARN),)]
    lines = [head, *(_preview_line(number, one, glyphs) for number, one in enumerate(found[:most], 1))]
    rest = len(found) - most
    return [*lines, (span(f"     … {rest} more are looked at", Tone.DIM),)] if rest > 0 else lines


def _preview_line(number: int, one: PreviewLine, glyphs: Glyphs) -> Line:
    times = f"{number:3}  {local(one.occurrence, one.zone)}  {one.occurrence.astimezone(UTC):%d %b %H:%M}Z"
    return (span(times), span(f"  {safe(signed(one, glyphs), 60)}", Tone.WARN)) if one.note else (span(times),)


def signed(one: PreviewLine, glyphs: Glyphs) -> str:
    """Return what is special about a coming run, behind its sign: the clock's change, or a conflict."""
    if not one.note:
        return ""
    return f"{glyphs.change if one.mark else glyphs.warn} {one.note}"


def preview_row(number: int, one: PreviewLine, glyphs: Glyphs) -> Row:
    utc = f"{one.occurrence.astimezone(UTC):%d %b %H:%M}Z"
    cells = (str(number), local(one.occurrence, one.zone), utc, signed(one, glyphs))
    return Row(f"next {number}", tuple((span(safe(cell, 200)),) for cell in cells))


def history_row(one: Occurrence, zone: str) -> Row:
    decision = one.disposition.replace("_", " ") + (f" ×{one.covered}" if one.covered > 1 else "")
    return Row(
        one.occurrence.isoformat(),
        (
            (span(local(one.occurrence, zone)),),
            (span(decision, _TONES.get(one.disposition, Tone.WARN)),),
            (span(safe((one.execution_id or "--")[:8])),),
            (span(safe(one.reason, 200), Tone.DIM),),
        ),
    )


def checks(found: Sequence[PreviewLine], rule: Rule, glyphs: Glyphs) -> list[Line]:
    """Return what a look at all coming runs finds: collisions, closures, changes of the clock."""
    told = [*_collisions(found, glyphs), *_closures(found, glyphs), *_changes(found, rule, glyphs)]
    return [(span(safe(text, 200), Tone.WARN),) for text in told]


def _collisions(found: Sequence[PreviewLine], glyphs: Glyphs) -> Iterator[str]:
    counted = Counter(name for one in found for name in one.collides_with)
    for name, count in counted.most_common(MOST_CHECKS):
        kind = " (system-wide)" if name.startswith(f"{SYSTEM}/") else ""
        runs = "run starts" if count == 1 else "runs start"
        yield f"{glyphs.warn} {name}{kind}: {count} of {len(found)} {runs} while it may run too, and would wait"


def _closures(found: Sequence[PreviewLine], glyphs: Glyphs) -> Iterator[str]:
    for name, count in Counter(one.closed_by for one in found if one.closed_by).most_common(MOST_CHECKS):
        yield f"{glyphs.warn} calendar {name}: {count} of {len(found)} runs would be skipped"


def _changes(found: Sequence[PreviewLine], rule: Rule, glyphs: Glyphs) -> Iterator[str]:
    for one in found:
        day = f"{one.occurrence.astimezone(ZoneInfo(one.zone)):%d %b %Y %H:%M %Z}"
        if one.mark is Mark.REPEAT:
            passes = {Repeat.FIRST: "in the first pass", Repeat.SECOND: "in the second pass", Repeat.BOTH: "both times"}
            yield f"{glyphs.change} {day} comes twice: it runs {passes[rule.repeat]}"
        elif one.mark is Mark.GAP:
            yield f"{glyphs.change} the time does not exist on that day: it runs at {day}"


def months(found: Sequence[PreviewLine], first: date, count: int, glyphs: Glyphs) -> list[Line]:
    """Return months side by side; a day with a run has a sign behind it: what is special about it, else a dot."""
    signs = {one.occurrence.astimezone(ZoneInfo(one.zone)).date(): _day_sign(one, glyphs) for one in reversed(found)}
    blocks = [
        _month(date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1), signs)
        for n in range(count)
    ]
    return [(span("  ".join(row), Tone.PLAIN),) for row in zip_longest(*blocks, fillvalue=" " * 21)]


def _day_sign(one: PreviewLine, glyphs: Glyphs) -> str:
    if one.mark in (Mark.GAP, Mark.REPEAT):
        return glyphs.change
    return glyphs.warn if one.collides_with or one.closed_by else glyphs.dot


def _month(first: date, signs: Mapping[date, str]) -> list[str]:
    weeks = [
        "".join(f"{day.day:2}{signs.get(day, ' ')}" if day.month == first.month else "   " for day in week)
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    return [f"{first:%B %Y}".ljust(21), "Mo Tu We Th Fr Sa Su ", *weeks]
