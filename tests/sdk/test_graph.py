"""What a task graph promises."""

import pytest

from engine.domain.execution import CancelKind
from engine.domain.json import Json
from engine.sdk.backend import Outcome
from engine.sdk.cancel import CancelFlag
from engine.sdk.errors import (
    ExecutionCancelled,
    NonRecoverableError,
    OperationRetry,
    RecoverableError,
    WorkflowFailed,
)
from engine.sdk.graph import TaskDependencyGraph, forkjoin
from engine.sdk.graph_run import LONGEST_WAVE
from engine.sdk.handler import HandlerResult
from engine.sdk.narration import task_ended
from engine.sdk.tasks import LocalWorkflowTask, WorkflowTask
from tests.sdk.scripted import Script, ScriptedBackend, context, failing, node, succeed


def graph_of(script: Script = succeed, **options: Json) -> tuple[TaskDependencyGraph, ScriptedBackend]:
    ctx, backend = context(script, **options)
    return ctx.graph_mode(), backend


def task(name: str, **options: Json) -> LocalWorkflowTask:
    return LocalWorkflowTask(lambda: None, name=name, **{"total_retries": 3, "retry_interval": 0, **options})


def add(graph: TaskDependencyGraph, *names: str, **options: Json) -> list[WorkflowTask]:
    tasks: list[WorkflowTask] = [task(name, **options) for name in names]
    for one in tasks:
        graph.add_task(one)
    return tasks


def test_tasks_without_dependencies_begin_together() -> None:
    graph, backend = graph_of()
    add(graph, "a", "b", "c")

    graph.execute()

    assert 3 == backend.most_at_once


def test_no_more_tasks_begin_at_once_than_there_are_slots() -> None:
    graph, backend = graph_of(slots=2)
    add(graph, *"abcdefg")

    graph.execute()

    assert (2, list("abcdefg")) == (backend.most_at_once, backend.begun)


def test_a_task_begins_after_all_that_it_depends_on() -> None:
    graph, backend = graph_of()
    last, *first = add(graph, "last", "a", "b")
    for one in first:
        graph.add_dependency(last, one)

    graph.execute()

    assert ["a", "b", "last"] == backend.begun


def test_dependents_of_a_failed_task_never_run_and_independent_branches_do() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    bad, after, later, other, after_other = add(graph, "bad", "after", "later", "other", "after other")
    graph.add_dependency(after, bad)
    graph.add_dependency(later, after)
    graph.add_dependency(after_other, other)

    with pytest.raises(WorkflowFailed, match="Task failed: bad"):
        graph.execute()

    assert ["bad", "other", "after other"] == backend.begun


def test_several_failures_are_counted_and_listed() -> None:
    graph, _ = graph_of(failing({"a": NonRecoverableError("first"), "b": NonRecoverableError("second")}))
    add(graph, "a", "b")

    with pytest.raises(WorkflowFailed, match=r"2 operation errors: .*first.*\n- .*second"):
        graph.execute()


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("disk full", "Task failed: bad: NonRecoverableError `disk full`"),
        ("`op.sh` ended: disk full", "Task failed: bad: NonRecoverableError: `op.sh` ended: disk full"),
    ],
)
def test_the_first_line_of_an_error_says_what_failed_and_why(reason: str, sentence: str) -> None:
    graph, _ = graph_of(failing({"bad": NonRecoverableError(reason)}))
    add(graph, "bad")

    with pytest.raises(WorkflowFailed) as failed:
        graph.execute()

    assert sentence == str(failed.value)


def test_a_recoverable_failure_is_tried_again_as_often_as_allowed_and_no_more() -> None:
    graph, backend = graph_of(failing({"bad": ValueError("no")}))
    add(graph, "bad", total_retries=2)

    with pytest.raises(WorkflowFailed):
        graph.execute()

    assert 3 == len(backend.begun)


def test_minus_one_retries_mean_for_ever() -> None:
    graph, backend = graph_of(failing({"shaky": [RecoverableError("no")] * 100}))
    add(graph, "shaky", total_retries=-1)
    graph.execute()

    assert 101 == len(backend.begun)


def test_a_task_that_succeeds_at_a_later_try_unlocks_its_dependents() -> None:
    graph, backend = graph_of(failing({"shaky": [RecoverableError("no"), RecoverableError("no")]}))
    shaky, after = add(graph, "shaky", "after")
    graph.add_dependency(after, shaky)

    graph.execute()

    assert ["shaky", "shaky", "shaky", "after"] == backend.begun
    assert [True, True, False, False] == [one.is_retried for one in backend.ended]


def test_a_failure_that_is_not_recoverable_is_not_tried_again() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    add(graph, "bad")

    with pytest.raises(WorkflowFailed):
        graph.execute()

    assert ["bad"] == backend.begun


def test_a_retry_that_the_operation_asks_for_goes_past_its_failure_handler() -> None:
    graph, backend = graph_of(failing({"shaky": [OperationRetry("later", 0)]}))
    (shaky,) = add(graph, "shaky")
    shaky.on_failure = lambda _task: HandlerResult.fail()

    graph.execute()

    assert 2 == len(backend.begun)


def test_a_retry_that_is_asked_for_in_vain_is_a_failure_to_every_handler() -> None:
    graph, backend = graph_of(failing({name: OperationRetry("later", 0) for name in ("a", "b")}))
    (shaky,) = add(graph, "a", total_retries=1)
    shaky.on_failure = lambda _task: HandlerResult.ignore()
    subgraph = graph.subgraph("outer")
    subgraph.add_task(task("b", total_retries=1))
    subgraph.on_failure = lambda _task: HandlerResult.ignore()

    graph.execute()

    assert ["a", "a", "b", "b"] == sorted(backend.begun)
    assert {"Task rescheduled 'b' -> later", "Task failed 'b' -> later [retry 1/1]"} == {
        task_ended(step.task).message for step in backend.ended if step.task.name == "b"
    }
    assert "Subgraph failed 'outer' -> later" in backend.told


def test_a_failure_handler_may_look_away() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    bad, after = add(graph, "bad", "after")
    graph.add_dependency(after, bad)
    bad.on_failure = lambda _task: HandlerResult.ignore()

    graph.execute()

    assert ["bad", "after"] == backend.begun


def test_a_success_handler_may_ask_again_without_limit() -> None:
    graph, backend = graph_of()
    (ask,) = add(graph, "ask", total_retries=0)
    ask.on_success = lambda one: (
        HandlerResult.cont() if one.current_retries == 5 else HandlerResult.retry(ignore_total_retries=True)
    )

    graph.execute()

    assert 6 == len(backend.begun)


def test_running_tasks_get_no_more_time_than_wait_after_fail() -> None:
    fail = failing({"bad": NonRecoverableError("no")})
    graph, backend = graph_of(lambda one: None if one.name == "endless" else fail(one), wait_after_fail=0.05)
    add(graph, "endless", "bad")

    with pytest.raises(WorkflowFailed):
        graph.execute()

    assert ["endless", "bad"] == backend.begun


def test_a_sequence_runs_its_items_one_after_the_other_and_forkjoins_side_by_side() -> None:
    graph, backend = graph_of()
    sequence = graph.sequence()

    sequence.add(task("a"), forkjoin(task("b"), task("c")), forkjoin(), task("d"))
    graph.execute()

    assert ["a", "b", "c", "d"] == backend.begun


def test_a_subgraph_begins_when_its_dependencies_have_ended_and_ends_with_its_last_task() -> None:
    graph, backend = graph_of()
    first, last = add(graph, "first", "last")
    subgraph = graph.subgraph("middle")
    subgraph.sequence().add(task("a"), task("b"))
    graph.add_dependency(subgraph, first)
    graph.add_dependency(last, subgraph)

    graph.execute()

    assert ["first", "a", "b", "last"] == backend.begun
    assert ["Subgraph started 'middle'", "Subgraph succeeded 'middle'"] == backend.told


def test_an_empty_subgraph_ends_at_once() -> None:
    graph, backend = graph_of()
    (last,) = add(graph, "last")
    graph.add_dependency(last, graph.subgraph("empty"))

    graph.execute()

    assert ["last"] == backend.begun


def test_a_failure_inside_a_subgraph_is_the_failure_of_the_subgraph() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    (after,) = add(graph, "after")
    subgraph = graph.subgraph("sub")
    subgraph.sequence().add(task("bad"), task("never"))
    graph.add_dependency(after, subgraph)

    with pytest.raises(WorkflowFailed, match="Task failed: bad"):
        graph.execute()

    assert ["bad"] == backend.begun


def test_the_failure_handler_of_a_subgraph_decides_for_its_tasks() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    (after,) = add(graph, "after")
    outer = graph.subgraph("outer")
    inner = outer.subgraph("inner")
    inner.sequence().add(task("bad"), task("never"))
    outer.on_failure = lambda _task: HandlerResult.ignore()
    graph.add_dependency(after, outer)

    graph.execute()

    assert ["bad", "after"] == backend.begun


def test_a_subgraph_may_be_replaced_by_another_one_after_its_failure() -> None:
    graph, backend = graph_of(failing({"bad": NonRecoverableError("no")}))
    (after,) = add(graph, "after")
    subgraph = graph.subgraph("first try")
    subgraph.total_retries = 1
    subgraph.add_task(task("bad"))
    graph.add_dependency(after, subgraph)

    def replace(_task: WorkflowTask) -> HandlerResult:
        again = graph.subgraph("second try")
        again.add_task(task("good"))
        result = HandlerResult.retry()
        result.retried_task = again
        return result

    subgraph.on_failure = replace
    graph.execute()

    assert ["bad", "good", "after"] == backend.begun


def test_a_cancelled_graph_begins_nothing_more_and_lets_what_runs_end() -> None:
    cancel = CancelFlag()

    def script(_task: WorkflowTask) -> Outcome:
        cancel.set(CancelKind.CANCEL)
        return Outcome()

    graph, backend = graph_of(script, cancel=cancel)
    first, after = add(graph, "first", "after")
    graph.add_dependency(after, first)

    with pytest.raises(ExecutionCancelled):
        graph.execute()

    assert ["first"] == backend.begun
    assert [True] == [one.task.is_succeeded for one in backend.ended]


def cancelling(outcome: Outcome) -> tuple[CancelFlag, Script]:
    """Return a flag, and a script that sets it while a task runs that ends so."""
    cancel = CancelFlag()

    def script(_task: WorkflowTask) -> Outcome:
        cancel.set(CancelKind.CANCEL)
        return outcome

    return cancel, script


def test_a_request_to_stop_that_withholds_nothing_changes_nothing() -> None:
    cancel, script = cancelling(Outcome())
    ctx, backend = context(script, [node("web", "lifecycle.create")], cancel=cancel)
    graph = ctx.graph_mode()
    instance = next(iter(ctx.node_instances))
    steps = instance.execute_operation("cloudify.interfaces.lifecycle.create"), instance.send_event("made")
    graph.sequence().add(*steps, instance.set_state("created"))
    graph.execute()

    assert "made" in backend.told
    assert ["lifecycle.create", "created"] == backend.lifecycle("web_1")


def test_an_operation_that_fails_for_good_while_its_execution_is_asked_to_stop_is_a_failure() -> None:
    cancel, script = cancelling(Outcome(error=NonRecoverableError("broken")))
    graph, _ = graph_of(script, cancel=cancel)
    bad, after = add(graph, "bad", "after")
    graph.add_dependency(after, bad)

    with pytest.raises(WorkflowFailed, match="broken"):
        graph.execute()


def test_a_request_to_stop_withholds_the_next_try() -> None:
    cancel, script = cancelling(Outcome(error=RecoverableError("not yet")))
    graph, backend = graph_of(script, cancel=cancel)
    add(graph, "shaky")

    with pytest.raises(ExecutionCancelled):
        graph.execute()
    assert ["shaky"] == backend.begun


def test_a_graph_that_is_cancelled_by_force_does_not_wait() -> None:
    cancel = CancelFlag()

    def script(_task: WorkflowTask) -> None:
        cancel.set(CancelKind.FORCE)

    graph, backend = graph_of(script, cancel=cancel)
    add(graph, "endless")

    with pytest.raises(ExecutionCancelled):
        graph.execute()

    assert [] == backend.ended


def test_a_task_can_be_in_one_subgraph_only() -> None:
    graph, _ = graph_of()
    one = task("a")
    graph.subgraph("first").add_task(one)

    with pytest.raises(RuntimeError, match="in one only"):
        graph.subgraph("second").add_task(one)


def test_a_dependency_on_an_unknown_task_is_refused() -> None:
    graph, _ = graph_of()
    (known,) = add(graph, "known")

    with pytest.raises(RuntimeError, match="`stranger`"):
        graph.add_dependency(known, task("stranger"))


def test_tasks_that_wait_for_each_other_are_named() -> None:
    graph, _ = graph_of()
    a, b = add(graph, "a", "b")
    graph.add_dependency(a, b)
    graph.add_dependency(b, a)

    with pytest.raises(RuntimeError, match="circle: a, b"):
        graph.execute()


def test_a_dry_run_heeds_a_request_to_stop_between_its_waves() -> None:
    cancel = CancelFlag()
    ctx, backend = context(cancel=cancel, nodes=[node("web", "lifecycle.create")], dry_run=True)
    graph = ctx.graph_mode()
    instance = next(iter(ctx.node_instances))
    for _ in range(3 * LONGEST_WAVE):
        graph.add_task(instance.execute_operation("cloudify.interfaces.lifecycle.create"))
    backend.on_commit = lambda: cancel.set(CancelKind.CANCEL)

    with pytest.raises(ExecutionCancelled):
        graph.execute()

    assert LONGEST_WAVE <= len(backend.told) < 3 * LONGEST_WAVE  # two events an operation
