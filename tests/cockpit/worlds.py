"""Named frozen worlds: what the facade answers, at a moment that never changes.

`python -m tests.cockpit.worlds busy` shows one in a terminal.
"""

import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from conductor_tui.app import Cockpit
from conductor_tui.context import Context
from conductor_tui.eventline import event_place
from conductor_tui.glyphs import ASCII, UNICODE
from conductor_tui.sitting import Sitting
from engine.domain.admission import Blocker, Live, blockers
from engine.domain.blueprint import Node, Parameter, Plan, Relationship, Workflow
from engine.domain.deployment import Blueprint, Deployment
from engine.domain.errors import BlueprintInvalid, DeploymentBusy, InvalidValue, NotFound, Problem, StorageFailed
from engine.domain.event import Event, EventType, Level
from engine.domain.execution import CancelKind, Execution, OperationRecord, OperationState, Status
from engine.domain.forecast import Duration, forecast
from engine.domain.hook import Hook, HookEvent
from engine.domain.json import Json, JsonObject
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.past import Past, medians
from engine.domain.settings import Setting, Settings, check, describe
from engine.domain.snapshot import Snapshot, SnapshotStatus
from engine.domain.updatepreview import Effect, ScheduleMoves, UpdatePreview, UpdateStep
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    DeploymentView,
    Edge,
    EngineState,
    EngineView,
    ExecutionView,
    HomeView,
    InstanceRow,
    MaintenanceView,
    QueueRow,
    QueueView,
    ScheduleRow,
)
from engine.dsl.report import Report

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


class World:
    """A facade over values; what is asked of it is written down in `asked`."""

    def __init__(
        self,
        home: HomeView,
        *,
        blueprints: Iterable[BlueprintRow] = (),
        operations: dict[str, tuple[OperationRecord, ...]] | None = None,
        instances: dict[str, tuple[InstanceRow, ...]] | None = None,
        workflows: dict[str, Workflow] | None = None,
        ended: tuple[Execution, ...] = (),
        pasts: dict[str, Past] | None = None,
        is_broken: bool = False,
    ) -> None:
        self.home = home
        self.asked: list[tuple[object, ...]] = []
        self.version = 1
        self.is_broken = is_broken
        self.maintenance = MaintenanceView(status=MaintenanceStatus.DEACTIVATED)
        self._settings: dict[str, int] = {}
        self._silent: set[str] = set()
        self._blueprints = list(blueprints)
        self._operations = operations or {}
        self.instances = dict(instances or {})
        self._workflows = workflows or {}
        self._ended = ended
        self._pasts = pasts or {}

    def change(self, home: HomeView) -> None:
        """Let something happen."""
        self.home = home
        self.version += 1

    def data_version(self) -> int:
        if self.is_broken:
            raise StorageFailed("the database cannot be read: disk I/O error")
        return self.version

    def engine_status(self) -> EngineView:
        return self.home.engine

    def ensure_engine(self) -> EngineView:
        self.asked.append(("ensure_engine",))
        self.change(replace(self.home, engine=ENGINE))
        return ENGINE

    def settings(self) -> list[Setting]:
        return describe(Settings(**self._settings))

    def setting(self, key: str) -> Setting:
        return next(one for one in self.settings() if one.key == key)

    def change_setting(self, key: str, value: Json) -> Setting:
        self.asked.append(("change_setting", key, value))
        self._settings[key] = check(key, value)
        self.version += 1
        return self.setting(key)

    def maintenance_status(self) -> MaintenanceView:
        return self.maintenance

    def activate_maintenance(self) -> MaintenanceView:
        self.asked.append(("activate_maintenance",))
        self.maintenance = MaintenanceView(
            status=MaintenanceStatus.ACTIVATING, requested_at=NOW, remaining=self.home.running
        )
        self.version += 1
        return self.maintenance

    def deactivate_maintenance(self) -> MaintenanceView:
        self.asked.append(("deactivate_maintenance",))
        self.maintenance = MaintenanceView(status=MaintenanceStatus.DEACTIVATED)
        self.version += 1
        return self.maintenance

    def hooks(self) -> list[Hook]:
        return [replace(one, enabled=one.id not in self._silent) for one in HOOKS] if self.home.deployments else []

    def enable_hook(self, id: str) -> bool:
        self.asked.append(("enable_hook", id))
        self._silent.discard(id)
        self.version += 1
        return True

    def disable_hook(self, id: str) -> bool:
        self.asked.append(("disable_hook", id))
        self._silent.add(id)
        self.version += 1
        return True

    def requeue_execution(self, id: str) -> Execution:
        self.asked.append(("requeue_execution", id))
        return replace(next(one for one in self._all() if one.id == id), status=Status.QUEUED)

    def upload_blueprint(self, path: Path, id: str | None = None) -> Blueprint:
        self.asked.append(("upload_blueprint", path, id))
        if "broken" in path.name:
            raise BlueprintInvalid(
                [
                    Problem(message="`tpye` is not allowed here", file="broken.yaml", line=4, column=5, hint="type?"),
                    Problem(message="`nodes` is unknown", file="broken.yaml", line=9, column=1),
                ]
            )
        return self.blueprint(id or path.parent.name)

    def home_view(self, limit: int = 200) -> HomeView:
        return replace(self.home, events=self.home.events[-limit:])

    def pulse_view(self) -> HomeView:
        return self.home

    def queue_view(self) -> QueueView:
        running = self.home.running
        live = [_live(one) for one in (*running, *(row.execution for row in self.home.queue))]
        durations = {one.id: Duration(median=timedelta(minutes=4), long=timedelta(minutes=9), count=20) for one in live}
        expected = forecast(live, {one.id: one.created_at for one in running}, durations, now=NOW)
        rows = tuple(replace(row, starts_at=expected[row.execution.id].starts_at) for row in self.home.queue)
        return QueueView(now=NOW, rows=rows, live=tuple(live), running=running, expected=expected)

    def execution_past(self, id: str) -> Past:
        return self._pasts.get(id, Past())

    def count_executions(self, status: Iterable[Status] | None = None) -> int:
        return len(self.executions(status=status, limit=10**6))

    def events_before(self, before: int, *, execution_id: str | None = None, limit: int = 1000) -> list[Event]:
        return [one for one in self.events(0, execution_id=execution_id, limit=10**6) if one.id < before][-limit:]

    def find_event(
        self, text: str, *, execution_id: str | None = None, before: int | None = None, after: int | None = None
    ) -> int | None:
        found = [one.id for one in self.events(0, execution_id=execution_id, limit=10**6) if _tells(one, text)]
        if before is not None:
            return next((id for id in reversed(found) if id < before), None)
        return next((id for id in found if id > (after or 0)), None)

    def count_events(self, text: str, *, execution_id: str | None = None) -> int:
        return sum(_tells(one, text) for one in self.events(0, execution_id=execution_id, limit=10**6))

    def resume_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution:
        self.asked.append(("resume_execution", id, force, queue))
        return replace(next(one for one in self._all() if one.id == id), status=Status.PENDING)

    def rerun_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution:
        self.asked.append(("rerun_execution", id, force, queue))
        found = next(one for one in self._all() if one.id == id)
        busy = [one.id for one in self.home.running if one.deployment_id == found.deployment_id]
        if busy and not (force or queue):
            raise DeploymentBusy(busy)
        fresh = replace(found, id="0c0ffee1", number=998, status=Status.PENDING, ended_at=None)
        self.change(replace(self.home, running=(*self.home.running, fresh)))
        return fresh

    def blueprints(self) -> list[BlueprintRow]:
        return self._blueprints

    def blueprint(self, id: str) -> Blueprint:
        inputs = {
            "port": Parameter(type="integer", default=0, has_default=True, description="0 takes a free port"),
            "region": Parameter(type="string", constraints=({"valid_values": ["eu", "us"]},)),
        }
        plan = Plan(version="1_5", inputs=inputs, nodes=_nodes(), source_files=("blueprint.yaml",))
        return Blueprint(id=id, description="", main_file="blueprint.yaml", content="c", plan=plan, created_at=NOW)

    def blueprint_folder(self, id: str) -> Path:
        return Path(__file__).parent / "source"

    def check_blueprint(self, path: Path) -> Report:
        warning = Problem(message="`region` is used nowhere", file="blueprint.yaml", line=7, column=3, hint="remove it")
        return Report(warnings=(warning,))

    def delete_blueprint(self, id: str) -> None:
        self.asked.append(("delete_blueprint", id))

    def deployments(self) -> list[DeploymentRow]:
        return list(self.home.deployments)

    def deployment(self, id: str) -> DeploymentView:
        row = next((one for one in self.home.deployments if one.id == id), None)
        if row is None:
            raise NotFound("deployment", id)
        return DeploymentView(
            now=NOW,
            row=row,
            inputs={"region": "eu", "ports": [8080, 8081]},
            instances=self.instances.get(id, ()),
            executions=tuple(one for one in self._all() if one.deployment_id == id),
            schedules=tuple(one for one in self.home.schedules if one.deployment_id == id),
            outputs={"url": "http://127.0.0.1:8080/"},
            capabilities={"endpoint": {"port": 8080}},
            labels={"team": ["shop", "web"]},
        )

    def create_deployment(
        self, blueprint_id: str, id: str | None = None, inputs: dict[str, Json] | None = None
    ) -> Deployment:
        self.asked.append(("create_deployment", blueprint_id, id, inputs))
        name = id or blueprint_id
        return Deployment(id=name, blueprint_id=blueprint_id, plan=Plan(version="1_5"), inputs={}, created_at=NOW)

    def preview_update(
        self, deployment_id: str, blueprint_id: str | None = None, inputs: JsonObject | None = None
    ) -> UpdatePreview:
        self.asked.append(("preview_update", deployment_id, blueprint_id, inputs))
        old = self.deployment(deployment_id)
        if blueprint_id == "web-stack" and (inputs or {}).get("region") == "us":
            raise InvalidValue("the deployment cannot be updated: `web`: a node keeps its type")
        is_same = blueprint_id == old.row.blueprint_id and not inputs
        steps = () if is_same else UPDATE_STEPS
        return UpdatePreview(
            deployment_id=deployment_id,
            old_blueprint_id=old.row.blueprint_id,
            new_blueprint_id=blueprint_id or old.row.blueprint_id,
            old_inputs=old.inputs,
            new_inputs={**old.inputs, **(inputs or {})},
            steps=steps,
            installed=() if is_same else ("cache", "cache"),
            uninstalled=() if is_same else ("queue_7fa3c2",),
            reinstalled=() if is_same else ("app_0b19aa",),
            updated=(),
            schedules=ScheduleMoves(),
            is_installed=True,
        )

    def update_deployment(
        self,
        deployment_id: str,
        blueprint_id: str | None = None,
        inputs: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
    ) -> Execution:
        self.asked.append(("update_deployment", deployment_id, blueprint_id, inputs, force, queue))
        started = execution("0c0ffee2", 999, "update", deployment_id, Status.QUEUED if queue else Status.PENDING)
        self.change(replace(self.home, running=(*self.home.running, started)))
        return started

    def delete_deployment(self, id: str, force: bool = False) -> None:
        self.asked.append(("delete_deployment", id))

    def workflows(self, deployment_id: str) -> dict[str, Workflow]:
        return self._workflows

    def start_execution(
        self,
        deployment_id: str,
        workflow_id: str,
        parameters: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
        dry_run: bool = False,
    ) -> Execution:
        if workflow_id == "install" and dry_run:
            raise RuntimeError("an error of ours")
        self.asked.append(("start_execution", deployment_id, workflow_id, parameters, force, queue, dry_run))
        busy = [one.id for one in self.home.running if one.deployment_id == deployment_id]
        if busy and not (force or queue):
            raise DeploymentBusy(busy)
        status = Status.QUEUED if busy and not force else Status.PENDING
        started = execution("0c0ffee0", 999, workflow_id, deployment_id, status, parameters=parameters or {})
        self.change(replace(self.home, running=(*self.home.running, started)))
        return started

    def executions(
        self,
        *,
        deployment_id: str | None = None,
        status: Iterable[Status] | None = None,
        limit: int = 1000,
        offset: int = 0,
        is_newest_first: bool = False,
    ) -> list[Execution]:
        wanted = set(status) if status is not None else set(Status)
        found = sorted(self._all(), key=lambda one: one.number, reverse=is_newest_first)
        return [one for one in found if one.status in wanted][offset : offset + limit]

    def _all(self) -> tuple[Execution, ...]:
        waiting = (row.execution for row in self.home.queue)
        return (*self._ended, *self.home.recent, *waiting, *self.home.running)

    def execution_view(self, id: str) -> ExecutionView:
        found = next((one for one in self._all() if one.id == id), None)
        if found is None:
            raise NotFound("execution", id)
        return ExecutionView(now=NOW, execution=found, operations=self._operations.get(id, ()), blockers=self.why(id))

    def cancel_execution(self, id: str, kind: CancelKind = CancelKind.CANCEL) -> Execution:
        self.asked.append(("cancel_execution", id, kind))
        found = next(one for one in self._all() if one.id == id)
        return replace(found, status=Status.CANCELLED if found.status is Status.QUEUED else kind.status)

    def why(self, id: str) -> tuple[Blocker, ...]:
        return next((row.blockers for row in self.home.queue if row.execution.id == id), ())

    def queue(self) -> list[QueueRow]:
        return list(self.home.queue)

    def events(
        self,
        after: int = 0,
        *,
        execution_id: str | None = None,
        deployment_id: str | None = None,
        limit: int = 1000,
    ) -> list[Event]:
        found = [one for one in self.home.events if one.id > after]
        return [one for one in found if execution_id in (None, one.execution_id)][:limit]

    def schedules(self, deployment_id: str | None = None) -> list[ScheduleRow]:
        return list(self.home.schedules)

    def delete_schedule(self, deployment_id: str, id: str) -> None:
        self.asked.append(("delete_schedule", deployment_id, id))

    def snapshots(self) -> list[Snapshot]:
        return list(SNAPSHOTS) if self.home.deployments else []

    def create_snapshot(self, id: str | None = None, *, queue: bool = False) -> Execution:
        self.asked.append(("create_snapshot", id, queue))
        return execution("0c0ffee2", 1000, "create_snapshot", None, Status.QUEUED)

    def restore_snapshot(self, id: str, *, force: bool = False) -> Execution:
        self.asked.append(("restore_snapshot", id, force))
        return execution("0c0ffee3", 1001, "restore_snapshot", None, Status.PENDING)

    def delete_snapshot(self, id: str) -> None:
        self.asked.append(("delete_snapshot", id))

    def close(self) -> None:
        self.asked.append(("close",))


def _tells(event: Event, text: str) -> bool:
    return text.casefold() in f"{event_place(event)}  {event.message}".casefold()


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


def _live(one: Execution) -> Live:
    return Live(
        id=one.id,
        number=one.number,
        deployment_id=one.deployment_id,
        workflow_id=one.workflow_id,
        status=one.status,
    )


def waiting(running: tuple[Execution, ...], queued: tuple[Execution, ...]) -> tuple[QueueRow, ...]:
    """Return the queue with the reasons that the real rules give."""
    live = [_live(one) for one in (*running, *queued)]
    return tuple(
        QueueRow(position=place, execution=one, blockers=blockers(_live(one), live))
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


def empty() -> World:
    """Nothing was ever uploaded."""
    return World(HomeView(now=NOW, engine=ABSENT))


def busy() -> World:
    """Three executions run, five wait, one has failed."""
    install = execution("8f21d0c4", 121, "install", "web-eu-1", created=ago(minutes=2, seconds=41), done=(13, 21))
    scale = execution("8f1e77aa", 118, "scale", "ci-runners", created=ago(seconds=58), done=(5, 16))
    backup = execution("8f1c0b19", 117, "backup", "db-core", created=ago(minutes=11, seconds=7), done=(3, 4))
    failed = execution(
        "8f19be42",
        116,
        "scale",
        "edge-fra",
        Status.FAILED,
        created=ago(minutes=16),
        lasts=timedelta(minutes=2),
        done=(7, 9),
        error="vm_3.create failed: ConnectTimeout 10.0.4.13:22 after 3 attempts\nTraceback: …",
    )
    healed = execution(
        "8f18aa01",
        115,
        "heal",
        "web-eu-2",
        Status.TERMINATED,
        created=ago(hours=2),
        lasts=timedelta(seconds=41),
        done=(6, 6),
    )
    running = (backup, scale, install)
    queued = (
        execution("8f22aa10", 122, "update", "db-core", Status.QUEUED, created=ago(minutes=9, seconds=12)),
        execution("8f23aa10", 123, "heal", "web-eu-1", Status.QUEUED, created=ago(minutes=2, seconds=10)),
        execution("8f24aa10", 124, "create_snapshot", None, Status.QUEUED, created=ago(minutes=1, seconds=55)),
        execution("8f25aa10", 125, "scale", "edge-ams", Status.QUEUED, created=ago(minutes=1, seconds=12)),
        execution("8f26aa10", 126, "check", "staging-b", Status.QUEUED, created=ago(seconds=20)),
    )
    home = HomeView(
        now=NOW,
        engine=ENGINE,
        deployments=_deployments(install, scale, backup, failed, healed, queued),
        running=running,
        recent=(failed, healed),
        queue=waiting(running, queued),
        schedules=_schedules(),
        events=_events(install, queued),
        failed_last_day=2,
    )
    operations = {install.id: _operations(install), failed.id: _failed_operations(failed)}
    return World(
        home,
        blueprints=_blueprints(),
        operations=operations,
        instances={"web-eu-1": _instances()},
        workflows=workflows(),
        pasts={install.id: _past(install), failed.id: _past(failed)},
    )


def _deployments(
    install: Execution,
    scale: Execution,
    backup: Execution,
    failed: Execution,
    healed: Execution,
    queued: tuple[Execution, ...],
) -> tuple[DeploymentRow, ...]:
    def quiet(name: str, workflow: str, hours: float, next_in: float | None = None) -> DeploymentRow:
        done = execution(
            f"7{name[:3]}", 10, workflow, name, Status.TERMINATED, created=ago(hours=hours), lasts=timedelta(minutes=1)
        )
        return deployment(name, done, next_run=soon(hours=next_in) if next_in else None)

    return (
        deployment("web-eu-1", install, started_instances=4, running=1, queued=1),
        deployment("web-eu-2", healed, next_run=soon(hours=12)),
        deployment("db-core", backup, running=1, queued=1),
        deployment("edge-fra", failed, started_instances=7, next_run=soon(minutes=45)),
        deployment("edge-ams", queued[3], started_instances=9, queued=1, next_run=soon(minutes=45)),
        deployment("ci-runners", scale, running=1, next_run=soon(hours=3)),
        quiet("billing", "backup", 6, 13),
        quiet("staging-a", "install", 50),
        deployment("staging-b", queued[4], queued=1, next_run=soon(hours=1)),
        quiet("orders-eu", "heal", 3, 4),
        quiet("orders-us", "heal", 3, 4),
        quiet("mail-relay", "update", 120),
        quiet("vpn-gw", "check", 0.7, 1.2),
        quiet("grafana", "update", 200),
        deployment("kiosk-1", None, started_instances=0),
    )


def _schedules() -> tuple[ScheduleRow, ...]:
    return (
        schedule("weekly", "web-eu-2", "heal", timedelta(hours=12), "weekly on Wed, Sun at 02:30"),
        schedule("hourly", "edge-fra", "scale", timedelta(minutes=45), "every 1 hours", latest_status="failed"),
        schedule("hourly", "edge-ams", "scale", timedelta(minutes=45), "every 1 hours"),
        schedule("nightly", "ci-runners", "scale", timedelta(hours=3), "every 1 days"),
        schedule("smoke", "orders-eu", "check", timedelta(hours=4), "every 4 hours", enabled=False),
        schedule("once", "legacy-erp", "install", None, "once"),
    )


def _events(install: Execution, queued: tuple[Execution, ...]) -> tuple[Event, ...]:
    create = {"node_instance_id": "db_x1", "operation": "cloudify.interfaces.lifecycle.create"}
    start = {"node_instance_id": "vm_2b", "operation": "cloudify.interfaces.lifecycle.start"}
    retry = {"node_instance_id": "vm_3c", "operation": "cloudify.interfaces.lifecycle.create"}
    return (
        event(1, 161, "Starting 'install' workflow execution", install, type=EventType.WORKFLOW_STARTED),
        event(
            2,
            150,
            "subnet 10.0.4.0/24 up",
            install,
            node_instance_id="net_1a",
            operation="cloudify.interfaces.lifecycle.start",
        ),
        event(3, 130, "8f21 is running on this deployment", queued[1], type=EventType.WORKFLOW_QUEUED),
        event(4, 115, "3 executions running, 2 queued ahead", queued[2], type=EventType.WORKFLOW_QUEUED),
        event(5, 70, "system-wide execution 8f24 is waiting", queued[3], type=EventType.WORKFLOW_QUEUED),
        event(
            6,
            40,
            "Task rescheduled: ConnectTimeout 10.0.4.13:22 [retry 2/3]",
            install,
            type=EventType.TASK_RESCHEDULED,
            **retry,
        ),
        event(7, 15, "lock wait 0.4 s", install, level=Level.DEBUG, **create),
        event(8, 13, "ConnectTimeout: 10.0.4.13:22 - retry 2/3 in 25 s", install, level=Level.WARNING, **retry),
        event(9, 6, "applying migration 118/190 create_index_orders_created_at", install, **create),
        event(10, 2, "agent handshake 3/5 on 10.0.4.12", install, **start),
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


def _operations(of: Execution) -> tuple[OperationRecord, ...]:
    ok, runs, waits = OperationState.SUCCEEDED, OperationState.STARTED, OperationState.PENDING
    return (
        operation(of, 1, "net_1a", "create", ok, 160, 9),
        operation(of, 2, "net_1a", "start", ok, 150, 5, after=(1,)),
        operation(of, 3, "vm_1a", "create", ok, 145, 48, after=(2,)),
        operation(of, 4, "vm_2b", "create", ok, 145, 62, after=(2,)),
        operation(
            of,
            5,
            "vm_3c",
            "create",
            OperationState.RESCHEDULED,
            145,
            30,
            error="ConnectTimeout 10.0.4.13:22",
            after=(2,),
        ),
        operation(of, 6, "vm_1a", "start", ok, 97, 0.21, after=(3,)),
        operation(of, 7, "db_x1", "create", runs, 78, None, after=(6,)),
        operation(of, 8, "vm_2b", "start", runs, 60, None, after=(4,)),
        operation(of, 9, "vm_3c", "create", runs, 13, None, retry=1, after=(2,)),
        operation(of, 10, "db_x1", "start", waits, None, None, after=(7,)),
        operation(of, 11, "app_1", "start", waits, None, None, after=(10, 8, 9)),
        operation(of, 12, "app_1", "establish", waits, None, None, target_instance_id="db_x1", after=(11,)),
        operation(of, 13, "lb_1", "start", waits, None, None, after=(12,)),
    )


def _past(of: Execution) -> Past:
    """Return a past in which the first operations took a little less and `region` was another one."""
    good = replace(
        of,
        id="7e0011aa",
        number=50,
        status=Status.TERMINATED,
        parameters={"region": "us"},
        created_at=ago(days=2),
        started_at=ago(days=2),
        ended_at=ago(days=2) + timedelta(minutes=4),
        error="",
    )
    ok = OperationState.SUCCEEDED
    records = (
        operation(good, 1, "net_1a", "create", ok, 172800, 7),
        operation(good, 2, "vm_1a", "create", ok, 172790, 20),
        operation(good, 3, "vm_3c", "create", ok, 172790, 30),
        operation(good, 4, "db_x1", "create", ok, 172700, 125),
        operation(good, 5, "old_9", "create", ok, 172700, 5),
    )
    whole = Duration(median=timedelta(minutes=4, seconds=20), long=timedelta(minutes=6), count=20)
    return Past(whole=whole, tasks=medians([records]), reference=good, reference_operations=records)


def _failed_operations(of: Execution) -> tuple[OperationRecord, ...]:
    return (
        operation(of, 1, "vm_1a", "create", OperationState.SUCCEEDED, 950, 20),
        operation(
            of,
            2,
            "vm_3c",
            "create",
            OperationState.FAILED,
            930,
            90,
            retry=2,
            error="ConnectTimeout 10.0.4.13:22\nTraceback",
        ),
    )


def _instances() -> tuple[InstanceRow, ...]:
    def row(id: str, state: str, kind: str, *edges: Edge, host: str | None = None, **properties: Json) -> InstanceRow:
        return InstanceRow(
            id=id,
            node_id=id.rpartition("_")[0],
            type=f"cloudify.nodes.{kind}",
            state=state,
            host_id=host,
            runtime_properties=properties,
            edges=edges,
        )

    drift: JsonObject = {"configuration_drift": {"ok": False, "result": {"cidr": "10.0.5.0/24"}}}
    network = row("net_1a", "started", "Network", cidr="10.0.4.0/24", route={"via": "10.0.4.1", "metric": 100})
    return (
        replace(network, findings=drift, properties={"zone": "eu-1"}),
        row("vm_1a", "started", "Compute", _to("net_1a"), host="vm_1a", ip="10.0.4.11"),
        row("vm_2b", "starting", "Compute", _to("net_1a"), host="vm_2b", ip="10.0.4.12"),
        row("vm_3c", "creating", "Compute", _to("net_1a"), host="vm_3c"),
        row("db_x1", "creating", "DBMS", _in("vm_1a"), host="vm_1a", migration=118),
        row("app_1", "uninitialized", "ApplicationServer", _in("vm_2b"), _to("db_x1"), host="vm_2b"),
        row("lb_1", "uninitialized", "LoadBalancer", _to("app_1"), _to("net_1a")),
    )


def _nodes() -> dict[str, Node]:
    def node(id: str, kind: str, *relationships: Relationship) -> Node:
        return Node(id=id, type=f"cloudify.nodes.{kind}", type_hierarchy=(), relationships=relationships)

    def to(kind: str, target: str) -> Relationship:
        name = f"cloudify.relationships.{kind}"
        return Relationship(type=name, type_hierarchy=(name,), target=target)

    nodes = (
        node("net", "Network"),
        node("vm", "Compute", to("connected_to", "net")),
        node("db", "DBMS", to("contained_in", "vm")),
    )
    return {one.id: one for one in nodes}


def _in(target: str) -> Edge:
    return Edge(type="cloudify.relationships.contained_in", target_id=target, is_containment=True)


def _to(target: str) -> Edge:
    return Edge(type="cloudify.relationships.connected_to", target_id=target)


def _blueprints() -> tuple[BlueprintRow, ...]:
    return (
        BlueprintRow(
            id="shop",
            description="A small shop",
            main_file="blueprint.yaml",
            created_at=ago(hours=3),
            deployments=0,
            nodes=9,
        ),
        BlueprintRow(
            id="web-stack",
            description="Servers behind a balancer\nsecond line",
            main_file="web/blueprint.yaml",
            created_at=ago(days=40),
            deployments=14,
            nodes=7,
        ),
    )


def workflows() -> dict[str, Workflow]:
    parameters = {
        "node_ids": Parameter(type="list", default=[], has_default=True, description="Only these nodes"),
        "timeout": Parameter(type="integer", description="Seconds per node"),
        "check_drift": Parameter(type="boolean", default=True, has_default=True),
        "mode": Parameter(
            type="string", default="safe", has_default=True, constraints=({"valid_values": ["safe", "fast"]},)
        ),
    }
    return {
        "rolling_restart": Workflow(
            name="rolling_restart", plugin="shop", function="rolling_restart", parameters=parameters
        ),
        "install": Workflow(name="install", plugin="default_workflows", function="install"),
        "smoke_test": Workflow(
            name="smoke_test",
            plugin="shop",
            function="smoke_test",
            parameters={"path": Parameter(type="string", default="/", has_default=True)},
        ),
    }


def stranded() -> World:
    """Work waits and no engine runs."""
    world = busy()
    world.change(replace(world.home, engine=ABSENT))
    return world


def broken() -> World:
    """The database cannot be read."""
    return World(HomeView(now=NOW, engine=ENGINE), is_broken=True)


def crowded() -> World:
    """More of everything than a table takes."""
    many = tuple(deployment(f"site-{number:04}") for number in range(2000))
    ended = tuple(
        execution(
            f"e{number:07}",
            number,
            "check",
            f"site-{number:04}",
            Status.TERMINATED,
            created=ago(hours=1),
            lasts=timedelta(seconds=3),
        )
        for number in range(2000)
    )
    return World(HomeView(now=NOW, engine=ENGINE, deployments=many), ended=ended)


def talkative(amount: int) -> World:
    """An execution with a long log."""
    world = busy()
    install = world.home.running[-1]
    lines = tuple(event(number, amount - number, f"line {number}", install) for number in range(1, amount + 1))
    world.change(replace(world.home, events=lines))
    return world


WORLDS: dict[str, Callable[[], World]] = {
    "empty": empty,
    "busy": busy,
    "stranded": stranded,
    "broken": broken,
    "crowded": crowded,
}


def cockpit(
    world: World,
    *,
    interval: float = 0,
    is_ascii: bool = False,
    execution_id: str | None = None,
    sitting: Sitting | None = None,
) -> Cockpit:
    """Return the cockpit over a world whose clock stands still; interval 0 looks only when asked."""
    context = Context(
        facade=world,
        clock=lambda: NOW,
        name="prod-eu",
        zone=ZONE,
        glyphs=ASCII if is_ascii else UNICODE,
        starts_engine=False,
        sitting=sitting or Sitting(),
        interval=interval,
    )
    return Cockpit(context, execution_id=execution_id)


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "busy"
    said = cockpit(WORLDS[name](), interval=0.5).run()
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
