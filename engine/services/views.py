"""The read models that faces show: one snapshot per call."""

from datetime import datetime
from sqlite3 import Connection

from engine.domain import admission
from engine.domain.admission import Blocker
from engine.domain.errors import NotFound
from engine.domain.execution import Execution, Status
from engine.domain.view import DeploymentView, EngineView, ExecutionView, HomeView, QueueRow
from engine.services import explaining, scheduleviews, settings
from storage import dependencies, deployments, events, executions, operations, views
from storage.database import Database

RECENT = 20
DETAIL_EVENTS = 2000


def home(database: Database, engine: EngineView, *, now: datetime, limit: int = 200) -> HomeView:
    """Return everything that the first screen shows; `limit` bounds each list."""
    with database.read() as connection:
        return HomeView(
            now=now,
            engine=engine,
            deployments=tuple(views.deployments(connection, limit=limit)),
            running=tuple(executions.active(connection)[:limit]),
            recent=tuple(executions.ended_last(connection, RECENT)),
            queue=tuple(explaining.queue(connection, now=now)[:limit]),
            schedules=tuple(scheduleviews.rows(connection, limit=limit)),
            events=tuple(events.tail(connection, limit)),
            failed_last_day=views.failed_last_day(connection, now),
            totals=views.totals(connection, now),
        )


def pulse(database: Database, engine: EngineView, *, now: datetime) -> HomeView:
    """Return what every screen tells around its own view: what runs, what ended last, and how many there are."""
    with database.read() as connection:
        totals = views.totals(connection, now)
        return HomeView(
            now=now,
            engine=engine,
            running=tuple(executions.active(connection)),
            recent=tuple(executions.ended_last(connection, RECENT)),
            failed_last_day=totals.failed_last_day,
            totals=totals,
        )


def execution(database: Database, id: str, *, now: datetime) -> ExecutionView:
    """Return one execution with its operations and the newest part of its log.

    Raises:
        NotFound: there is no such execution.
    """
    with database.read() as connection:
        found = executions.get(connection, executions.resolve(connection, id))
        return ExecutionView(
            now=now,
            execution=found,
            operations=tuple(operations.find(connection, found.id)),
            blockers=_blockers(connection, found),
            events=tuple(events.tail(connection, DETAIL_EVENTS, execution_id=found.id)),
        )


def _blockers(connection: Connection, execution: Execution) -> tuple[Blocker, ...]:
    if execution.status is not Status.QUEUED:
        return ()
    live = executions.live(connection)
    candidate = next(one for one in live if one.id == execution.id)
    return admission.blockers(candidate, live, limit=settings.limit_in(connection))


def queue(database: Database, *, now: datetime) -> list[QueueRow]:
    with database.read() as connection:
        return explaining.queue(connection, now=now)


def deployment(database: Database, id: str, *, now: datetime) -> DeploymentView:
    """Return one deployment with what hangs on it; outputs are evaluated by the facade.

    Raises:
        NotFound: there is no such deployment.
    """
    with database.read() as connection:
        rows = views.deployments(connection, id=id)
        if not rows:
            raise NotFound("deployment", id, "`conductor deployments list` shows those that exist")
        return DeploymentView(
            now=now,
            row=rows[0],
            inputs=deployments.inputs(connection, id),
            labels=deployments.labels(connection, id),
            depends_on=dependencies.sources(connection, id),
            needed_by=tuple(one.id for one in dependencies.dependents(connection, id)),
            instances=tuple(views.instances(connection, id)),
            executions=tuple(executions.find(connection, deployment_id=id, limit=100, is_newest_first=True)),
            schedules=tuple(scheduleviews.rows(connection, deployment_id=id)),
        )
