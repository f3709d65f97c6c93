"""Which ended executions go, and that nothing else does."""

from dataclasses import replace
from datetime import datetime

import pytest

from engine.domain.errors import InvalidValue, NotFound
from engine.domain.event import Draft, EventType
from engine.domain.execution import Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import Schedule
from engine.services import purging, settings
from engine.services.polling import Poll, poll
from engine.services.purging import Purge
from storage import events, executions, schedules
from storage.database import Database
from tests.builders import NOW, an_execution, minutes, store_deployment


@pytest.fixture(autouse=True)
def past(database: Database) -> None:
    """Six ended executions, one a minute, of two deployments in turn, and one that runs."""
    store_deployment(database, "d0")
    store_deployment(database, "d1")
    statuses = [Status.TERMINATED, Status.TERMINATED, Status.FAILED, Status.FAILED, Status.CANCELLED, Status.CANCELLED]
    with database.write() as connection:
        for n, status in enumerate(statuses):
            one = an_execution(f"e{n}", deployment_id=f"d{n % 2}", status=status, ended_at=NOW + minutes(n))
            executions.insert(connection, one)
            told = Draft(type=EventType.LOG, message="x", timestamp=NOW, execution_id=one.id)
            events.append(connection, [told])
        executions.insert(connection, an_execution("run", status=Status.STARTED))


def left(database: Database) -> list[str]:
    with database.read() as connection:
        return [one.id for one in executions.find(connection)]


def test_everything_that_has_ended_goes(database: Database) -> None:
    assert 6 == purging.purge(database, Purge())
    assert ["run"] == left(database)


def test_events_go_with_their_execution(database: Database) -> None:
    purging.purge(database, Purge(before=NOW + minutes(5)))

    with database.read() as connection:
        assert ["e5"] == [one.execution_id for one in events.after(connection, 0)]


def test_a_schedule_stays_with_its_history_when_what_it_fired_goes(database: Database) -> None:
    one = Schedule(
        id="s",
        deployment_id="d0",
        workflow_id="install",
        rule=make_rule(NOW, recurrence="10 min"),
        next_occurrence=NOW,
        created_at=NOW - minutes(5),
    )
    with database.write() as connection:
        schedules.insert(connection, one)
    [fired] = poll(database, Poll(now=NOW))
    with database.write() as connection:
        before = schedules.get(connection, "d0", "s")
        executions.set_status(connection, fired.execution_id or "", Status.PENDING, Status.FAILED, now=NOW)
    purging.purge(database, Purge())
    with database.read() as connection:
        after, [line] = schedules.get(connection, "d0", "s"), schedules.history(connection, "d0", "s")

    assert ["run"] == left(database)
    assert fired.execution_id == before.latest_execution_id
    assert replace(before, latest_execution_id=None) == after
    assert replace(fired, execution_id=None) == line


def test_what_ended_before_a_date_goes(database: Database) -> None:
    assert 2 == purging.purge(database, Purge(before=NOW + minutes(2)))
    assert ["e2", "e3", "e4", "e5", "run"] == left(database)


def test_the_newest_of_each_deployment_stay(database: Database) -> None:
    purging.purge(database, Purge(keep_last=1))

    assert ["e4", "e5", "run"] == left(database)


def test_one_deployment_or_status_can_be_meant(database: Database) -> None:
    purging.purge(database, Purge(deployment_id="d0"))
    purging.purge(database, Purge(statuses=frozenset({Status.FAILED})))

    assert ["e1", "e5", "run"] == left(database)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (Purge(statuses=frozenset({Status.STARTED})), "not those that are started"),
        (Purge(before=NOW, keep_last=1), "either a date or a number"),
        (Purge(keep_last=0), "at least 1"),
    ],
)
def test_a_purge_that_cannot_be_meant_is_refused(database: Database, request_: Purge, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        purging.purge(database, request_)
    assert 7 == len(left(database))


def test_a_purge_in_several_batches_removes_all(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "BATCH", 4)

    assert 6 == purging.purge(database, Purge())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 weeks", NOW - minutes(14 * 24 * 60)),
        ("1 month", NOW.replace(month=9)),
        ("2026-10-01", NOW.replace(day=1, hour=0)),
        ("2026-10-01 08:30", NOW.replace(day=1, hour=8, minute=30)),
    ],
)
def test_a_date_or_an_age_says_what_is_old(text: str, expected: datetime) -> None:
    assert expected == purging.cutoff(text, now=NOW, default_zone="UTC")


@pytest.mark.parametrize("text", ["soon", "2 fortnights", "", "2026-13-01"])
def test_an_age_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        purging.cutoff(text, now=NOW, default_zone="UTC")


def test_without_a_setting_everything_is_kept(database: Database) -> None:
    assert 0 == purging.retain(database, now=NOW + minutes(10_000_000))


def test_retention_removes_what_is_older(database: Database) -> None:
    settings.change(database, "retention_days", "1")

    assert 3 == purging.retain(database, now=NOW + minutes(24 * 60 + 3))


@pytest.mark.parametrize("value", ["x", "-1", 0.5, True, None, "36501"])
def test_a_setting_out_of_bounds_is_refused(database: Database, value: object) -> None:
    with pytest.raises(InvalidValue, match="whole number from 0 to 36500"):
        settings.change(database, "retention_days", value)


def test_an_unknown_setting_is_answered_with_the_known_ones(database: Database) -> None:
    with pytest.raises(NotFound, match="there are max_concurrent_executions"):
        settings.change(database, "retention", 1)


def test_a_setting_can_be_taken_back(database: Database) -> None:
    settings.change(database, "poll_interval", 5)
    settings.reset(database, "poll_interval")

    assert 60 == settings.load(database).poll_interval
