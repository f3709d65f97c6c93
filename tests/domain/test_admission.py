"""Who may run now, who waits, who is refused (guide, "Queuing Executions")."""

from collections.abc import Collection, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.admission import GroupLimit, Live, Queue, Refuse, Rule, Start, blockers, decide, next_to_start
from engine.domain.errors import DeploymentBusy, OthersRunning, SystemWideRunning
from engine.domain.execution import StartRequest, Status
from tests.builders import live

QUEUED = Status.QUEUED
RUNNING = [live("run", 1)]
WAITING = [live("run", 1), live("wait", 2, status=QUEUED)]
SNAPSHOT_RUNS = [live("snap", 1, None)]
SNAPSHOT_WAITS = [live("run", 1, "d2"), live("snap", 2, None, QUEUED)]


def ask(deployment_id: str | None = "d1", *, force: bool = False, queue: bool = False) -> StartRequest:
    return StartRequest(workflow_id="install", deployment_id=deployment_id, force=force, queue=queue)


@pytest.mark.parametrize(
    ("request_", "others", "answer"),
    [
        pytest.param(ask(), [], "start", id="nothing runs: starts"),
        pytest.param(ask(queue=True), [], "start", id="nothing runs: starts even with the queue flag"),
        pytest.param(ask("d2"), RUNNING, "start", id="another deployment runs: starts"),
        pytest.param(ask(), RUNNING, DeploymentBusy, id="the deployment runs: refused"),
        pytest.param(ask(queue=True), RUNNING, "queue", id="the deployment runs, queue: waits"),
        pytest.param(ask(force=True), RUNNING, "start", id="the deployment runs, force: starts in parallel"),
        pytest.param(ask(force=True, queue=True), RUNNING, "start", id="the deployment runs, force and queue: starts"),
        pytest.param(ask(), WAITING[1:], DeploymentBusy, id="the deployment's queue is not empty: refused"),
        pytest.param(ask(), SNAPSHOT_RUNS, SystemWideRunning, id="a system-wide one runs: refused"),
        pytest.param(ask(queue=True), SNAPSHOT_RUNS, "queue", id="a system-wide one runs, queue: waits"),
        pytest.param(ask(force=True), SNAPSHOT_RUNS, SystemWideRunning, id="force does not pass a system-wide one"),
        pytest.param(
            ask(force=True, queue=True), SNAPSHOT_RUNS, "queue", id="force and queue wait for a system-wide one"
        ),
        pytest.param(ask(), SNAPSHOT_WAITS, SystemWideRunning, id="a system-wide one waits: refused"),
        pytest.param(ask(queue=True), SNAPSHOT_WAITS, "queue", id="a system-wide one waits, queue: waits behind it"),
        pytest.param(ask(None), [], "start", id="system-wide, idle: starts"),
        pytest.param(ask(None), RUNNING, OthersRunning, id="system-wide, others run: refused"),
        pytest.param(ask(None, queue=True), RUNNING, "queue", id="system-wide, others run, queue: waits"),
        pytest.param(ask(None), SNAPSHOT_RUNS, OthersRunning, id="system-wide, another one runs: refused"),
        pytest.param(
            ask(None), [live("wait", 1, status=QUEUED)], "start", id="system-wide, only queued others: starts"
        ),
    ],
)
def test_decision_on_a_start(request_: StartRequest, others: Sequence[Live], answer: object) -> None:
    decision = decide(request_, others)

    match decision:
        case Start():
            assert answer == "start"
        case Queue():
            assert answer == "queue"
        case Refuse(error):
            assert answer is type(error)


def test_refusals_use_the_sentences_of_the_guide_and_name_what_blocks() -> None:
    refused = [decide(ask(), RUNNING), decide(ask(), SNAPSHOT_RUNS), decide(ask(None), RUNNING)]

    assert [
        "The following executions are currently running for this deployment: run",
        "You cannot start an execution if there is a running system-wide execution: snap",
        "You cannot start a system-wide execution if there are other executions running: run",
    ] == [str(one.error) for one in refused if isinstance(one, Refuse)]


def test_the_limit_queues_without_a_flag() -> None:
    assert isinstance(decide(ask("d3"), [live("a", 1), live("b", 2, "d2")], limit=2), Queue)


def test_a_place_that_has_become_free_belongs_to_the_first_in_the_queue() -> None:
    state = [live("run", 1, "d1"), live("stuck", 2, "d1", QUEUED), live("first", 3, "d2", QUEUED)]
    request = StartRequest(workflow_id="install", deployment_id="d3")
    decision = decide(request, state, limit=2)

    assert isinstance(decision, Queue)
    assert [(Rule.CAPACITY, "run"), (Rule.CAPACITY, "first")] == [
        (one.rule, one.execution_id) for one in decision.blockers
    ]
    assert isinstance(decide(request, state, limit=3), Start)


def test_a_waiting_snapshot_is_not_overtaken() -> None:
    state = [live("run", 1), live("snap", 2, None, QUEUED), live("later", 3, "d2", QUEUED)]

    assert next_to_start(state) == ()


def test_what_was_queued_before_a_snapshot_starts_before_it() -> None:
    state = [live("early", 1, "d2", QUEUED), live("snap", 2, None, QUEUED)]

    assert ["early"] == [one.id for one in next_to_start(state)]


def test_one_execution_of_each_deployment_is_released_at_once() -> None:
    state = [live("a", 1, "d1", QUEUED), live("b", 2, "d1", QUEUED), live("c", 3, "d2", QUEUED)]

    assert ["a", "c"] == [one.id for one in next_to_start(state)]


def test_a_snapshot_is_released_alone() -> None:
    state = [live("snap", 1, None, QUEUED), live("a", 2, "d1", QUEUED)]

    assert ["snap"] == [one.id for one in next_to_start(state)]


def member(number: int, group: str, status: Status = QUEUED) -> Live:
    return replace(live(f"m{number}", number, f"d{number}", status), limits=(GROUPS[group],))


def test_a_group_runs_as_many_as_it_may() -> None:
    state = [member(1, "g2", Status.STARTED), member(2, "g2"), member(3, "g2"), member(4, "g1")]

    assert ["m2", "m4"] == [one.id for one in next_to_start(state)]
    assert ["execution group g1 runs no more at once; install m4 is running"] == [
        one.sentence for one in blockers(member(5, "g1"), [member(4, "g1", Status.STARTED)])
    ]


def test_an_execution_of_two_groups_satisfies_both() -> None:
    both = replace(member(2, "g1"), limits=(GROUPS["g1"], GROUPS["g2"]))

    assert () == next_to_start([member(1, "g1", Status.STARTED), both])
    assert (both,) == next_to_start([member(1, "g2", Status.STARTED), both])


def test_a_paused_group_holds_its_members_and_says_so() -> None:
    held = member(1, "g0")

    assert () == next_to_start([held])
    assert [(Rule.PAUSE, "execution group g0 is paused")] == [(o.rule, o.sentence) for o in blockers(held, [held])]


def test_a_snapshot_does_not_wait_for_the_end_of_a_pause() -> None:
    state = [member(1, "g0"), live("snap", 2, None, QUEUED)]

    assert ["snap"] == [one.id for one in next_to_start(state)]


def test_maintenance_mode_holds_the_queue_but_no_snapshot_and_says_so() -> None:
    held = replace(live("wait", 1, status=QUEUED), is_held=True)
    state = [held, live("snap", 2, None, QUEUED)]

    assert ["snap"] == [one.id for one in next_to_start(state)]
    assert ["maintenance mode holds the queue"] == [one.sentence for one in blockers(held, state)]


def test_reasons_are_sentences() -> None:
    state = [live("run", 1), live("wait", 2, status=QUEUED)]

    assert ["install run of this deployment is running"] == [one.sentence for one in blockers(state[1], state)]


GROUPS = {
    name: GroupLimit(group_id=name, concurrency=concurrency) for name, concurrency in (("g0", 0), ("g1", 1), ("g2", 2))
}
Row = tuple[str | None, Status, bool, set[str]]


def world_of(rows: list[Row]) -> list[Live]:
    """Return executions in order of arrival; system-wide ones are neither forced nor in groups."""
    return [
        replace(
            live(f"e{n}", n, deployment_id, status, force and deployment_id is not None),
            limits=tuple(GROUPS[name] for name in sorted(names)) if deployment_id is not None else (),
        )
        for n, (deployment_id, status, force, names) in enumerate(rows, start=1)
    ]


def rows(names: Collection[str]) -> st.SearchStrategy[list[Row]]:
    return st.lists(
        st.tuples(
            st.sampled_from(["d1", "d2", "d3", None]),
            st.sampled_from([QUEUED, QUEUED, Status.STARTED, Status.PENDING]),
            st.booleans(),
            st.sets(st.sampled_from(sorted(names))),
        ),
        max_size=12,
    )


worlds = rows(GROUPS).map(world_of)
worlds_without_pause = rows(set(GROUPS) - {"g0"}).map(world_of)


@given(worlds, st.integers(0, 4))
def test_what_is_released_breaks_no_rule(state: list[Live], limit: int) -> None:
    released = next_to_start(state, limit=limit)
    running = [one for one in state if not one.is_queued]
    together = [*running, *released]

    for one in released:
        others = [other for other in together if other.id != one.id]
        assert not (one.is_system_wide and others)
        assert not any(other.is_system_wide for other in others)
        if not one.force:
            assert one.deployment_id not in {other.deployment_id for other in running}
    if limit and released:
        assert len(together) <= max(limit, 1) or all(one.is_system_wide for one in released)


@given(worlds)
def test_a_deployment_is_served_in_order_of_arrival(state: list[Live]) -> None:
    released = {one.id for one in next_to_start(state)}

    for one in state:
        if one.id in released and not one.force:
            earlier = [
                o for o in state if o.is_queued and o.deployment_id == one.deployment_id and o.number < one.number
            ]
            assert all(o.id in released or one.force for o in earlier)


@given(worlds, st.integers(0, 4))
def test_no_group_runs_more_than_it_may(state: list[Live], limit: int) -> None:
    released = next_to_start(state, limit=limit)

    for name, one in GROUPS.items():
        running = sum(other.is_in(name) for other in state if not other.is_queued)
        begun = sum(other.is_in(name) for other in released)
        assert not begun or running + begun <= one.concurrency


@given(worlds_without_pause)
def test_nothing_waits_in_an_idle_engine(state: list[Live]) -> None:
    queued = [one for one in state if one.is_queued]

    if queued and len(queued) == len(state):
        assert next_to_start(queued)


@given(worlds)
def test_whatever_waits_has_a_reason(state: list[Live]) -> None:
    released = {one.id for one in next_to_start(state)}

    for one in state:
        if one.is_queued and one.id not in released:
            after = [replace(o, status=Status.PENDING) if o.id in released else o for o in state]
            assert blockers(one, after)


@given(worlds, st.integers(0, 4))
def test_the_queue_is_released_by_the_rule_that_explains_it(state: list[Live], limit: int) -> None:
    now, expected = list(state), list[str]()
    for one in state:
        if one.is_queued and not blockers(one, now, limit=limit):
            expected.append(one.id)
            now[now.index(one)] = replace(one, status=Status.PENDING)

    assert expected == [one.id for one in next_to_start(state, limit=limit)]
