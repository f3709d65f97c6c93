"""Read models: what one screen or one listing shows, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.admission import Blocker, Live
from engine.domain.event import Event
from engine.domain.execution import Execution, OperationRecord
from engine.domain.forecast import Expectation
from engine.domain.json import Json, JsonObject
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.upload import Upload, UploadState


class EngineState(StrEnum):
    """Whether a background engine leads the state directory."""

    ABSENT = "absent"
    RUNNING = "running"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineView:
    """The background engine, as far as it can be seen from outside."""

    state: EngineState
    pid: int | None = None
    epoch: int = 0
    started_at: datetime | None = None
    is_on_demand: bool = False
    """It leaves by itself when nothing runs, waits or is scheduled."""
    last_poll_at: datetime | None = None
    next_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintRow:
    """A blueprint in a listing."""

    id: str
    description: str
    main_file: str
    created_at: datetime
    deployments: int
    nodes: int
    state: UploadState = UploadState.UPLOADED
    error: str = ""
    """Why its upload failed; empty otherwise."""

    @property
    def is_uploaded(self) -> bool:
        return self.state is UploadState.UPLOADED


def row_of(upload: Upload) -> BlueprintRow:
    """Return what a listing of blueprints shows of an upload that is under way or has failed."""
    return BlueprintRow(
        id=upload.id,
        description="",
        main_file="",
        created_at=upload.created_at,
        deployments=0,
        nodes=0,
        state=upload.state,
        error=upload.error,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRow:
    """A deployment in a listing."""

    id: str
    blueprint_id: str
    created_at: datetime
    instances: int
    started_instances: int
    latest: Execution | None = None
    """The execution that was started last; None before the first."""
    next_run: datetime | None = None
    """The next occurrence of any of its enabled schedules."""
    running: int = 0
    queued: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A waiting execution, and why it waits."""

    position: int
    """From 1, over the whole queue."""
    execution: Execution
    blockers: tuple[Blocker, ...]
    starts_at: datetime | None = None
    """When it will probably start, from the past of what is ahead; None when nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """The queue, and all that decides what starts next."""

    now: datetime
    rows: tuple[QueueRow, ...] = ()
    live: tuple[Live, ...] = ()
    """What runs and waits, as the rules of admission see it."""
    running: tuple[Execution, ...] = ()
    expected: Mapping[str, Expectation] = field(default_factory=dict)
    limit: int = 0
    """How many may run at once; 0 is no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One blocker of a waiting execution, explained."""

    blocker: Blocker
    since: datetime
    """When the blocker began to run, or to wait."""
    ends_at: datetime | None
    """When it will probably have ended; None when nobody can tell."""
    is_overdue: bool
    """It has run longer than nine of ten of its kind did."""
    remedy: str
    """What would free the waiting execution of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why an execution waits, and until when."""

    now: datetime
    execution: Execution
    position: int | None
    """In the queue, from 1; None when it does not wait."""
    reasons: tuple[Reason, ...]
    starts_at: datetime | None
    is_held: bool = False
    """Maintenance mode holds the queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRow:
    """A schedule in a listing."""

    id: str
    deployment_id: str
    workflow_id: str
    rule: str
    """The rule in words, such as `every 5 minutes`."""
    timezone: str
    enabled: bool
    next_occurrence: datetime | None
    latest_execution_id: str | None
    latest_status: str | None
    since: datetime
    until: datetime | None
    origin: str
    pause_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One relationship of a node instance to another one."""

    type: str
    target_id: str
    is_containment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRow:
    """A node instance in a listing."""

    id: str
    node_id: str
    type: str
    state: str
    host_id: str | None
    runtime_properties: JsonObject
    properties: JsonObject = field(default_factory=dict)
    """Those of its node."""
    edges: tuple[Edge, ...] = ()
    findings: JsonObject = field(default_factory=dict)
    """What checks have found: `status`, `configuration_drift` and their like."""

    @property
    def container_id(self) -> str:
        """The node instance that it stands in; empty for none."""
        return next((one.target_id for one in self.edges if one.is_containment), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceView:
    """How far maintenance mode has come."""

    status: MaintenanceStatus
    requested_at: datetime | None = None
    activated_at: datetime | None = None
    requested_by: str = ""
    remaining: tuple[Execution, ...] = ()
    """The executions that it waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many of everything there are, however few a view lists."""

    deployments: int = 0
    running: int = 0
    queued: int = 0
    schedules: int = 0
    coming: int = 0
    """Schedules that will fire again."""
    failed_last_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """Everything that the first screen shows, read in one snapshot."""

    now: datetime
    engine: EngineView
    deployments: tuple[DeploymentRow, ...] = ()
    running: tuple[Execution, ...] = ()
    recent: tuple[Execution, ...] = ()
    """The executions that ended last, newest first."""
    queue: tuple[QueueRow, ...] = ()
    schedules: tuple[ScheduleRow, ...] = ()
    events: tuple[Event, ...] = ()
    """The newest events, oldest first."""
    failed_last_day: int = 0
    totals: Totals | None = None
    """None where the lists are complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionView:
    """One execution with its operations and the newest part of its log."""

    now: datetime
    execution: Execution
    operations: tuple[OperationRecord, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentView:
    """One deployment with what hangs on it."""

    now: datetime
    row: DeploymentRow
    inputs: JsonObject = field(default_factory=dict)
    instances: tuple[InstanceRow, ...] = ()
    executions: tuple[Execution, ...] = ()
    schedules: tuple[ScheduleRow, ...] = ()
    outputs: JsonObject = field(default_factory=dict)
    capabilities: JsonObject = field(default_factory=dict)
    labels: dict[str, list[Json]] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    """The deployments that its plan reads capabilities of; they need not exist."""
    needed_by: tuple[str, ...] = ()
    """The deployments that read capabilities of it."""
