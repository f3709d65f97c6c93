"""What a task starts after, as it is stored and drawn."""

from engine.sdk.graph import SubgraphTask, TaskDependencyGraph
from engine.sdk.immediate import NOPLocalWorkflowTask
from engine.sdk.lineage import MOST, Lineage
from engine.sdk.tasks import LocalWorkflowTask, WorkflowTask
from tests.sdk.scripted import context, succeed


def a_graph() -> TaskDependencyGraph:
    return context(succeed)[0].graph_mode()


def task(name: str) -> LocalWorkflowTask:
    return LocalWorkflowTask(lambda: None, name=name, total_retries=0, retry_interval=0)


def within(subgraph: SubgraphTask, *tasks: WorkflowTask) -> None:
    for one in tasks:
        subgraph.add_task(one)


def test_a_task_starts_after_what_it_depends_on() -> None:
    graph, first, then = a_graph(), task("first"), task("then")
    graph.sequence().add(first, then)

    lineage = Lineage(graph)

    assert ((), (first.id,)) == (lineage.of(first), lineage.of(then))


def test_steps_that_only_record_something_are_looked_through() -> None:
    graph, first, note, then = a_graph(), task("first"), NOPLocalWorkflowTask(), task("then")
    graph.sequence().add(first, note, then)

    assert (first.id,) == Lineage(graph).of(then)


def test_the_first_of_a_subgraph_starts_after_the_last_of_the_one_before() -> None:
    graph = a_graph()
    earlier, later = graph.subgraph("earlier"), graph.subgraph("later")
    a, b, c = task("a"), task("b"), task("c")
    within(earlier, a, b)
    within(later, c)
    graph.add_dependency(b, a)
    graph.add_dependency(later, earlier)

    assert (b.id,) == Lineage(graph).of(c)


def test_an_empty_subgraph_hands_on_what_it_waits_for() -> None:
    graph = a_graph()
    first, then, empty = task("first"), task("then"), graph.subgraph("empty")
    graph.sequence().add(first, empty, then)

    assert (first.id,) == Lineage(graph).of(then)


def test_only_the_first_of_very_many_are_told() -> None:
    graph, last = a_graph(), task("last")
    graph.add_task(last)
    for number in range(MOST + 10):
        one = task(f"t{number}")
        graph.add_task(one)
        graph.add_dependency(last, one)

    assert MOST == len(Lineage(graph).of(last))


def test_a_circle_ends() -> None:
    graph, first, then, note = a_graph(), task("first"), task("then"), NOPLocalWorkflowTask()
    graph.sequence().add(first, note, then)
    graph.add_dependency(note, then)
    graph.add_dependency(first, note)

    assert Lineage(graph).of(then)
