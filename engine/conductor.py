"""The facade: every verb that a face has, once; and the composition root that gives them a home and a clock."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from engine.domain.admission import Blocker
from engine.domain.blueprint import Plan, Workflow
from engine.domain.deployment import Blueprint, Deployment
from engine.domain.event import Event
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.json import Json, JsonObject
from engine.domain.schedule import Schedule
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    DeploymentView,
    EngineView,
    ExecutionView,
    HomeView,
    QueueRow,
    ScheduleRow,
)
from engine.runtime import doorbell, launch
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.home import Home, resolve
from engine.services import executions as execution_services
from engine.services import views as view_services
from storage import blueprints as blueprint_rows
from storage import deployments as deployment_rows
from storage import events as event_rows
from storage import executions as execution_rows
from storage import views as view_rows
from storage.database import Database


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
            self.ensure_engine()
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
        self.ensure_engine()
        doorbell.ring(self.home.root)
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
        doorbell.ring(self.home.root)
        return execution

    def why(self, id: str) -> tuple[Blocker, ...]:
        return view_services.why(self._database, id)

    def queue(self) -> list[QueueRow]:
        return view_services.queue(self._database)

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

    # --- the engine

    def engine_status(self) -> EngineView:
        return launch.status(self.home, self._database)

    def ensure_engine(self) -> EngineView:
        """Start an engine in the background where none runs.

        Raises:
            EngineUnavailable: it did not come up; the text names its log.
        """
        launch.ensure_engine(self.home)
        return self.engine_status()

    def stop_engine(self, timeout: float = 10.0) -> bool:
        """Stop the engine in an orderly way; executions go on. False means that none ran."""
        return launch.stop_engine(self.home, timeout)

    def home_view(self, limit: int = 200) -> HomeView:
        return view_services.home(self._database, self.engine_status(), now=self._clock.wall(), limit=limit)
