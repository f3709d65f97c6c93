"""What holds for workflows that run their tasks one by one, without a graph."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from engine.domain.execution import CancelKind
from engine.sdk.backend import Outcome
from engine.sdk.cancel import CancelFlag
from engine.sdk.errors import ExecutionCancelled, NonRecoverableError, RecoverableError, WorkflowFailed
from engine.sdk.tasks import WorkflowTask
from tests.sdk.scripted import context, failing, node, operation

START = "cloudify.interfaces.lifecycle.start"
NODES = [node("web", "lifecycle.start")]


def test_get_returns_the_result_of_the_operation() -> None:
    ctx, _ = context(lambda _task: Outcome(result=42), NODES)

    (instance,) = ctx.node_instances

    assert 42 == instance.execute_operation(START).get()


def test_get_tries_again_as_a_graph_would() -> None:
    ctx, backend = context(failing({START: [RecoverableError("no"), ValueError("no")]}), NODES)

    next(ctx.node_instances).execute_operation(START).get()

    assert [START] * 3 == backend.begun


def test_get_raises_when_the_operation_failed_for_good() -> None:
    ctx, _ = context(failing({START: NonRecoverableError("no")}), NODES)

    result = next(ctx.node_instances).execute_operation(START)

    with pytest.raises(WorkflowFailed, match=r"web_1.*no"):
        result.get()


def test_the_result_of_a_task_that_has_not_ended_cannot_be_read() -> None:
    ctx, _ = context(lambda _task: None, NODES)

    result = next(ctx.node_instances).execute_operation(START)

    with pytest.raises(RuntimeError, match="has not ended"):
        _ = result.result


def test_what_was_begun_and_not_waited_for_is_waited_for_at_the_end() -> None:
    ctx, _ = context(failing({START: NonRecoverableError("no")}), NODES)
    next(ctx.node_instances).execute_operation(START)

    with pytest.raises(WorkflowFailed):
        ctx.internal.wait_for_all()


@pytest.mark.parametrize(
    ("outcome", "raised"),
    [
        pytest.param(Outcome(result=42), None, id="what ends well is returned"),
        pytest.param(Outcome(error=NonRecoverableError("no")), WorkflowFailed, id="what fails for good is a failure"),
        pytest.param(Outcome(error=RecoverableError("no")), ExecutionCancelled, id="another try is withheld"),
    ],
)
def test_an_operation_that_runs_when_its_execution_is_asked_to_stop_is_waited_for(
    outcome: Outcome, raised: type[Exception] | None
) -> None:
    cancel = CancelFlag()

    def script(_task: WorkflowTask) -> Outcome:
        cancel.set(CancelKind.CANCEL)
        return outcome

    ctx, backend = context(script, NODES, cancel=cancel)
    result = next(ctx.node_instances).execute_operation(START)
    with pytest.raises(raised) if raised else nullcontext():
        assert 42 == result.get()

    assert 1 == len(backend.ended)


def test_graph_mode_comes_before_the_first_task() -> None:
    ctx, _ = context(nodes=NODES)
    next(ctx.node_instances).execute_operation(START).get()

    with pytest.raises(RuntimeError, match="before the first task"):
        ctx.graph_mode()


def test_an_operation_that_is_not_mapped_does_nothing() -> None:
    ctx, backend = context(nodes=NODES)

    assert next(ctx.node_instances).execute_operation("cloudify.interfaces.lifecycle.stop").get() is None
    assert [] == backend.begun


def test_an_input_of_the_blueprint_is_replaced_only_with_leave() -> None:

    declared = replace(NODES[0], operations={START: operation(inputs={"port": 1, "host": "a"})})
    ctx, backend = context(nodes=[declared])
    instance = next(ctx.node_instances)

    with pytest.raises(RuntimeError, match="port"):
        instance.execute_operation(START, {"port": 2})
    instance.execute_operation(START, {"port": 2}, allow_kwargs_override=True).get()

    (ended,) = backend.ended
    assert {"port": 2, "host": "a"} == ended.task.invocation.inputs  # type: ignore[attr-defined] # an operation's task


def test_a_dry_run_tells_of_operations_and_runs_none() -> None:
    ctx, backend = context(nodes=NODES, dry_run=True)

    next(ctx.node_instances).execute_operation(START).get()

    assert [] == backend.begun
    assert ["Task started 'tasks.nothing' (dry run)", "Task succeeded 'tasks.nothing' (dry run)"] == backend.told


def test_a_local_task_is_told_and_counted_like_an_operation() -> None:
    ctx, backend = context(nodes=NODES)

    ctx.local_task(lambda: None, name="think").get()

    assert ["think"] == backend.begun
