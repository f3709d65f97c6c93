"""The world in which everything happens at once: what runs, waits, failed and comes."""

from dataclasses import replace
from datetime import timedelta

from engine.domain.blueprint import Parameter, Workflow
from engine.domain.event import Event, EventType, Level
from engine.domain.execution import Execution, OperationRecord, OperationState, Status
from engine.domain.forecast import Duration
from engine.domain.json import Json, JsonObject
from engine.domain.past import Past, medians
from engine.domain.view import (
    BlueprintRow,
    DeploymentRow,
    Edge,
    HomeView,
    InstanceRow,
    ScheduleRow,
)
from tests.cockpit.samples import ENGINE, NOW, ago, deployment, event, execution, operation, schedule, soon, waiting
from tests.cockpit.world import World


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
        schedule("hourly", "edge-fra", "scale", timedelta(minutes=45), "every hour", latest_status="failed"),
        schedule("hourly", "edge-ams", "scale", timedelta(minutes=45), "every hour"),
        schedule("nightly", "ci-runners", "scale", timedelta(hours=3), "every day"),
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
