"""What the worker promises, against the real database and with real Python operations."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from engine.domain.blueprint import Node, Parameter, Workflow
from engine.domain.event import EventType
from engine.domain.execution import CancelKind, OperationState, Status
from engine.domain.json import Json
from engine.runtime.worker import DONE, KILLED, STALE, run
from storage import executions
from tests.runtime.worker_world import World, depends_on, make_world, node, python, workflow


class Gate:
    """Lets an operation and a test wait for each other."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.may_leave = threading.Event()

    def pass_through(self) -> None:
        self.entered.set()
        assert self.may_leave.wait(20)


gates: dict[str, Gate] = {}
"""By deployment folder, so that blueprint modules find the gate of their test."""

GATED = """
from tests.runtime.test_worker import gates

def gated(ctx, **_):
    gates[ctx.local_deployment_workdir()].pass_through()
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def gate_of(world: World) -> Gate:
    return gates.setdefault(str(world.home / "work" / "d1"), Gate())


def start_thread(world: World, workflow: str) -> tuple[str, threading.Thread, list[int]]:
    execution = world.start(workflow)
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(run(world.home, execution.id, 1, on_stale=lambda: None)))
    thread.start()
    return execution.id, thread, codes


def one(function: str, name: str = "create", **options: Json) -> Node:
    return node("web", {name: python(function, **options)})


def test_an_installed_deployment_has_started_instances_and_a_completed_execution(home: Path) -> None:
    world = make_world(
        home,
        [one("wk_install.nothing"), node("db", {"start": python("wk_install.nothing")})],
        files={"wk_install.py": "def nothing(**_): pass"},
    )

    execution = world.run("install")

    assert (Status.TERMINATED, "", 2, 2) == (
        execution.status,
        execution.error,
        execution.total_operations,
        execution.finished_operations,
    )
    assert ["started", "started"] == [world.instance(each.id).state for each in world.instances]
    told = [event.type for event in world.events(execution)]
    assert (EventType.WORKFLOW_STARTED, EventType.WORKFLOW_SUCCEEDED) == (told[0], told[-1])


def test_an_operation_is_durably_started_before_it_runs_and_ended_before_its_dependents_start(home: Path) -> None:
    source = """
import sqlite3
def look(ctx, **_):
    connection = sqlite3.connect(ctx.local_deployment_workdir() + "/../../conductor.db")
    rows = connection.execute("SELECT node_instance_id, state FROM operation ORDER BY position").fetchall()
    ctx.instance.runtime_properties["seen"] = dict(rows)
    connection.close()
"""
    world = make_world(
        home,
        [
            node("db", {"create": python("wk_durable.look")}),
            node("web", {"create": python("wk_durable.look")}, depends_on("db")),
        ],
        files={"wk_durable.py": source},
    )

    world.run("install")

    assert {"db_000001": "started", "web_000001": "pending"} == (world.instance("db_000001").runtime_properties["seen"])
    assert {"db_000001": "succeeded", "web_000001": "started"} == (
        world.instance("web_000001").runtime_properties["seen"]
    )


def test_a_failed_operation_fails_the_execution_with_a_sentence_and_a_trace(home: Path) -> None:
    world = make_world(
        home,
        [one("wk_fail.broken", max_retries=0)],
        files={"wk_fail.py": "def broken(**_):\n    raise ValueError('the disk is gone')"},
    )

    execution = world.run("install")

    first, _, details = execution.error.partition("\n")
    assert Status.FAILED is execution.status
    assert first == (
        "Task failed: wk_fail.broken (web_000001: cloudify.interfaces.lifecycle.create): ValueError `the disk is gone`"
    )
    assert "wk_fail.py" in details
    assert "engine/" not in details
    assert [(OperationState.FAILED, "the disk is gone")] == [(o.state, o.error) for o in world.operations(execution)]
    assert "creating" == world.instance("web_000001").state


def test_every_try_is_a_row_and_retries_raise_the_total(home: Path) -> None:
    source = """
def shaky(ctx, **_):
    if ctx.operation.retry_number < 2:
        raise RuntimeError("not yet")
"""
    world = make_world(home, [one("wk_shaky.shaky", max_retries=5, retry_interval=0.0)], files={"wk_shaky.py": source})

    execution = world.run("install")

    rescheduled, succeeded = OperationState.RESCHEDULED, OperationState.SUCCEEDED
    assert [(rescheduled, 0), (rescheduled, 1), (succeeded, 2)] == [
        (each.state, each.retry) for each in world.operations(execution)
    ]
    assert (3, 3) == (execution.total_operations, execution.finished_operations)
    assert "Task failed 'wk_shaky.shaky' -> not yet [retry 1/5]" in world.messages(execution, EventType.TASK_FAILED)


def test_an_operation_may_ask_for_another_try(home: Path) -> None:
    source = """
def patient(ctx, **_):
    if ctx.operation.retry_number == 0:
        return ctx.operation.retry("still warming up", 0)
"""
    world = make_world(home, [one("wk_retry.patient")], files={"wk_retry.py": source})

    execution = world.run("install")

    assert Status.TERMINATED is execution.status
    assert ["Task rescheduled 'wk_retry.patient' -> still warming up"] == world.messages(
        execution, EventType.TASK_RESCHEDULED
    )


def test_runtime_properties_survive_an_operation_that_fails(home: Path) -> None:
    source = """
def fails(ctx, **_):
    ctx.instance.runtime_properties["pid"] = 42
    raise ValueError("no")
"""
    world = make_world(home, [one("wk_keep.fails", max_retries=0)], files={"wk_keep.py": source})

    world.run("install")

    assert {"pid": 42} == world.instance("web_000001").runtime_properties


def test_runtime_properties_that_somebody_else_changed_are_merged_by_the_handler(home: Path) -> None:
    source = """
from engine.sdk.instance_context import simple_merge_handler
import sqlite3

def merge(ctx, **_):
    ctx.instance.runtime_properties["mine"] = 1
    connection = sqlite3.connect(ctx.local_deployment_workdir() + "/../../conductor.db")
    with connection:
        connection.execute("UPDATE node_instance SET runtime_properties = '{\\"theirs\\":2}', version = version + 1")
    connection.close()
    ctx.instance.update(on_conflict=simple_merge_handler)
"""
    world = make_world(home, [one("wk_merge.merge", max_retries=0)], files={"wk_merge.py": source})

    assert "" == world.run("install").error
    assert {"mine": 1, "theirs": 2} == world.instance("web_000001").runtime_properties


def test_a_value_that_is_no_json_fails_its_operation_alone(home: Path) -> None:
    source = "def odd(ctx, **_):\n    ctx.instance.runtime_properties['x'] = object()\ndef fine(**_): pass"
    world = make_world(
        home,
        [one("wk_json.odd", max_retries=0), node("db", {"create": python("wk_json.fine")})],
        files={"wk_json.py": source},
    )

    execution = world.run("install")

    assert "the runtime properties of `web_000001` cannot be stored as JSON" in execution.error
    assert "started" == world.instance("db_000001").state


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("wk_missing.create", "plugin `app` has no module `wk_missing`"),
        ("wk_plugin.typo", "module `wk_plugin` of plugin `app` has no function `typo`"),
        ("wk_broken.create", "module `wk_broken` of plugin `app` cannot be loaded: SyntaxError"),
        ("wk_imports.create", "module `wk_imports` of plugin `app` cannot be loaded: ModuleNotFoundError"),
        ("wk_plugin.picky", "cannot take the inputs (port)"),
    ],
)
def test_a_function_that_cannot_be_called_fails_at_once_with_a_sentence(
    home: Path, function: str, sentence: str
) -> None:
    files = {
        "wk_plugin.py": "def picky(ctx, host): pass",
        "wk_broken.py": "def create(:",
        "wk_imports.py": "import no_such_module_anywhere",
    }
    world = make_world(home, [one(function, inputs={"port": 1})], files=files)

    execution = world.run("install")

    assert sentence in execution.error.partition("\n")[0]
    assert 1 == len(world.operations(execution))


def test_inputs_with_functions_are_evaluated_just_before_the_run(home: Path) -> None:
    source = """
def db(ctx, **_):
    ctx.instance.runtime_properties["port"] = 5432

def web(ctx, url, **_):
    ctx.instance.runtime_properties["url"] = url
"""
    url = {"concat": ["db:", {"get_attribute": ["db", "port"]}]}
    world = make_world(
        home,
        [
            node("db", {"create": python("wk_functions.db")}),
            node("web", {"create": python("wk_functions.web", {"url": url}, has_functions=True)}, depends_on("db")),
        ],
        files={"wk_functions.py": source},
    )

    assert "" == world.run("install").error
    assert {"url": "db:5432"} == world.instance("web_000001").runtime_properties


def test_operations_of_a_relationship_see_both_ends(home: Path) -> None:
    source = """
def link(ctx, **_):
    ctx.source.instance.runtime_properties["target"] = ctx.target.instance.id
    ctx.target.instance.runtime_properties["side"] = ctx.operation.relationship
"""
    establish = {"cloudify.interfaces.relationship_lifecycle.establish": python("wk_link.link")}
    world = make_world(
        home,
        [node("db"), node("web", {}, depends_on("db", target_operations=establish))],
        files={"wk_link.py": source},
    )

    assert "" == world.run("install").error
    assert {"target": "db_000001"} == world.instance("web_000001").runtime_properties
    assert {"side": "target"} == world.instance("db_000001").runtime_properties


def test_what_operations_and_workflows_print_and_log_becomes_log_events(home: Path) -> None:
    source = """
def talk(ctx, **_):
    print("printed")
    ctx.logger.warning("logged %s", 1)

def flow(ctx, **_):
    print("flow printed")
    ctx.logger.info("flow logged")
    for instance in ctx.node_instances:
        instance.execute_operation("cloudify.interfaces.lifecycle.create").get()
"""
    world = make_world(home, [one("wk_talk.talk")], files={"wk_talk.py": source}, workflows=workflow("wk_talk.flow"))

    execution = world.run("custom")

    assert ["flow printed", "flow logged", "<out> printed", "logged 1"] == world.messages(execution)


def test_a_workflow_of_the_blueprint_gets_its_parameters(home: Path) -> None:
    source = """
from engine.sdk.workflows import ctx, parameters, workflow

@workflow
def greet(who, **_):
    ctx.logger.info("hello %s %s", who, parameters.who)
"""
    world = make_world(home, [], files={"wk_params.py": source}, workflows=workflow("wk_params.greet"))

    assert ["hello world world"] == world.messages(world.run("custom", {"who": "world"}))


def test_a_script_may_be_a_workflow(home: Path) -> None:
    source = "from engine.sdk.workflows import ctx, parameters\nctx.logger.info('ran with %s', parameters.n)"
    declared = Workflow(
        name="custom",
        plugin="script",
        function="script_runner.tasks.execute_workflow",
        parameters={"script_path": Parameter(default="flows/flow.py", has_default=True)},
    )
    world = make_world(home, [], files={"flows/flow.py": source}, workflows={"custom": declared})

    execution = world.run("custom", {"n": 3})

    assert ("", ["ran with 3"]) == (execution.error, world.messages(execution))


def test_what_a_workflow_raises_is_the_error_of_its_execution(home: Path) -> None:
    source = """
from engine.sdk import NonRecoverableError
def wrong(**_):
    raise NonRecoverableError("the page said 500")
def odd(**_):
    return 1 / 0
"""
    flows = {**workflow("wk_wrong.wrong", "wrong"), **workflow("wk_wrong.odd", "odd")}
    world = make_world(home, [], files={"wk_wrong.py": source}, workflows=flows)

    assert "the page said 500" == world.run("wrong").error
    odd = world.run("odd").error
    assert odd.startswith("ZeroDivisionError: division by zero\nTraceback")


def test_a_cancelled_execution_lets_its_operation_end_and_begins_no_other(home: Path) -> None:
    world = make_world(
        home,
        [
            node("db", {"create": python("wk_gate1.gated")}),
            node("web", {"create": python("wk_gate1.gated")}, depends_on("db")),
        ],
        files={"wk_gate1.py": GATED},
    )
    gate = gate_of(world)
    id, thread, codes = start_thread(world, "install")
    assert gate.entered.wait(20)

    world.cancel(id)
    gate.may_leave.set()
    thread.join(20)

    execution = world.execution(id)
    assert ([DONE], Status.CANCELLED) == (codes, execution.status)
    assert [OperationState.SUCCEEDED, OperationState.PENDING] == [o.state for o in world.operations(execution)]
    assert 1 == len(world.messages(execution, EventType.TASK_STARTED)) - 2  # two subgraphs


def test_an_execution_that_is_cancelled_during_its_last_operation_has_done_everything(home: Path) -> None:
    world = make_world(home, [one("wk_gate4.gated")], files={"wk_gate4.py": GATED})
    gate = gate_of(world)
    id, thread, codes = start_thread(world, "install")
    assert gate.entered.wait(20)

    world.cancel(id)
    gate.may_leave.set()
    thread.join(20)

    execution = world.execution(id)
    assert ([DONE], Status.TERMINATED) == (codes, execution.status)
    assert ["started"] == [world.instance(one.id).state for one in world.instances]


def test_an_execution_cancelled_by_force_does_not_wait_for_its_operation(home: Path) -> None:
    world = make_world(home, [one("wk_gate2.gated")], files={"wk_gate2.py": GATED})
    gate = gate_of(world)
    id, thread, codes = start_thread(world, "install")
    assert gate.entered.wait(20)

    world.cancel(id, CancelKind.FORCE)
    thread.join(20)
    gate.may_leave.set()

    execution = world.execution(id)
    assert ([DONE], Status.CANCELLED) == (codes, execution.status)
    assert [OperationState.FAILED] == [o.state for o in world.operations(execution)]


def test_a_killed_worker_leaves_its_verdict_to_the_killer(home: Path) -> None:
    world = make_world(home, [one("wk_gate3.gated")], files={"wk_gate3.py": GATED})
    gate = gate_of(world)
    id, thread, codes = start_thread(world, "install")
    assert gate.entered.wait(20)

    world.cancel(id, CancelKind.KILL)
    thread.join(20)
    gate.may_leave.set()

    assert ([KILLED], Status.KILL_CANCELLING) == (codes, world.execution(id).status)


def test_an_attempt_that_is_not_current_does_nothing(home: Path) -> None:
    world = make_world(home, [one("wk_none.create")])
    execution = world.start("install")

    assert STALE == run(home, execution.id, 2)

    assert (Status.PENDING, []) == (world.execution(execution.id).status, world.events(execution))


def test_an_attempt_that_was_superseded_writes_nothing_more(home: Path) -> None:
    world = make_world(home, [one("wk_gate4.gated")], files={"wk_gate4.py": GATED})
    gate = gate_of(world)
    id, thread, codes = start_thread(world, "install")
    assert gate.entered.wait(20)
    now = world.execution(id).created_at
    with world.database.write() as connection:
        executions.finish(connection, id, 1, Status.FAILED, "judged", now)
    before = len(world.events(world.execution(id)))

    gate.may_leave.set()
    thread.join(20)

    execution = world.execution(id)
    assert ([STALE], "judged", before) == (codes, execution.error, len(world.events(execution)))


def test_a_dry_run_runs_and_changes_nothing(home: Path) -> None:
    world = make_world(home, [one("wk_none.create")])

    execution = world.run("install", dry_run=True)

    assert (Status.TERMINATED, None) == (execution.status, execution.total_operations)
    assert "uninitialized" == world.instance("web_000001").state
    assert "'install' workflow execution succeeded (dry run)" == world.events(execution)[-1].message


def test_a_python_operation_with_a_timeout_runs_and_is_ended_in_its_own_interpreter(home: Path) -> None:
    source = """
import signal
from engine.sdk import ctx as current

def quick(ctx, who):
    print("printed")
    current.instance.runtime_properties["who"] = who
    return who

def endless(**_):
    signal.pause()
"""
    world = make_world(
        home,
        [
            one("wk_child.quick", inputs={"who": "me"}, timeout=30.0),
            node("db", {"create": python("wk_child.endless", timeout=0.5)}),
        ],
        files={"wk_child.py": source},
    )

    execution = world.run("install")

    assert "`wk_child.endless` ran longer than its timeout of 0.5 s and was ended" in execution.error
    assert {"who": "me"} == world.instance("web_000001").runtime_properties
    assert ["<out> printed"] == world.messages(execution)


def test_nothing_compiled_is_left_in_the_folder_of_the_blueprint(home: Path) -> None:
    world = make_world(home, [one("wk_clean.create")], files={"wk_clean.py": "def create(**_): pass"})

    world.run("install")

    names = sorted(path.name for path in (home / "blueprints" / "content").iterdir())
    assert ["blueprint.yaml", "wk_clean.py"] == names


def test_a_fan_and_a_chain_run_every_operation_once(home: Path) -> None:
    source = """
def count(ctx, **_):
    pass
"""
    nodes = [one("wk_many.count")]
    nodes += [replace(nodes[0], id=f"n{number}") for number in range(200)]
    world = make_world(home, nodes, files={"wk_many.py": source})

    execution = world.run("install")

    assert (201, 201) == (execution.total_operations, execution.finished_operations)
    assert {OperationState.SUCCEEDED} == {each.state for each in world.operations(execution)}
