"""Schedules as lines and command lines: coming runs with their marks, past decisions."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from shlex import quote
from zoneinfo import ZoneInfo

from conductor_tui.spans import Line, Span, Tone, safe, span
from conductor_tui.widgets.columns import Row
from engine.domain.json import JsonObject
from engine.domain.preview import PreviewLine
from engine.domain.schedule import Disposition, Occurrence
from engine.domain.schedulepolicy import Overlap
from engine.domain.schedulerequest import ScheduleRequest

_TONES = {Disposition.FIRED: Tone.GOOD, Disposition.QUEUED: Tone.GOOD, Disposition.ERROR: Tone.BAD}


def local(moment: datetime, zone: str) -> str:
    """Return a moment as the zone's clock shows it, such as `Fri 30 Oct 2026 22:00 CET`."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{here:%a} {here.day:2} {here:%b %Y %H:%M %Z}"


def preview_lines(found: Sequence[PreviewLine], rule: str) -> list[Line]:
    """Return the coming runs, in local time and UTC, with what is special about them."""
    head: Line = (span("Next runs  ", Tone.KEY), span(safe(rule, 90), Tone.DIM))
    if not found:
        return [head, (span("  it would never run", Tone.WARN),)]
    return [head, *(_preview_line(number, one) for number, one in enumerate(found, 1))]


def _preview_line(number: int, one: PreviewLine) -> Line:
    times = f"{number:3}  {local(one.occurrence, one.zone)}  {one.occurrence.astimezone(UTC):%d %b %H:%M}Z"
    note: tuple[Span, ...] = (span(f"  {safe(one.note, 60)}", Tone.WARN),) if one.note else ()
    return (span(times), *note)


def preview_row(number: int, one: PreviewLine) -> Row:
    cells = (str(number), local(one.occurrence, one.zone), f"{one.occurrence.astimezone(UTC):%d %b %H:%M}Z", one.note)
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


def create_command(request: ScheduleRequest, values: JsonObject) -> str:
    """Return the command line that makes the same schedule."""
    timing = request.timing
    parts = ["conductor deployments schedule create", quote(request.deployment_id), quote(request.workflow_id)]
    parts += ["-n", quote(request.id)] if request.id else []
    parts += ["--when", quote(timing.when)] if timing.when else []
    parts += ["--rrule", quote(timing.rrule)] if timing.rrule else []
    parts += ["-s", quote(timing.since)] if timing.since else []
    parts += ["-c", str(timing.count)] if timing.count is not None and timing.when else []
    parts += ["--tz", quote(timing.timezone)] if timing.timezone else []
    overlap = request.policies.overlap if request.policies else Overlap.SKIP
    parts += ["--overlap", overlap.value] if overlap is not Overlap.SKIP else []
    parts += ["-p", quote(json.dumps(values, ensure_ascii=False))] if values else []
    return " ".join(parts)
