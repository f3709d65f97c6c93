"""From values to cells: what each listing shows of each row."""

import json
from collections.abc import Iterable
from datetime import datetime

from conductor_tui.cells import (
    SYSTEM,
    Look,
    bar,
    blocked_by,
    deployment_sign,
    duration,
    first_line,
    operation_name,
    operation_time,
    operations,
    share_done,
    short,
    tries,
)
from conductor_tui.glyphs import Sign, operation_sign, status_sign
from conductor_tui.spans import LONGEST, Line, Span, Tone, span
from conductor_tui.times import MISSING, age, lasting, roughly, when
from conductor_tui.widgets.columns import Row
from engine.domain.execution import Execution, OperationRecord, OperationState
from engine.domain.json import Json
from engine.domain.view import BlueprintRow, DeploymentRow, QueueRow, ScheduleRow


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
            _one(roughly(look.now - execution.created_at)),
            _one(blocked_by(row.blockers)),
            _one(_starts(row.starts_at, look), Tone.DIM),
        ),
    )


def queue_moments(row: QueueRow) -> tuple[datetime | None, ...]:
    """Return since when a row waits and when it will start."""
    return row.execution.created_at, row.starts_at


def _starts(moment: datetime | None, look: Look) -> str:
    if moment is None:
        return MISSING
    return f"~{roughly(moment - look.now)}" if moment > look.now else "soon"


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
            _one(_rule(row), Tone.DIM),
            _one(_LATEST.get(row.latest_status or "", row.latest_status or MISSING), _latest_tone(row.latest_status)),
        ),
    )


def is_timed(execution: Execution | OperationRecord) -> bool:
    """Whether it runs, so that its duration grows with every second."""
    return execution.started_at is not None and execution.ended_at is None


def due_moments(row: ScheduleRow) -> tuple[datetime | None, ...]:
    """Return the moment until which the time of a schedule is told."""
    return (row.next_occurrence,) if row.enabled else ()


def _rule(row: ScheduleRow) -> str:
    """Return when it runs, or why it does not."""
    if not row.enabled:
        return f"at rest: {row.pause_reason} · {row.rule}" if row.pause_reason else row.rule
    return row.rule if row.next_occurrence else f"{row.rule} (no further run)"


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


def operation_row(record: OperationRecord, look: Look, *, is_pinned: bool = False) -> Row:
    subject = record.node_instance_id or MISSING
    if record.target_instance_id:
        subject = f"{subject} {look.glyphs.crumb} {record.target_instance_id}"
    pin = (Span(f"{look.glyphs.mark} ", Tone.KEY),) if is_pinned else ()
    return Row(
        record.id,
        (
            _sign(operation_sign(record.state, look.glyphs)),
            (*pin, span(operation_name(record.name), Tone.STRONG)),
            _one(subject),
            _one(tries(record), Tone.WARN if record.retry else Tone.DIM),
            _one(operation_time(record, look.now)),
            _one(first_line(record.error), Tone.BAD if record.state is OperationState.FAILED else Tone.WARN),
        ),
    )


def blueprint_row(row: BlueprintRow, look: Look) -> Row:
    return Row(
        row.id,
        (
            _one(row.id),
            _one(row.main_file, Tone.DIM),
            _one(str(row.nodes) if row.is_uploaded else ""),
            _one(str(row.deployments) if row.is_uploaded else ""),
            _when(row.created_at, look),
            _one(first_line(row.description), Tone.DIM) if row.is_uploaded else _upload_state(row),
        ),
    )


def _upload_state(row: BlueprintRow) -> Line:
    """Return how far an upload is, or why it failed."""
    if row.state.is_under_way:
        return _one(row.state.value, Tone.DIM)
    return _one(f"{row.state.value}: {first_line(row.error)}", Tone.BAD)


def fact_row(name: str, value: Json, tone: Tone = Tone.PLAIN) -> Row:
    text = written(value)
    return Row(name, (_one(name, Tone.STRONG), _one(text, tone)), text if len(text) > LONGEST else "")


def written(value: Json) -> str:
    """Return a value as it would be written in JSON; text as it is."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def schedule_key(row: ScheduleRow) -> str:
    """Return what names a schedule among all deployments."""
    return f"{row.deployment_id} {row.id}"


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
    is_told_in_parts = latest.is_active and share is not None
    told = f"{int((share or 0) * 100)}%" if is_told_in_parts else age(look.now - _latest_moment(latest))
    return (span(f"{latest.workflow_id} "), span(told, Tone.DIM))


def last_run_moments(row: DeploymentRow) -> tuple[datetime, ...]:
    """Return the moment from which the age of a deployment's last run is told."""
    return (_latest_moment(row.latest),) if row.latest else ()


def _latest_moment(latest: Execution) -> datetime:
    return latest.ended_at or latest.started_at or latest.created_at


_LATEST = {"terminated": "ok", "completed": "ok"}


def _latest_tone(status: str | None) -> Tone:
    return {"failed": Tone.BAD, "terminated": Tone.GOOD, "completed": Tone.GOOD}.get(status or "", Tone.DIM)
