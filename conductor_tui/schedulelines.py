"""Schedules as lines and command lines: coming runs with their marks, past decisions."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import zip_longest
from zoneinfo import ZoneInfo

from conductor_tui.glyphs import Glyphs
from conductor_tui.spans import Line, Tone, safe, span
from conductor_tui.widgets.columns import Row
from engine.domain.daylight import Mark
from engine.domain.preview import PreviewLine
from engine.domain.schedule import Disposition, Occurrence

_TONES = {Disposition.FIRED: Tone.GOOD, Disposition.QUEUED: Tone.GOOD, Disposition.ERROR: Tone.BAD}


def local(moment: datetime, zone: str) -> str:
    """Return a moment as the zone's clock shows it, such as `Fri 30 Oct 2026 22:00 CET`."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{here:%a} {here.day:2} {here:%b %Y %H:%M %Z}"


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
