"""A facade over values: answers what a test puts in, and writes down what it was asked."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from conductor_tui.eventline import event_place
from engine.domain.admission import Blocker
from engine.domain.blueprint import Parameter, Plan, Workflow
from engine.domain.deployment import Blueprint, Deployment
from engine.domain.errors import BlueprintInvalid, DeploymentBusy, InUse, InvalidValue, NotFound, Problem, StorageFailed
from engine.domain.event import Event
from engine.domain.execution import CancelKind, Execution, OperationRecord, Status
from engine.domain.forecast import Duration, forecast
from engine.domain.hook import Hook
from engine.domain.json import Json, JsonObject
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.past import Past
from engine.domain.plugin import StoredPlugin
from engine.domain.poll import PollRecord
from engine.domain.secret import Secret
from engine.domain.settings import Setting, Settings, check, describe
from engine.domain.snapshot import Snapshot
from engine.domain.updatepreview import ScheduleMoves, UpdatePreview
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    DeploymentView,
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
from tests.cockpit.samples import (
    ENGINE,
    HOOKS,
    NOW,
    PLUGINS,
    POLLS,
    SECRETS,
    SNAPSHOTS,
    UPDATE_STEPS,
    as_live,
    execution,
    nodes,
)


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

    def polls(self) -> list[PollRecord]:
        return list(POLLS) if self.home.engine.last_poll_at else []

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
        live = [as_live(one) for one in (*running, *(row.execution for row in self.home.queue))]
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
        plan = Plan(version="1_5", inputs=inputs, nodes=nodes(), source_files=("blueprint.yaml",))
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

    def plugins(self) -> list[StoredPlugin]:
        return list(PLUGINS) if self.home.deployments else []

    def plugin_users(self, id: str) -> list[str]:
        return ["blueprint web-stack", "deployment web-eu-1"]

    def delete_plugin(self, id: str, *, force: bool = False) -> None:
        self.asked.append(("delete_plugin", id))

    def secrets(self) -> list[Secret]:
        return list(SECRETS) if self.home.deployments else []

    def delete_secret(self, key: str, *, force: bool = False) -> None:
        raise InUse("secret", key, "deployments need it: web-eu-1; --force deletes it nevertheless")

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
