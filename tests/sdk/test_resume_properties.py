"""What holds for every install that is broken off and resumed, wherever that happens and as often as it does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.blueprint import Node
from engine.domain.deployment import NodeInstance
from engine.domain.execution import CancelKind
from engine.sdk.backend import Begun, Ended, Outcome, Passed, StateSet, Step, Told
from engine.sdk.cancel import CancelFlag
from engine.sdk.errors import ExecutionCancelled, NonRecoverableError, WorkflowFailed
from engine.sdk.history import History, Stored
from engine.sdk.narration import full_name
from engine.sdk.tasks import OperationTask, WorkflowTask
from engine.workflows.install import install
from tests.sdk.scripted import context, instance_of, node, related

OPERATIONS = ("lifecycle.create", "lifecycle.configure", "lifecycle.start", "lifecycle.delete", "lifecycle.stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run: which operations fail in it, and at which commit it is asked to stop."""

    failing: frozenset[tuple[str, str]] = frozenset()
    """Node instance and operation."""
    stops_at: int = 10_000
    kind: CancelKind = CancelKind.CANCEL


@dataclass(slots=True)
class Life:
    """What is known about an execution over all its attempts."""

    nodes: Sequence[Node]
    instances: list[NodeInstance]
    steps: list[Step] = field(default_factory=list)
    number: int = 0

    def run(self, attempt: Attempt) -> bool:
        """Run an attempt and return whether it has ended well."""
        self.number += 1
        cancel = CancelFlag()
        ctx, backend = context(
            lambda task: Outcome(error=NonRecoverableError("no") if _key(task) in attempt.failing else None),
            self.nodes,
            instances=self.instances,
            cancel=cancel,
            slots=2,
            resume=self.number > 1,
            attempt=self.number,
            history=self.history(),
        )
        commits: list[None] = []

        def count() -> None:
            commits.append(None)
            if len(commits) == attempt.stops_at:
                cancel.set(attempt.kind)

        backend.on_commit = count
        try:
            install(ctx)
        except (WorkflowFailed, ExecutionCancelled):
            return False
        finally:
            self.steps.extend(backend.steps)
            self.instances = [self._after(one) for one in self.instances]
        return True

    def history(self) -> History:
        begun = {step.task.place: step.task.id for step in self.steps if isinstance(step, Begun)}
        good = {step.task.place for step in self.steps if isinstance(step, Ended) and step.task.is_succeeded}
        return History(
            stored={place: Stored(id=id, is_succeeded=place in good, was_begun=True) for place, id in begun.items()},
            passed=frozenset(step.place for step in self.steps if isinstance(step, Passed)),
        )

    def _after(self, instance: NodeInstance) -> NodeInstance:
        states = [state for id, state in map(_state_of, self.steps) if id == instance.id]
        return replace(instance, state=states[-1]) if states else instance


def _key(task: WorkflowTask) -> tuple[str, str]:
    assert isinstance(task, OperationTask)
    return task.invocation.instance_id or "", full_name(task).removeprefix("cloudify.interfaces.")


def _state_of(step: Step) -> tuple[str, str]:
    """Return the node instance that a step brings into another state, and that state."""
    if isinstance(step, StateSet):
        return step.instance_id, step.state
    if isinstance(step, Begun) and isinstance(step.task, OperationTask) and step.task.entering:
        return step.task.invocation.instance_id or "", step.task.entering
    return "", ""


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Return an installation of a few nodes, each of which may depend on those before it."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 4))):
        targets = draw(st.sets(st.sampled_from([one.id for one in nodes]))) if nodes else set()
        names = draw(st.sets(st.sampled_from(OPERATIONS)))
        nodes.append(node(f"n{number}", *names, relationships=[related(one, "establish") for one in sorted(targets)]))
    return Life(nodes, [instance_of(one) for one in nodes])


KEYS = st.tuples(st.sampled_from([f"n{number}_1" for number in range(4)]), st.sampled_from(OPERATIONS))
ATTEMPTS = st.builds(
    Attempt,
    failing=st.frozensets(KEYS, max_size=3),
    stops_at=st.integers(1, 12),
    kind=st.sampled_from([CancelKind.CANCEL, CancelKind.FORCE]),
)


@settings(max_examples=200, deadline=None)
@given(lives(), st.lists(ATTEMPTS, max_size=4))
def test_a_resumed_install_ends_with_everything_done_once(life: Life, attempts: list[Attempt]) -> None:
    is_good = any(life.run(attempt) for attempt in attempts) or life.run(Attempt())

    assert is_good
    assert {"started"} == {one.state for one in life.instances}
    _assert_nothing_ran_after_it_had_succeeded(life.steps)
    _assert_nothing_was_told_twice(life.steps)
    _assert_targets_came_first(life)


def _assert_nothing_ran_after_it_had_succeeded(steps: Sequence[Step]) -> None:
    good: set[str] = set()
    for step in steps:
        if isinstance(step, Begun):
            assert step.task.place not in good
        if isinstance(step, Ended) and step.task.is_succeeded:
            good.add(step.task.place)


def _assert_nothing_was_told_twice(steps: Sequence[Step]) -> None:
    told = Counter((step.instance_id, step.message) for step in steps if isinstance(step, Told))
    told.update((None, step.place) for step in steps if isinstance(step, Passed))
    assert [] == [
        what
        for what, count in told.items()
        if count > 1 and not what[1].startswith(("Task", "Subgraph failed", "Rolling", "Finished rolling"))
    ]


def _assert_targets_came_first(life: Life) -> None:
    targets = {one.id: {relation.target_instance for relation in one.relationships} for one in life.instances}
    started: set[str] = set()
    for step in life.steps:
        id, state = _state_of(step)
        if state == "started":
            started.add(id)
        if isinstance(step, Begun):
            assert targets[_key(step.task)[0]] <= started or "relationship" in full_name(step.task)
