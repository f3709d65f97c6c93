"""Makes the values that frozen worlds consist of, at a moment that never changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.admission import Live, blockers
from engine.domain.blueprint import Node, Relationship
from engine.domain.event import Event, EventType
from engine.domain.execution import Execution, OperationRecord, OperationState, Status
from engine.domain.hook import Hook, HookEvent
from engine.domain.plugin import StoredPlugin
from engine.domain.poll import PollRecord
from engine.domain.secret import Secret
from engine.domain.snapshot import Snapshot, SnapshotStatus
from engine.domain.updatepreview import Effect, UpdateStep
from engine.domain.view import (
    DeploymentRow,
    EngineState,
    EngineView,
    QueueRow,
    ScheduleRow,
)

UPDATE_STEPS = tuple(
    UpdateStep(action=action, entity=entity, name=name, effect=effect)
    for action, entity, name, effect in (
        ("remove", "node", "queue", Effect.UNINSTALLS),
        ("add", "node", "cache", Effect.INSTALLS),
        ("modify", "property", "app.port", Effect.REINSTALLS),
        ("modify", "operation", "app.cloudify.interfaces.lifecycle.stop", Effect.CHANGES),
        ("add", "output", "url", Effect.CHANGES),
    )
)
"""What differs between the blueprint that a deployment has and any other one."""

NOW = datetime(2026, 10, 13, 12, 22, 53, tzinfo=UTC)

ZONE = ZoneInfo("Europe/Berlin")


def ago(**parts: float) -> datetime:
    return NOW - timedelta(**parts)


def soon(**parts: float) -> datetime:
    return (NOW + timedelta(**parts)).replace(second=0)


ENGINE = EngineView(
    state=EngineState.RUNNING,
    pid=4242,
    epoch=3,
    started_at=ago(days=4, hours=3),
    last_poll_at=ago(seconds=23),
    next_poll_at=NOW + timedelta(seconds=37),
)

SNAPSHOTS = (
    Snapshot(id="before-update", created_at=ago(days=2), status=SnapshotStatus.CREATED, execution_id=None),
    Snapshot(
        id="nightly",
        created_at=ago(hours=9),
        status=SnapshotStatus.FAILED,
        execution_id=None,
        error="no space left on device",
    ),
)

ABSENT = EngineView(state=EngineState.ABSENT)

PLUGINS = (
    StoredPlugin(
        id="openstack-3.2.1",
        package_name="cloudify-openstack-plugin",
        package_version="3.2.1",
        distribution="centos",
        archive_name="openstack.wgn",
        content="x",
        files=("plugin.yaml", "plugin_1_4.yaml"),
        packages=("openstacksdk==0.62", "keystoneauth1==5.1"),
        uploaded_at=ago(days=40),
    ),
    StoredPlugin(
        id="utilities-1.25",
        package_name="cloudify-utilities-plugin",
        package_version="1.25",
        distribution=None,
        archive_name="utilities.whl",
        content="y",
        files=("plugin.yaml",),
        uploaded_at=ago(days=3),
    ),
)
SECRETS = (
    Secret(key="db_password", is_hidden=True, is_readable=True, created_at=ago(days=90), updated_at=ago(days=2)),
    Secret(key="old_token", is_hidden=False, is_readable=False, created_at=ago(days=400), updated_at=ago(days=400)),
    Secret(key="registry_url", is_hidden=False, is_readable=True, created_at=ago(days=9), updated_at=ago(days=9)),
)

_LATE = (2, 3, 2, 14, 3, 2, 2, 90, 4, 2, 3, 2, 2, 2600, 40, 3, 2, 2, 3, 5, 2, 2, 3, 2)
POLLS = tuple(
    PollRecord(
        polled_at=ago(minutes=len(_LATE) - number),
        late=timedelta(milliseconds=late),
        took=timedelta(milliseconds=8),
        started=int(number % 3 == 0),
        skipped=int(number == 13),
    )
    for number, late in enumerate(_LATE)
)

HOOKS = (
    Hook(id="chat", events=(HookEvent.FAILED,), url="https://chat.example/hook", created_at=ago(days=3)),
    Hook(
        id="tell-ops",
        events=(HookEvent.FAILED, HookEvent.CANCELLED),
        command=("mail-ops", "--now"),
        created_at=ago(days=9),
    ),
)


def execution(
    id: str,
    number: int,
    workflow: str,
    deployment: str | None,
    status: Status = Status.STARTED,
    *,
    created: datetime | None = None,
    lasts: timedelta | None = None,
    done: tuple[int, int] | None = None,
    **more: object,
) -> Execution:
    """Return an execution; `lasts` is how long it ran if it has ended."""
    made = created or ago(minutes=2)
    has_started = status not in (Status.QUEUED, Status.PENDING)
    return Execution(
        id=id,
        number=number,
        workflow_id=workflow,
        deployment_id=deployment,
        blueprint_id="web-stack",
        status=status,
        created_at=made,
        started_at=made if has_started else None,
        ended_at=made + lasts if lasts else None,
        finished_operations=done[0] if done else None,
        total_operations=done[1] if done else None,
        **more,  # type: ignore[arg-type] # further fields by name
    )


def deployment(id: str, latest: Execution | None = None, **more: object) -> DeploymentRow:
    fields: dict[str, object] = {"instances": 9, "started_instances": 9, **more}
    return DeploymentRow(
        id=id,
        blueprint_id="web-stack",
        created_at=ago(days=12),
        latest=latest,
        **fields,  # type: ignore[arg-type] # further fields by name
    )


def as_live(one: Execution) -> Live:
    return Live(
        id=one.id,
        number=one.number,
        deployment_id=one.deployment_id,
        workflow_id=one.workflow_id,
        status=one.status,
    )


def waiting(running: tuple[Execution, ...], queued: tuple[Execution, ...]) -> tuple[QueueRow, ...]:
    """Return the queue with the reasons that the real rules give."""
    live = [as_live(one) for one in (*running, *queued)]
    return tuple(
        QueueRow(position=place, execution=one, blockers=blockers(as_live(one), live))
        for place, one in enumerate(queued, 1)
    )


def schedule(id: str, of: str, workflow: str, due: timedelta | None, rule: str, **more: object) -> ScheduleRow:
    fields: dict[str, object] = {"enabled": True, "latest_status": "terminated", **more}
    return ScheduleRow(
        id=id,
        deployment_id=of,
        workflow_id=workflow,
        rule=rule,
        timezone="Europe/Berlin",
        next_occurrence=(NOW + due).replace(second=0) if due else None,
        latest_execution_id=None,
        since=ago(days=30),
        until=None,
        origin="user",
        **fields,  # type: ignore[arg-type] # further fields by name
    )


def event(id: int, seconds: float, message: str, of: Execution, **more: object) -> Event:
    fields: dict[str, object] = {"type": EventType.LOG, **more}
    return Event(
        id=id,
        message=message,
        timestamp=ago(seconds=seconds),
        execution_id=of.id,
        deployment_id=of.deployment_id,
        workflow_id=of.workflow_id,
        **fields,  # type: ignore[arg-type] # further fields by name
    )


def operation(
    of: Execution,
    number: int,
    instance: str,
    name: str,
    state: OperationState,
    start: float | None,
    lasts: float | None,
    *,
    after: tuple[int, ...] = (),
    **more: object,
) -> OperationRecord:
    began = ago(seconds=start) if start is not None else None
    return OperationRecord(
        id=f"{of.id}-{number}",
        execution_id=of.id,
        name=f"cloudify.interfaces.lifecycle.{name}",
        node_instance_id=instance,
        place=f"{instance} {name} {more.get('target_instance_id', '')}",
        waits_for=tuple(f"{of.id}-{number}" for number in after),
        state=state,
        max_retries=2,
        started_at=began,
        ended_at=began + timedelta(seconds=lasts) if began and lasts is not None else None,
        **more,  # type: ignore[arg-type] # further fields by name
    )


def nodes() -> dict[str, Node]:
    def node(id: str, kind: str, *relationships: Relationship) -> Node:
        return Node(id=id, type=f"cloudify.nodes.{kind}", type_hierarchy=(), relationships=relationships)

    def to(kind: str, target: str) -> Relationship:
        name = f"cloudify.relationships.{kind}"
        return Relationship(type=name, type_hierarchy=(name,), target=target)

    made = (
        node("net", "Network"),
        node("vm", "Compute", to("connected_to", "net")),
        node("db", "DBMS", to("contained_in", "vm")),
    )
    return {one.id: one for one in made}
