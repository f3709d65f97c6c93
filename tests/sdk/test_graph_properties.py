"""What holds for every graph, whatever waits for what and whatever fails."""

from hypothesis import given
from hypothesis import strategies as st

from engine.sdk.backend import Begun, Ended, Outcome
from engine.sdk.errors import NonRecoverableError, WorkflowFailed
from engine.sdk.tasks import LocalWorkflowTask, WorkflowTask
from tests.sdk.scripted import ScriptedBackend, context

Edges = set[tuple[int, int]]

SIZES = st.integers(min_value=1, max_value=12)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Edges, set[int]]:
    """Return a number of tasks, who waits for whom, and who fails."""
    size = draw(SIZES)
    pairs = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    edges = {(max(pair), min(pair)) for pair in draw(st.sets(pairs)) if pair[0] != pair[1]}
    failing = draw(st.sets(st.integers(0, size - 1), max_size=3))
    return size, edges, failing


def run(size: int, edges: Edges, failing: set[int]) -> tuple[ScriptedBackend, bool]:
    def script(task: WorkflowTask) -> Outcome:
        return Outcome(error=NonRecoverableError("no") if int(task.name) in failing else None)

    ctx, backend = context(script, slots=3)
    graph = ctx.graph_mode()
    tasks = [LocalWorkflowTask(lambda: None, name=str(number)) for number in range(size)]
    for task in tasks:
        graph.add_task(task)
    for later, earlier in edges:
        graph.add_dependency(tasks[later], tasks[earlier])
    try:
        graph.execute()
    except WorkflowFailed:
        return backend, False
    return backend, True


def ancestors(number: int, edges: Edges) -> set[int]:
    direct = {earlier for later, earlier in edges if later == number}
    return direct.union(*(ancestors(one, edges) for one in direct))


@given(graphs())
def test_exactly_the_tasks_run_of_which_no_ancestor_failed(
    drawn: tuple[int, Edges, set[int]],
) -> None:
    size, edges, failing = drawn

    backend, is_good = run(size, edges, failing)

    expected = {number for number in range(size) if not ancestors(number, edges) & failing}
    assert sorted(expected) == sorted(int(name) for name in backend.begun)
    assert is_good is not bool(failing)


@given(graphs())
def test_a_task_begins_after_the_end_of_all_that_it_waits_for(
    drawn: tuple[int, Edges, set[int]],
) -> None:
    size, edges, _ = drawn

    backend, _ = run(size, edges, set())

    ended: set[int] = set()
    for step in backend.steps:
        if isinstance(step, Ended):
            ended.add(int(step.task.name))
        if isinstance(step, Begun):
            assert ancestors(int(step.task.name), edges) <= ended
