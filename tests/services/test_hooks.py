"""What hooks are to tell: noted with the fact itself, tried again, and never in the way of an execution."""

from datetime import datetime

import pytest

from engine.domain.errors import AlreadyExists, NotFound
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import CancelKind, Execution, StartRequest, Status
from engine.domain.hook import PAUSES, Delivery, DeliveryState, HookEvent
from engine.services import executions as services
from engine.services import hooks
from storage import deployments, engines, events, executions
from storage import hooks as rows
from storage.database import Database
from tests.builders import NOW, minutes, store_deployment


def hook(database: Database, *words: HookEvent, id: str = "h") -> None:
    hooks.create(database, id, words or HookEvent, command="true", url=None, now=NOW)


def start(database: Database, *, queue: bool = False) -> Execution:
    request = StartRequest(workflow_id="install", deployment_id="d1", queue=queue, parameters={})
    return services.start(database, request, now=NOW)


def told(database: Database, id: str = "h") -> list[Delivery]:
    return hooks.deliveries(database, id, limit=100)[::-1]


def due(database: Database, now: datetime = NOW + minutes(1)) -> list[Delivery]:
    return [delivery for _, delivery in hooks.due(database, now=now, limit=10)]


@pytest.fixture(autouse=True)
def deployment(database: Database) -> None:
    store_deployment(database)


def test_each_wanted_fact_is_told_once_and_in_order(database: Database) -> None:
    hook(database)
    running, waiting = start(database), start(database, queue=True)
    services.cancel(database, waiting.id, CancelKind.CANCEL, now=NOW)
    services.settle(database, running.id, 1, "lost", now=NOW)

    assert [
        ("queued", waiting.id, "queued"),
        ("cancelled", waiting.id, "cancelled"),
        ("failed", running.id, "failed"),
    ] == [(one.payload["event"], one.payload["execution_id"], one.payload["status"]) for one in told(database)]


def test_what_was_not_asked_for_is_not_told(database: Database) -> None:
    hook(database, HookEvent.QUEUED)
    services.settle(database, start(database).id, 1, "lost", now=NOW)

    assert [] == told(database)


def test_the_payload_says_what_there_is_to_know(database: Database) -> None:
    hook(database, HookEvent.FAILED)
    failed = start(database)
    services.settle(database, failed.id, 1, 'the "disk" is\nfull', now=NOW)
    [one] = told(database)

    assert {
        "hook_id": "h",
        "delivery": one.event_id,
        "event": "failed",
        "timestamp": "2026-10-13T12:00:00.000000+00:00",
        "message": "'install' workflow execution failed: the \"disk\" is\nfull",
        "execution_id": failed.id,
        "workflow_id": "install",
        "deployment_id": "d1",
        "blueprint_id": "b1",
        "status": "failed",
        "error": 'the "disk" is\nfull',
        "parameters": {},
        "origin": "user",
        "dry_run": False,
    } == one.payload


def test_a_test_is_told_in_the_shape_of_a_fact(database: Database) -> None:
    hook(database, HookEvent.FAILED)
    services.settle(database, start(database).id, 1, "lost", now=NOW)
    sample = hooks.sample(hooks.get(database, "h"), now=NOW)

    assert set(told(database)[0].payload) == set(sample) - {"is_test"}


def test_a_fact_that_is_not_committed_is_not_told(database: Database) -> None:
    hook(database)
    started = start(database)
    draft = Draft(type=EventType.WORKFLOW_FAILED, message="x", timestamp=NOW, execution_id=started.id)
    with pytest.raises(KeyError), database.write() as connection:
        events.append(connection, [draft])
        raise KeyError

    assert [] == told(database)


@pytest.mark.parametrize("damage", ["UPDATE hook SET events = 'x'", "UPDATE execution SET parameters = 'x'"])
def test_damaged_rows_keep_no_fact_from_being_stored(database: Database, damage: str) -> None:
    hook(database)
    started = start(database)
    draft = Draft(type=EventType.WORKFLOW_FAILED, message="x", timestamp=NOW, execution_id=started.id)
    with database.write() as connection:
        connection.execute(damage)
        events.append(connection, [draft])

    with database.read() as connection:
        assert 1 == len(events.after(connection, 0))


def test_several_events_of_one_commit_are_all_told(database: Database) -> None:
    started = start(database)
    hook(database)
    kinds = [EventType.LOG, EventType.WORKFLOW_STARTED, EventType.LOG, EventType.WORKFLOW_SUCCEEDED, EventType.LOG]
    drafts = [Draft(type=kind, message="x", timestamp=NOW, execution_id=started.id) for kind in kinds]
    with database.write() as connection:
        events.append(connection, drafts)

    assert ["started", "terminated"] == [one.payload["event"] for one in told(database)]


def test_a_telling_outlives_its_deployment(database: Database) -> None:
    hook(database, HookEvent.FAILED)
    services.settle(database, start(database).id, 1, "lost", now=NOW)
    with database.write() as connection:
        deployments.delete(connection, "d1")
    [one] = due(database)
    hooks.settle(database, one, "refused", now=NOW)

    assert 1 == told(database)[0].tries


def test_a_disabled_hook_hears_nothing_and_holds_what_it_had_to_tell(database: Database) -> None:
    hook(database, HookEvent.FAILED)
    services.settle(database, start(database).id, 1, "lost", now=NOW)
    hooks.switch(database, "h", enabled=False)
    services.settle(database, start(database).id, 1, "lost", now=NOW)

    assert [] == due(database)
    assert hooks.next_try(database) is None
    hooks.switch(database, "h", enabled=True)
    assert 1 == len(due(database))


def test_each_hook_tells_one_fact_after_the_other(database: Database) -> None:
    hook(database, id="a")
    hook(database, id="b")
    for _ in range(2):
        services.settle(database, start(database).id, 1, "lost", now=NOW)
    first = due(database)
    for one in first:
        hooks.settle(database, one, "", now=NOW)

    assert ["a", "b"] == [one.hook_id for one in first]
    assert [one.event_id + 1 for one in first] == [one.event_id for one in due(database)]


def test_a_failure_is_tried_later_while_others_go_on(database: Database) -> None:
    hook(database)
    for _ in range(2):
        services.settle(database, start(database).id, 1, "lost", now=NOW)
    [first] = due(database, NOW)
    hooks.settle(database, first, "refused", now=NOW)

    [second] = due(database, NOW)
    assert second.event_id > first.event_id
    hooks.settle(database, second, "", now=NOW)
    assert [] == due(database, NOW)
    assert NOW + PAUSES[0] == hooks.next_try(database)
    assert [first.event_id] == [one.event_id for one in due(database, NOW + PAUSES[0])]


def test_the_first_failure_and_the_last_are_events_and_the_execution_stays_as_it_is(database: Database) -> None:
    hook(database, HookEvent.CANCELLED)
    one = start(database)
    services.cancel(database, one.id, CancelKind.CANCEL, now=NOW)
    for n in range(len(PAUSES) + 1):
        [delivery] = due(database, NOW + minutes(60 * n))
        hooks.settle(database, delivery, "refused", now=NOW + minutes(60 * n))

    with database.read() as connection:
        warnings = [e for e in events.after(connection, 0, execution_id=one.id) if e.type is EventType.ENGINE_EVENT]
        assert Status.CANCELLED is executions.get(connection, one.id).status
    assert [
        (Level.WARNING, f"hook 'h' could not tell that {one.id} is cancelled: refused; it is tried again"),
        (Level.WARNING, f"hook 'h' could not tell that {one.id} is cancelled: refused; given up after 5 tries"),
    ] == [(e.level, e.message) for e in warnings]
    assert DeliveryState.FAILED is told(database)[0].state


def test_an_engine_that_no_longer_leads_tells_nothing(database: Database) -> None:
    hook(database)
    services.settle(database, start(database).id, 1, "lost", now=NOW)
    with database.write() as connection:
        old, new = (
            engines.insert(connection, pid=1, process_start=1, boot_id="b", is_on_demand=False, now=NOW)
            for _ in range(2)
        )

    assert [] == hooks.due(database, now=NOW, limit=1, epoch=old)
    assert 1 == len(hooks.due(database, now=NOW, limit=1, epoch=new))


def test_what_is_over_is_forgotten_but_the_newest(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "KEPT", 2)
    hook(database, HookEvent.FAILED)
    for _ in range(5):
        services.settle(database, start(database).id, 1, "lost", now=NOW)
    seen = [one.event_id for one in told(database)]
    for _ in range(4):
        hooks.settle(database, due(database)[0], "", now=NOW)

    assert seen[2:] == [one.event_id for one in told(database)]


def test_a_hook_has_one_name_and_goes_with_what_it_had_to_tell(database: Database) -> None:
    hook(database)
    with pytest.raises(AlreadyExists):
        hook(database)
    services.settle(database, start(database).id, 1, "lost", now=NOW)
    hooks.delete(database, "h")

    assert [] == due(database)
    for action in (hooks.get, hooks.delete):
        with pytest.raises(NotFound, match="hooks list"):
            action(database, "h")
