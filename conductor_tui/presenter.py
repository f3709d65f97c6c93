"""From values to cells: what each listing shows of each row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from conductor_tui.glyphs import UNICODE, Glyphs, Sign, instance_sign, operation_sign, status_sign
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import MISSING, age, clock, lasting, took, when
from conductor_tui.widgets.columns import Column, Row
from engine.domain.admission import Blocker, Rule
from engine.domain.event import Event, EventType, Level
from engine.domain.execution import Execution, OperationRecord, OperationState
from engine.domain.view import BlueprintRow, DeploymentRow, InstanceRow, QueueRow, ScheduleRow

SYSTEM = "SYSTEM"
"""Stands where a deployment's name would, for a system-wide execution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every cell depends on beside its value."""

    now: datetime
    zone: tzinfo | None = None
    """None is the machine's own."""
    glyphs: Glyphs = UNICODE


DEPLOYMENTS = (
    Column("NAME", 10, 32, grows=True),
    Column("STATE", 10, 18),
    Column("LAST RUN", 12, 20, rank=2),
    Column("INST", 5, 9, is_right=True, rank=4),
    Column("NEXT", 8, 12, rank=3),
)
DEPLOYMENTS_WIDE = (
    Column("NAME", 10, 40, grows=True),
    Column("BLUEPRINT", 10, 28, rank=3),
    Column("STATE", 10, 18),
    Column("LAST RUN", 12, 24, rank=1),
    Column("INSTANCES", 9, 9, is_right=True, rank=2),
    Column("NEXT", 8, 12, rank=2),
    Column("CREATED", 9, 12, rank=4),
)
RUNNING = (
    Column("ID", 8, 8),
    Column("DEPLOYMENT", 8, 20, grows=True),
    Column("WORKFLOW", 8, 18),
    Column("PROGRESS", 17, 17, rank=2),
    Column("OPS", 5, 9, is_right=True, rank=1),
    Column("ELAPSED", 7, 8, is_right=True),
)
QUEUE = (
    Column("#", 2, 4, is_right=True),
    Column("ID", 8, 8, rank=1),
    Column("WHAT", 14, 28),
    Column("WAIT", 5, 8, is_right=True),
    Column("BLOCKED BY", 28, 60, grows=True),
)
SCHEDULES = (
    Column("NEXT", 8, 12),
    Column("IN", 6, 8, is_right=True, rank=1),
    Column("DEPLOYMENT", 8, 24),
    Column("WORKFLOW", 8, 18),
    Column("SCHEDULE", 8, 22, rank=2),
    Column("RULE", 10, 40, rank=3, grows=True),
    Column("LAST", 8, 11, rank=4),
)
EXECUTIONS = (
    Column("ID", 8, 8),
    Column("DEPLOYMENT", 8, 24),
    Column("WORKFLOW", 8, 22),
    Column("STATUS", 11, 18),
    Column("OPS", 5, 11, is_right=True, rank=3),
    Column("STARTED", 8, 12, rank=1),
    Column("TOOK", 6, 8, is_right=True, rank=1),
    Column("BY", 4, 20, rank=4),
    Column("ERROR", 10, 80, rank=2, grows=True),
)
OPERATIONS = (
    Column("STATE", 9, 10),
    Column("OPERATION", 10, 34),
    Column("NODE INSTANCE", 10, 30),
    Column("TRY", 3, 5, is_right=True, rank=2),
    Column("TIME", 6, 8, is_right=True),
    Column("ERROR", 8, 200, rank=1, grows=True),
)
INSTANCES = (
    Column("NODE INSTANCE", 12, 30),
    Column("STATE", 10, 16),
    Column("TYPE", 10, 34, rank=2),
    Column("HOST", 6, 22, rank=3),
    Column("RUNTIME PROPERTIES", 10, 200, rank=1, grows=True),
)
BLUEPRINTS = (
    Column("NAME", 10, 32),
    Column("MAIN FILE", 10, 30, rank=3),
    Column("NODES", 5, 6, is_right=True, rank=2),
    Column("DEPLOYMENTS", 11, 11, is_right=True, rank=1),
    Column("UPLOADED", 8, 12, rank=4),
    Column("DESCRIPTION", 10, 200, rank=2, grows=True),
)
FACTS = (Column("NAME", 10, 34), Column("VALUE", 10, 400, grows=True))


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


def deployment_row(row: DeploymentRow, look: Look) -> Row:
    return Row(
        row.id,
        (
            _one(row.id),
            _sign(deployment_sign(row, look.glyphs)),
            _last_run(row.latest, look),
            _one(f"{row.started_instances}/{row.instances}"),
            _when(row.next_run, look),
        ),
    )


def wide_deployment_row(row: DeploymentRow, look: Look) -> Row:
    name, state, last, instances, following = deployment_row(row, look).cells
    blueprint = _one(row.blueprint_id, Tone.DIM)
    return Row(row.id, (name, blueprint, state, last, instances, following, _when(row.created_at, look)))


def running_row(execution: Execution, look: Look) -> Row:
    sign = status_sign(execution.status, look.glyphs)
    workflow = span(execution.workflow_id, Tone.WARN if sign.tone is Tone.WARN else Tone.PLAIN)
    return Row(
        execution.id,
        (
            _one(short(execution.id), sign.tone),
            _one(execution.deployment_id or SYSTEM),
            (workflow, *((span(f" {sign.word}", Tone.WARN),) if sign.tone is Tone.WARN else ())),
            bar(execution, 12, look.glyphs),
            _one(operations(execution)),
            _one(lasting(look.now - (execution.started_at or execution.created_at))),
        ),
    )


def ended_row(execution: Execution, look: Look) -> Row:
    """Return an execution that ended, in the columns of the running ones."""
    sign = status_sign(execution.status, look.glyphs)
    ended = execution.ended_at or execution.created_at
    return Row(
        execution.id,
        (
            _one(short(execution.id), Tone.DIM),
            _one(execution.deployment_id or SYSTEM, Tone.DIM),
            _one(execution.workflow_id, Tone.DIM),
            (*_sign(sign), span(f" {age(look.now - ended)}", Tone.DIM)),
            _one(operations(execution), Tone.DIM),
            _one(duration(execution, look.now), Tone.DIM),
        ),
    )


def ended_sentence(execution: Execution, look: Look) -> str:
    """Return in one line how an execution ended."""
    sign = status_sign(execution.status, look.glyphs)
    ended = age(look.now - (execution.ended_at or execution.created_at))
    what = f"{execution.deployment_id or SYSTEM} {execution.workflow_id}"
    return f"last: {sign.glyph} {what} {sign.word} {ended} ago"


def by_next_run(rows: Iterable[ScheduleRow]) -> list[ScheduleRow]:
    """Return schedules in the order in which they fire; paused and finished ones last."""
    return sorted(
        rows,
        key=lambda row: (
            row.next_occurrence is None or not row.enabled,
            row.next_occurrence or row.since,
            schedule_key(row),
        ),
    )


def queue_row(row: QueueRow, look: Look) -> Row:
    execution = row.execution
    what = (span(f"{execution.deployment_id or SYSTEM} "), span(execution.workflow_id, Tone.STRONG))
    return Row(
        execution.id,
        (
            _one(str(row.position)),
            _one(short(execution.id), Tone.WAIT),
            what,
            _one(lasting(look.now - execution.created_at)),
            _one(blocked_by(row.blockers)),
        ),
    )


def schedule_row(row: ScheduleRow, look: Look) -> Row:
    due = row.next_occurrence
    return Row(
        schedule_key(row),
        (
            _when(due, look) if row.enabled else _one("paused", Tone.WARN),
            _one(age(due - look.now) if due and row.enabled else MISSING),
            _one(row.deployment_id),
            _one(row.workflow_id, Tone.STRONG),
            _one(row.id),
            _one(row.rule if due else f"{row.rule} (no further run)", Tone.DIM),
            _one(_LATEST.get(row.latest_status or "", row.latest_status or MISSING), _latest_tone(row.latest_status)),
        ),
    )


def execution_row(execution: Execution, look: Look) -> Row:
    return Row(
        execution.id,
        (
            _one(short(execution.id)),
            _one(execution.deployment_id or SYSTEM),
            _one(execution.workflow_id + (" (dry run)" if execution.dry_run else ""), Tone.STRONG),
            _sign(status_sign(execution.status, look.glyphs)),
            _one(operations(execution)),
            _when(execution.started_at, look),
            _one(duration(execution, look.now)),
            _one(execution.origin, Tone.DIM),
            _one(first_line(execution.error), Tone.BAD),
        ),
    )


def operation_row(record: OperationRecord, look: Look) -> Row:
    subject = record.node_instance_id or MISSING
    if record.target_instance_id:
        subject = f"{subject} {look.glyphs.crumb} {record.target_instance_id}"
    return Row(
        record.id,
        (
            _sign(operation_sign(record.state, look.glyphs)),
            _one(operation_name(record.name), Tone.STRONG),
            _one(subject),
            _one(tries(record), Tone.WARN if record.retry else Tone.DIM),
            _one(operation_time(record, look.now)),
            _one(first_line(record.error), Tone.BAD if record.state is OperationState.FAILED else Tone.WARN),
        ),
    )


def instance_row(row: InstanceRow, look: Look) -> Row:
    host = row.host_id if row.host_id and row.host_id != row.id else ""
    kind = row.type.removeprefix("cloudify.nodes.")
    properties = ", ".join(f"{name}={value}" for name, value in row.runtime_properties.items())
    sign = instance_sign(row.state, look.glyphs)
    return Row(row.id, (_one(row.id), _sign(sign), _one(kind, Tone.DIM), _one(host), _one(properties)))


def blueprint_row(row: BlueprintRow, look: Look) -> Row:
    return Row(
        row.id,
        (
            _one(row.id),
            _one(row.main_file, Tone.DIM),
            _one(str(row.nodes)),
            _one(str(row.deployments)),
            _when(row.created_at, look),
            _one(first_line(row.description), Tone.DIM),
        ),
    )


def fact_row(name: str, value: object, tone: Tone = Tone.PLAIN) -> Row:
    return Row(name, (_one(name, Tone.STRONG), _one(str(value), tone)))


def event_line(event: Event, look: Look, *, with_execution: bool = True) -> Line:
    """Return an event as one line; `with_execution` says which execution it belongs to."""
    level = _LEVEL_TONES[event.level]
    parts = [span(clock(event.timestamp, look.zone), Tone.DIM), Span(" ")]
    if with_execution:
        parts += [span(f"{short(event.execution_id or ''):8} ", Tone.DIM)]
    if event.type is EventType.LOG:
        parts += [span(f"{_LEVEL_WORDS[event.level]:5} ", level if level is not Tone.PLAIN else Tone.DIM)]
        tone = level
    else:
        tone = _EVENT_TONES.get(event.type, level)
        parts += [span("EVENT ", Tone.KEY)]
    place = event_place(event)
    if place:
        parts.append(span(f"{place}  ", Tone.STRONG))
    causes = f" {first_line(event.error_causes)}" if event.error_causes else ""
    return (*parts, span(event.message + causes, tone))


def event_place(event: Event) -> str:
    """Return which node instance and operation, or else which deployment, an event tells about."""
    if event.node_instance_id:
        operation = operation_name(event.operation) if event.operation else ""
        return f"{event.node_instance_id}.{operation}" if operation else event.node_instance_id
    return event.deployment_id or ""


_LEVEL_WORDS = {
    Level.DEBUG: "DEBUG",
    Level.INFO: "INFO",
    Level.WARNING: "WARN",
    Level.ERROR: "ERROR",
    Level.CRITICAL: "CRIT",
}
_LEVEL_TONES = {
    Level.DEBUG: Tone.DIM,
    Level.INFO: Tone.PLAIN,
    Level.WARNING: Tone.WARN,
    Level.ERROR: Tone.BAD,
    Level.CRITICAL: Tone.BAD,
}
_EVENT_TONES = {
    EventType.WORKFLOW_STARTED: Tone.BUSY,
    EventType.WORKFLOW_SUCCEEDED: Tone.GOOD,
    EventType.WORKFLOW_FAILED: Tone.BAD,
    EventType.WORKFLOW_CANCELLED: Tone.WARN,
    EventType.WORKFLOW_CANCELLING: Tone.WARN,
    EventType.WORKFLOW_QUEUED: Tone.WAIT,
    EventType.TASK_STARTED: Tone.DIM,
    EventType.TASK_SUCCEEDED: Tone.DIM,
    EventType.WORKFLOW_NODE_EVENT: Tone.DIM,
    EventType.WORKFLOW_STAGE: Tone.DIM,
    EventType.TASK_FAILED: Tone.BAD,
    EventType.TASK_RESCHEDULED: Tone.WARN,
    EventType.SCHEDULE_SKIPPED: Tone.WARN,
}


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
}


def blocked_by(blockers: Sequence[Blocker]) -> str:
    """Return in a few words what holds an execution back."""
    if not blockers:
        return "nothing: it starts now"
    first = blockers[0]
    more = f" and {len(blockers) - 1} more" if len(blockers) > 1 else ""
    return f"{_BLOCKED[first.rule]} < {short(first.execution_id)} {first.workflow_id}{more}"


def schedule_key(row: ScheduleRow) -> str:
    """Return what names a schedule among all deployments."""
    return f"{row.deployment_id} {row.id}"


def counted(rows: Iterable[Row], limit: int) -> tuple[list[Row], int]:
    """Return at most `limit` rows and how many are left out."""
    held = list(rows)
    return held[:limit], max(0, len(held) - limit)


def _one(text: str, tone: Tone = Tone.PLAIN) -> Line:
    return (span(text, tone),)


def _sign(sign: Sign) -> Line:
    return (Span(f"{sign.glyph} ", sign.tone), span(sign.word, sign.tone))


def _when(moment: datetime | None, look: Look) -> Line:
    return _one(when(moment, look.now, look.zone), Tone.PLAIN if moment else Tone.DIM)


def _last_run(latest: Execution | None, look: Look) -> Line:
    if latest is None:
        return _one(MISSING, Tone.DIM)
    share = share_done(latest)
    if latest.is_active and share is not None:
        told = f"{int(share * 100)}%"
    else:
        told = age(look.now - (latest.ended_at or latest.started_at or latest.created_at))
    return (span(f"{latest.workflow_id} "), span(told, Tone.DIM))


_LATEST = {"terminated": "ok", "completed": "ok"}


def _latest_tone(status: str | None) -> Tone:
    return {"failed": Tone.BAD, "terminated": Tone.GOOD, "completed": Tone.GOOD}.get(status or "", Tone.DIM)
