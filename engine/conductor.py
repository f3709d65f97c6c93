"""The facade: every verb that a face has, once; and the composition root that gives them a home and a clock."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.domain.admission import Blocker
from engine.domain.blueprint import Plan, Workflow
from engine.domain.deployment import Blueprint, Deployment
from engine.domain.event import Event
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.json import Json, JsonObject
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    DeploymentView,
    EngineState,
    EngineView,
    ExecutionView,
    Explanation,
    HomeView,
    MaintenanceView,
    QueueRow,
    ScheduleRow,
)
from engine.runtime import doorbell, launch
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.home import Home, resolve
from engine.runtime.leadership import leader
from engine.services import executions as execution_services
from engine.services import explaining
from engine.services import views as view_services
from storage import blueprints as blueprint_rows
from storage import deployments as deployment_rows
from storage import engines as engine_rows
from storage import events as event_rows
from storage import executions as execution_rows
from storage import views as view_rows
from storage.database import Database

if TYPE_CHECKING:
    from engine.domain.schedule import Occurrence, Schedule
    from engine.domain.schedulerequest import ScheduleChanges, Timing
    from engine.domain.settings import Setting


class Conductor:
    """One state directory, as a face sees it. May be used from any thread."""

    def __init__(self, home: Path | None = None, clock: Clock | None = None) -> None:
        self.home: Home = resolve(home).ensure()
        self._clock = clock or SystemClock()

    @cached_property
    def _database(self) -> Database:
        return Database.open(self.home.root)

    def close(self) -> None:
        """Close the database; the engine and its executions go on."""
        if "_database" in self.__dict__:
            self._database.close()

    def data_version(self) -> int:
        """Return a number that changes whenever anything was stored."""
        return self._database.data_version()

    # --- blueprints

    def validate_blueprint(self, path: Path, *, main_file: str | None = None) -> Plan:
        """Return the plan of a blueprint file, folder or archive without storing it."""
        from engine.services import blueprints  # listings start without the blueprint language

        return blueprints.validate(self.home.root, path, main_file=main_file)

    def upload_blueprint(self, path: Path, id: str | None = None, *, main_file: str | None = None) -> Blueprint:
        """Store a blueprint file with its folder, a folder, or an archive."""
        from engine.services import blueprints

        now = self._clock.wall()
        return blueprints.upload(self._database, self.home.root, path, id, main_file=main_file, now=now)

    def blueprints(self) -> list[BlueprintRow]:
        with self._database.read() as connection:
            return view_rows.blueprints(connection)

    def blueprint(self, id: str) -> Blueprint:
        with self._database.read() as connection:
            return blueprint_rows.get(connection, id)

    def blueprint_folder(self, id: str) -> Path:
        """Return the folder of a blueprint's files; they must not be changed."""
        return self.home.blueprints / self.blueprint(id).content

    def delete_blueprint(self, id: str) -> None:
        from engine.services import blueprints

        blueprints.delete(self._database, self.home.root, id)

    # --- deployments

    def create_deployment(
        self, blueprint_id: str, id: str | None = None, inputs: dict[str, Json] | None = None
    ) -> Deployment:
        """Make a deployment; its default schedules begin to count at once."""
        from engine.services import deployments

        created = deployments.create(self._database, blueprint_id, id, inputs or {}, now=self._clock.wall())
        if created.plan.deployment_settings.get("default_schedules"):
            self._wake_engine()
        return created

    def deployments(self) -> list[DeploymentRow]:
        with self._database.read() as connection:
            return view_rows.deployments(connection)

    def deployment(self, id: str) -> DeploymentView:
        """Return one deployment with its instances, executions, schedules, outputs and capabilities."""
        from engine.services import deployments

        return deployments.view(self._database, id, now=self._clock.wall())

    def delete_deployment(self, id: str, force: bool = False) -> None:
        from engine.services import deployments

        deployments.delete(self._database, id, force=force)

    def workflows(self, deployment_id: str) -> dict[str, Workflow]:
        with self._database.read() as connection:
            return deployment_rows.workflows(connection, deployment_id)[1]

    def outputs(self, deployment_id: str) -> dict[str, Json]:
        from engine.services import deployments

        return deployments.outputs(self._database, deployment_id)

    def capabilities(self, deployment_id: str) -> dict[str, Json]:
        from engine.services import deployments

        return deployments.capabilities(self._database, deployment_id)

    # --- executions

    def start_execution(
        self,
        deployment_id: str | None,
        workflow_id: str,
        parameters: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
        dry_run: bool = False,
        allow_custom_parameters: bool = False,
        wait_after_fail: int = 600,
        origin: str = "user",
    ) -> Execution:
        """Start an execution or queue it, and see to it that an engine runs.

        Raises:
            ExecutionRefused: something runs that this start may neither join nor wait for.
            EngineUnavailable: it is stored, but no engine could be started.
        """
        request = StartRequest(
            workflow_id=workflow_id,
            deployment_id=deployment_id,
            parameters=parameters or {},
            force=force,
            queue=queue,
            dry_run=dry_run,
            allow_custom_parameters=allow_custom_parameters,
            wait_after_fail=wait_after_fail,
            origin=origin,
        )
        execution = execution_services.start(self._database, request, now=self._clock.wall())
        self._wake_engine()
        return execution

    def executions(
        self,
        *,
        deployment_id: str | None = None,
        status: Iterable[Status] | None = None,
        limit: int = 1000,
        offset: int = 0,
        is_newest_first: bool = False,
    ) -> list[Execution]:
        with self._database.read() as connection:
            return execution_rows.find(
                connection,
                deployment_id=deployment_id,
                statuses=status,
                limit=limit,
                offset=offset,
                is_newest_first=is_newest_first,
            )

    def execution(self, id: str) -> Execution:
        """Return one execution by its id or the unique beginning of it."""
        with self._database.read() as connection:
            return execution_rows.get(connection, execution_rows.resolve(connection, id))

    def execution_view(self, id: str) -> ExecutionView:
        return view_services.execution(self._database, id, now=self._clock.wall())

    def cancel_execution(self, id: str, kind: CancelKind = CancelKind.CANCEL) -> Execution:
        """Ask an execution to stop; a kill of an ended one ends what it left running."""
        full_id = self.execution(id).id
        execution = execution_services.cancel(self._database, full_id, kind, now=self._clock.wall())
        if kind is CancelKind.KILL and execution.is_final:
            self._end_leftovers(execution)
        else:
            self._wake_engine()
        return execution

    def _end_leftovers(self, execution: Execution) -> None:
        from engine.runtime.ending import end_tree
        from engine.runtime.marks import mark_of
        from engine.runtime.processes import marked, scan

        marks = {mark_of(execution.id, attempt) for attempt in range(1, execution.attempt + 1)}
        end_tree(lambda: marked(scan(), marks))

    def why(self, id: str) -> tuple[Blocker, ...]:
        """Return what holds an execution back; empty when nothing does."""
        return tuple(reason.blocker for reason in self.explain(id).reasons)

    def explain(self, id: str) -> Explanation:
        """Return why an execution waits: who holds it back, since when, for how long still, and what would free it."""
        return explaining.explain(self._database, id, now=self._clock.wall())

    def queue(self) -> list[QueueRow]:
        return view_services.queue(self._database, now=self._clock.wall())

    def purge_executions(
        self,
        *,
        before: str | None = None,
        keep_last: int | None = None,
        deployment_id: str | None = None,
        statuses: Iterable[Status] | None = None,
    ) -> int:
        """Remove ended executions with their operations, events and logs, and return how many.

        Args:
            before: those that ended earlier; an age such as `2 weeks`, or a date and time.
            keep_last: how many of each deployment stay.
            deployment_id: of this deployment alone.
            statuses: only those that ended so.

        Raises:
            InvalidValue: a time cannot be read, or a status is not final.
        """
        from engine.domain.execution import FINAL
        from engine.services import purging

        request = purging.Purge(
            before=purging.cutoff(before, now=self._clock.wall()) if before is not None else None,
            keep_last=keep_last,
            deployment_id=deployment_id,
            statuses=frozenset(statuses) if statuses is not None else FINAL,
        )
        return purging.purge(self._database, request)

    # --- events

    def events(
        self,
        after: int = 0,
        *,
        execution_id: str | None = None,
        deployment_id: str | None = None,
        limit: int = 1000,
    ) -> list[Event]:
        """Return the events after the one with the id `after`, oldest first."""
        with self._database.read() as connection:
            return event_rows.after(
                connection, after, execution_id=execution_id, deployment_id=deployment_id, limit=limit
            )

    def follow(self, execution_id: str, *, after: int = 0, timeout: float | None = None) -> Iterator[list[Event]]:
        """Yield new events of an execution until it has ended, or for `timeout` seconds."""
        from engine.runtime.following import follow

        full_id = self.execution(execution_id).id
        return follow(self._database, full_id, after=after, timeout=timeout, clock=self._clock)

    # --- schedules

    def create_schedule(
        self,
        deployment_id: str,
        workflow_id: str,
        *,
        id: str | None = None,
        since: str,
        until: str | None = None,
        timezone: str | None = None,
        recurrence: str | None = None,
        weekdays: Iterable[str] = (),
        count: int | None = None,
        rrule: str | None = None,
        parameters: JsonObject | None = None,
        slip: int = 0,
        stop_on_fail: bool = False,
        force: bool = False,
        dry_run: bool = False,
        allow_custom_parameters: bool = False,
        wait_after_fail: int = 600,
    ) -> "Schedule":
        """Store a schedule, and see to it that an engine polls it.

        Raises:
            InvalidValue: a time, the rule, the id or the parameters do not fit.
        """
        from engine.domain.schedule import ExecutionArguments  # listings start without recurrence
        from engine.domain.schedulerequest import ScheduleRequest, Timing
        from engine.services import schedules

        request = ScheduleRequest(
            deployment_id=deployment_id,
            workflow_id=workflow_id,
            id=id,
            timing=Timing(
                since=since,
                until=until,
                timezone=timezone,
                recurrence=recurrence,
                weekdays=tuple(weekdays),
                count=count,
                rrule=rrule,
            ),
            parameters=parameters or {},
            arguments=ExecutionArguments(
                force=force,
                dry_run=dry_run,
                allow_custom_parameters=allow_custom_parameters,
                wait_after_fail=wait_after_fail,
            ),
            slip=slip,
            stop_on_fail=stop_on_fail,
        )
        schedule = schedules.create(self._database, request, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def schedules(self, deployment_id: str | None = None) -> list[ScheduleRow]:
        from engine.services import schedules

        with self._database.read() as connection:
            return schedules.rows(connection, deployment_id=deployment_id)

    def schedule(self, deployment_id: str, id: str) -> "Schedule":
        from engine.services import schedules

        return schedules.get(self._database, deployment_id, id)

    def upcoming(self, deployment_id: str, id: str, *, limit: int = 10) -> list[datetime]:
        """Return the next occurrences of a schedule; none while it is disabled."""
        from engine.services import schedules

        return schedules.upcoming(self._database, deployment_id, id, now=self._clock.wall(), limit=limit)

    def preview_schedule(self, timing: "Timing", *, limit: int = 10) -> list[datetime]:
        """Return the next occurrences of a schedule that is not stored."""
        from engine.services import schedules

        return schedules.preview(timing, now=self._clock.wall(), limit=limit)

    def schedule_history(self, deployment_id: str, id: str, *, limit: int = 100) -> "list[Occurrence]":
        """Return what was decided about a schedule's occurrences, newest first."""
        from engine.services import schedules

        return schedules.history(self._database, deployment_id, id, limit=limit)

    def update_schedule(self, deployment_id: str, id: str, changes: "ScheduleChanges") -> "Schedule":
        """Change a schedule; what `changes` leaves out stays."""
        from engine.services import schedules

        schedule = schedules.update(self._database, deployment_id, id, changes, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def enable_schedule(self, deployment_id: str, id: str) -> "Schedule":
        from engine.services import schedules

        schedule = schedules.enable(self._database, deployment_id, id, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def disable_schedule(self, deployment_id: str, id: str) -> "Schedule":
        from engine.services import schedules

        return schedules.disable(self._database, deployment_id, id)

    def delete_schedule(self, deployment_id: str, id: str) -> None:
        from engine.services import schedules

        schedules.delete(self._database, deployment_id, id)

    # --- maintenance mode

    def activate_maintenance(self) -> MaintenanceView:
        """Let running executions finish and hold everything else."""
        from engine.services import maintenance

        maintenance.activate(self._database, now=self._clock.wall())
        self._wake_engine()
        return maintenance.status(self._database)

    def deactivate_maintenance(self) -> MaintenanceView:
        """Let executions start again; the queue moves at once."""
        from engine.services import maintenance

        maintenance.deactivate(self._database, now=self._clock.wall())
        self._wake_engine()
        return maintenance.status(self._database)

    def maintenance_status(self) -> MaintenanceView:
        from engine.services import maintenance

        return maintenance.status(self._database)

    # --- settings

    def settings(self) -> "list[Setting]":
        from engine.services import settings

        return settings.listing(self._database)

    def setting(self, key: str) -> "Setting":
        """Return one setting.

        Raises:
            NotFound: there is no such setting.
        """
        from engine.services import settings

        return settings.get(self._database, key)

    def change_setting(self, key: str, value: Json) -> "Setting":
        """Set one setting; a running engine follows within seconds.

        Raises:
            NotFound: there is no such setting.
            InvalidValue: the value is out of bounds.
        """
        from engine.services import settings

        changed = settings.change(self._database, key, value)
        doorbell.ring(self.home.root)
        return changed

    def reset_setting(self, key: str) -> "Setting":
        """Let one setting have its default again."""
        from engine.services import settings

        changed = settings.reset(self._database, key)
        doorbell.ring(self.home.root)
        return changed

    # --- the engine

    def engine_status(self) -> EngineView:
        """Return what is known of the engine: whether it leads is a kernel fact, the rest is its row."""
        process = leader(self.home)
        with self._database.read() as connection:
            row = engine_rows.latest(connection)
        if process is None or row is None:
            return EngineView(state=EngineState.ABSENT, epoch=row.epoch if row else 0)
        return EngineView(
            state=EngineState.RUNNING,
            pid=process.pid,
            epoch=row.epoch,
            started_at=row.started_at,
            is_on_demand=row.is_on_demand,
            last_poll_at=row.last_poll_at,
            next_poll_at=row.next_poll_at,
        )

    def ensure_engine(self) -> EngineView:
        """Start an engine in the background where none runs.

        Raises:
            EngineUnavailable: it did not come up; the text names its log.
        """
        launch.ensure_engine(self.home)
        return self.engine_status()

    def _wake_engine(self) -> None:
        launch.ensure_engine(self.home)
        doorbell.ring(self.home.root)

    def stop_engine(self, timeout: float = 10.0) -> bool:
        """Stop the engine in an orderly way; executions go on. False means that none ran."""
        return launch.stop_engine(self.home, timeout=timeout) is not None

    def home_view(self, limit: int = 200) -> HomeView:
        """Return everything that the first screen shows."""
        return view_services.home(self._database, self.engine_status(), now=self._clock.wall(), limit=limit)
