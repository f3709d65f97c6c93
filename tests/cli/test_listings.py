"""Listings and full views look as they were judged right."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO

from conductor_tui.cli import details, listings
from conductor_tui.cli.listings import Listing, Row
from conductor_tui.cli.output import Output
from engine.domain.admission import Blocker, Rule
from engine.domain.blueprint import Parameter, Workflow
from engine.domain.execution import Execution, Status
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    DeploymentView,
    EngineState,
    EngineView,
    ExecutionView,
    Explanation,
    InstanceRow,
    QueueRow,
    Reason,
    ScheduleRow,
)
from tests.cli.golden import FOLDER, assert_golden

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def execution(number: int, status: Status, **more: object) -> Execution:
    facts = {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "number": number,
        "workflow_id": "install",
        "deployment_id": "shop",
        "blueprint_id": "corner-shop",
        "status": status,
        "created_at": NOON + number * MINUTE,
    }
    return Execution(**{**facts, **more})  # type: ignore[arg-type] # the facts of a test are checked by running it


RUNNING = execution(2, Status.STARTED, started_at=NOON + 2 * MINUTE, total_operations=21, finished_operations=13)
ENDED = execution(
    1,
    Status.FAILED,
    workflow_id="uninstall",
    error="the worker was killed\nby signal 9 \x1b[31m",
    started_at=NOON,
    ended_at=NOON + MINUTE,
    parameters={"ignore_failure": True, "node_ids": ["proxy"]},
)
QUEUED = execution(3, Status.QUEUED, dry_run=True)
BLOCKER = Blocker(
    rule=Rule.DEPLOYMENT, execution_id=RUNNING.id, workflow_id="install", deployment_id="shop", is_queued=False
)
SCHEDULE = ScheduleRow(
    id="nightly",
    deployment_id="shop",
    workflow_id="smoke_test",
    rule="every 1 day",
    timezone="Europe/Berlin",
    enabled=True,
    next_occurrence=NOON + MINUTE,
    latest_execution_id=ENDED.id,
    latest_status="terminated",
    since=NOON,
    until=None,
    origin="user",
)
DEPLOYMENT = DeploymentRow(
    id="shop",
    blueprint_id="corner-shop",
    created_at=NOON,
    instances=9,
    started_instances=7,
    latest=ENDED,
    next_run=NOON + MINUTE,
    running=1,
    queued=1,
)


def listed(listing: Listing[Row], rows: Sequence[Row]) -> str:
    printed = StringIO()
    listings.show(Output(stdout=printed), listing, rows)
    return printed.getvalue()


def test_executions() -> None:
    assert_golden(FOLDER / "executions.txt", listed(listings.EXECUTIONS, [ENDED, RUNNING, QUEUED]))


def test_queue() -> None:
    assert_golden(
        FOLDER / "queue.txt",
        listed(listings.QUEUE, [QueueRow(position=1, execution=QUEUED, blockers=(BLOCKER,))]),
    )


def test_blueprints() -> None:
    row = BlueprintRow(
        id="corner-shop",
        description="A shop\nwith a [bold] \x1b]0;title\x07",
        main_file="blueprint.yaml",
        created_at=NOON,
        deployments=2,
        nodes=9,
    )

    assert_golden(FOLDER / "blueprints.txt", listed(listings.BLUEPRINTS, [row]))


def test_deployments() -> None:
    assert_golden(FOLDER / "deployments.txt", listed(listings.DEPLOYMENTS, [DEPLOYMENT]))


def test_schedules() -> None:
    assert_golden(FOLDER / "schedules.txt", listed(listings.SCHEDULES, [SCHEDULE]))


def test_one_execution() -> None:
    printed = StringIO()
    listings.show_execution(Output(stdout=printed), ExecutionView(now=NOON, execution=ENDED, blockers=(BLOCKER,)))

    assert_golden(FOLDER / "execution.txt", printed.getvalue())


def test_one_deployment() -> None:
    view = DeploymentView(
        now=NOON,
        row=DEPLOYMENT,
        inputs={"port": 8080, "name": "Corner"},
        instances=(
            InstanceRow(
                id="proxy_abc123",
                node_id="proxy",
                type="shop.nodes.Proxy",
                state="started",
                host_id="host_1",
                runtime_properties={},
            ),
        ),
        executions=(ENDED, RUNNING),
        schedules=(SCHEDULE,),
        outputs={"url": "http://127.0.0.1:8080/"},
        labels={"csys-obj-type": ["service"], "team": ["shop", "web"]},
    )

    assert_golden(FOLDER / "deployment.txt", "\n".join(details.deployment_lines(view)) + "\n")


def test_one_workflow() -> None:
    workflow = Workflow(
        name="smoke_test",
        plugin="shop",
        function="smoke_test",
        parameters={
            "expected": Parameter(type="string", default="Welcome", has_default=True, description="What it must say."),
            "url": Parameter(),
        },
    )

    assert_golden(FOLDER / "workflow.txt", "\n".join(details.workflow_lines(workflow)) + "\n")


def test_the_engine() -> None:
    view = EngineView(
        state=EngineState.RUNNING, pid=4711, epoch=3, started_at=NOON, is_on_demand=True, last_poll_at=NOON
    )

    assert_golden(FOLDER / "engine.txt", "\n".join(details.engine_lines(view)) + "\n")


def test_why_tells_each_reason_with_its_beginning_its_end_and_what_would_end_it() -> None:
    nobody = Blocker(
        rule=Rule.MAINTENANCE, execution_id="", workflow_id="", deployment_id=None, is_queued=False, group_id=None
    )
    known, unknown, held = (
        Reason(blocker=blocker, since=NOON, ends_at=ends_at, is_overdue=ends_at is not None, remedy="conductor …")
        for blocker, ends_at in ((BLOCKER, NOON + MINUTE), (BLOCKER, None), (nobody, None))
    )
    told = Explanation(
        now=NOON, execution=QUEUED, position=1, reasons=(known, unknown, held), starts_at=NOON + 2 * MINUTE
    )
    running = f"install {RUNNING.id} of this deployment is running since 2026-11-23 12:00:00Z"

    assert [
        "position 1 in the queue",
        f"{running}, probably until 2026-11-23 12:01:00Z, longer than usual",
        "  to end that: conductor …",
        f"{running}; nobody can tell when it ends",
        "  to end that: conductor …",
        "maintenance mode holds the queue since 2026-11-23 12:00:00Z",
        "  to end that: conductor …",
        "expected to start at 2026-11-23 12:02:00Z",
    ] == details.explanation_lines(told)
