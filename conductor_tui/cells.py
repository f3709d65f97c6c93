"""What is told of one value in a few characters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from conductor_tui.glyphs import UNICODE, Glyphs, Sign, status_sign
from conductor_tui.keys import PLAIN, Keymap
from conductor_tui.spans import Line, Span, Tone
from conductor_tui.times import MISSING, lasting, took
from engine.domain.admission import Blocker, Rule
from engine.domain.execution import Execution, OperationRecord
from engine.domain.view import DeploymentRow

SYSTEM = "SYSTEM"
"""Stands where a deployment's name would, for a system-wide execution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every cell depends on beside its value."""

    now: datetime
    zone: tzinfo | None = None
    """None is the machine's own."""
    glyphs: Glyphs = UNICODE
    keymap: Keymap = PLAIN


def deployment_sign(row: DeploymentRow, glyphs: Glyphs) -> Sign:
    """Return what a deployment is doing, or how its last execution ended."""
    if row.running:
        return Sign(glyphs.running, "running", Tone.BUSY)
    if row.queued:
        return Sign(glyphs.queued, "queued", Tone.WAIT)
    if row.latest is None:
        return Sign(glyphs.idle, "new", Tone.DIM)
    sign = status_sign(row.latest.status, glyphs)
    return Sign(sign.glyph, "ok", sign.tone) if sign.word == "completed" else sign


def short(id: str) -> str:
    """Return the first characters of an execution's id, which are enough to name it."""
    return id[:8]


def first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def operation_name(name: str) -> str:
    """Return the last part of an operation's full name."""
    return name.rpartition(".")[2] or name


def operations(execution: Execution) -> str:
    """Return finished of total operations; empty before the task graph is known."""
    if execution.total_operations is None:
        return MISSING
    return f"{execution.finished_operations or 0}/{execution.total_operations}"


def share_done(execution: Execution) -> float | None:
    """Return the finished part, 0 to 1; None before the task graph is known."""
    if not execution.total_operations:
        return None
    return min(1.0, (execution.finished_operations or 0) / execution.total_operations)


def bar(execution: Execution, cells: int, glyphs: Glyphs) -> Line:
    """Return a bar of `cells` cells with its percentage."""
    share = share_done(execution)
    if share is None:
        return (Span(glyphs.empty * cells, Tone.DIM), Span("   ?%"))
    halves = int(share * cells * 2)
    full, half = divmod(halves, 2)
    rest = cells - full - half
    return (
        Span(glyphs.full * full + glyphs.half * half, Tone.BUSY),
        Span(glyphs.empty * rest, Tone.DIM),
        Span(f" {int(share * 100):3}%"),
    )


def duration(execution: Execution, now: datetime) -> str:
    """Return how long it runs or ran; nothing before it started."""
    if execution.started_at is None:
        return MISSING
    if execution.ended_at is None:
        return lasting(now - execution.started_at)
    return took(execution.ended_at - execution.started_at)


def operation_time(record: OperationRecord, now: datetime) -> str:
    if record.started_at is None:
        return MISSING
    if record.ended_at is None:
        return lasting(now - record.started_at)
    return took(record.ended_at - record.started_at)


def find_text(record: OperationRecord) -> str:
    """Return what the log's lines about an operation contain."""
    name = operation_name(record.name)
    return f"{record.node_instance_id}.{name}" if record.node_instance_id else name


def tries(record: OperationRecord) -> str:
    if record.max_retries < 0:
        return str(record.retry + 1)
    return f"{record.retry + 1}/{record.max_retries + 1}"


_BLOCKED = {
    Rule.SYSTEM_WIDE: "behind system-wide",
    Rule.DEPLOYMENT: "same deployment",
    Rule.IDLE: "needs an idle engine",
    Rule.CAPACITY: "no free place",
    Rule.GROUP: "no free place in its group",
}


def blocked_by(blockers: Sequence[Blocker]) -> str:
    """Return in a few words what holds an execution back."""
    if not blockers:
        return "nothing: it starts now"
    first = blockers[0]
    if not first.execution_id:
        return first.sentence
    more = f" and {len(blockers) - 1} more" if len(blockers) > 1 else ""
    return f"{_BLOCKED[first.rule]} < {short(first.execution_id)} {first.workflow_id}{more}"
