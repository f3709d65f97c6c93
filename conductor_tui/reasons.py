"""Why an action cannot be done now: a reason instead of a dead key; empty where it can."""

from conductor_tui.subject import Subject
from engine.domain.execution import Status
from engine.domain.snapshot import SnapshotStatus
from engine.domain.view import EngineState


def needs_deployment(subject: Subject) -> str:
    return "" if subject.deployment_id else "no deployment is selected"


def needs_execution(subject: Subject) -> str:
    return "" if subject.execution else "no execution is selected"


def cancellable(subject: Subject) -> str:
    execution = subject.execution
    if execution is None:
        return needs_execution(subject)
    if execution.is_final:
        return f"execution {execution.id} is {execution.status.display} already"
    return ""


def killable(subject: Subject) -> str:
    """Return why nothing can be killed; an execution that has ended may have left processes running."""
    execution = subject.execution
    if execution is not None and execution.status is Status.KILL_CANCELLING:
        return f"execution {execution.id} is being killed already"
    return needs_execution(subject)


def has_latest(subject: Subject) -> str:
    if subject.execution is not None:
        return ""
    if subject.deployment is None:
        return needs_deployment(subject)
    return "" if subject.deployment.latest else f"nothing has run on {subject.deployment.id} yet"


def latest_cancellable(subject: Subject) -> str:
    row = subject.deployment
    if row is None:
        return needs_deployment(subject)
    if row.latest is None or row.latest.is_final:
        return f"nothing runs or waits on {row.id}"
    return ""


def idle_deployment(subject: Subject) -> str:
    row = subject.deployment
    if row is None:
        return needs_deployment(subject)
    return f"{row.id} has executions that run or wait; cancel them first" if row.running or row.queued else ""


def needs_schedule(subject: Subject) -> str:
    return "" if subject.schedule else "no schedule is selected"


def needs_blueprint(subject: Subject) -> str:
    row = subject.blueprint
    if row is None:
        return "no blueprint is selected"
    if row.state.is_under_way:
        return f"{row.id} is still {row.state}"
    return "" if row.is_uploaded else f"{row.id} is not there: its upload failed"


def unused_blueprint(subject: Subject) -> str:
    row = subject.blueprint
    if row is None or row.state.is_under_way:
        return needs_blueprint(subject)
    return f"{row.deployments} deployments are made of {row.id}; delete them first" if row.deployments else ""


def engine_absent(subject: Subject) -> str:
    return "" if subject.engine is EngineState.ABSENT else "the engine runs already"


def nameable(subject: Subject) -> str:
    return "" if subject.name or subject.texts else "nothing is selected"


def resumable(subject: Subject) -> str:
    execution = subject.execution
    if execution is None:
        return needs_execution(subject)
    if execution.status in {Status.FAILED, Status.CANCELLED}:
        return ""
    return f"execution {execution.id} is {execution.status.display}; only a failed or cancelled one goes on"


def ended(subject: Subject) -> str:
    execution = subject.execution
    if execution is None:
        return needs_execution(subject)
    return "" if execution.is_final else f"execution {execution.id} has not ended yet"


def needs_snapshot(subject: Subject) -> str:
    return "" if subject.snapshot else "no snapshot is selected"


def needs_stored(subject: Subject) -> str:
    return "" if subject.plugin or subject.secret else "no plugin and no secret is selected"


def restorable(subject: Subject) -> str:
    if subject.snapshot is None:
        return needs_snapshot(subject)
    is_whole = subject.snapshot.status is SnapshotStatus.CREATED
    return "" if is_whole else f"snapshot {subject.snapshot.id} is {subject.snapshot.status}"
