"""Polls on a real database: each occurrence once, whatever happens around it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from engine.domain.errors import InUse, NotFound
from engine.domain.execution import Execution, Status
from engine.domain.recurrence import Rule, make_rule
from engine.domain.schedule import SYSTEM, Disposition, Occurrence, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies
from engine.domain.schedulerequest import ScheduleRequest, Timing
from engine.services import calendars, maintenance, scheduleviews
from engine.services import schedules as services
from engine.services.polling import Poll, poll
from storage import engines, events, executions, schedules, snapshots
from storage.database import Database
from tests.builders import NOW, minutes, store_deployment


def a_schedule(id: str = "s1", **changes: Any) -> Schedule:
    schedule = Schedule(
        id=id,
        deployment_id="d1",
        workflow_id="install",
        rule=make_rule(NOW, recurrence="10 min"),
        next_occurrence=NOW,
        created_at=NOW - minutes(5),
    )
    return replace(schedule, **changes)


def store(database: Database, *wanted: Schedule) -> None:
    with database.write() as connection:
        for schedule in wanted:
            schedules.insert(connection, schedule)


def polled(database: Database, now: datetime = NOW, **conditions: Any) -> list[Disposition]:
    return [one.disposition for one in poll(database, Poll(now=now, **conditions))]


def stored(database: Database, id: str = "s1", deployment_id: str = "d1") -> Schedule:
    return scheduleviews.get(database, deployment_id, id)


def history(database: Database, id: str = "s1") -> list[Occurrence]:
    return scheduleviews.history(database, "d1", id)


def started(database: Database) -> list[Execution]:
    with database.read() as connection:
        return executions.find(connection)


def end(database: Database, id: str | None, status: Status, now: datetime = NOW) -> None:
    assert id is not None
    with database.write() as connection:
        executions.begin(connection, id, 1, now)
        assert executions.finish(connection, id, 1, status, "", now)


@pytest.fixture(autouse=True)
def deployments(database: Database) -> None:
    store_deployment(database)
    store_deployment(database, "d2")


def test_what_is_due_starts_advances_and_is_recorded(database: Database) -> None:
    store(database, a_schedule(parameters={}))

    assert [Disposition.FIRED] == polled(database)

    [execution] = started(database)
    schedule = stored(database)
    assert ("schedule:s1", Status.PENDING, NOW) == (execution.origin, execution.status, execution.created_at)
    assert (NOW + minutes(10), execution.id) == (schedule.next_occurrence, schedule.latest_execution_id)
    [line] = history(database)
    assert (NOW, Disposition.FIRED, execution.id) == (line.occurrence, line.disposition, line.execution_id)
    with database.read() as connection:
        told = events.tail(connection, 1)[0]
    assert ("schedule_fired", execution.id) == (told.type, told.execution_id)


def test_what_is_not_due_or_disabled_is_left_alone(database: Database) -> None:
    store(database, a_schedule(next_occurrence=NOW + minutes(1)), a_schedule("s2", enabled=False))

    assert [] == polled(database)
    assert [] == started(database)


def test_two_pollers_at_once_start_each_occurrence_once(database: Database, home: Path) -> None:
    for number in range(20):
        store_deployment(database, f"many{number}")
        store(database, a_schedule(deployment_id=f"many{number}"))
    other = Database.open(home)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda one: len(polled(one)), [database, other] * 2))

    assert 20 == sum(found) == len(started(database))
    other.close()


def test_a_schedule_of_a_busy_deployment_waits_in_the_queue(database: Database) -> None:
    store(database, a_schedule(), a_schedule("s2"))

    assert [Disposition.FIRED, Disposition.QUEUED] == polled(database)
    assert [Status.PENDING, Status.QUEUED] == [one.status for one in started(database)]


def test_an_occurrence_is_skipped_while_the_execution_before_it_runs(database: Database) -> None:
    store(database, a_schedule())
    polled(database)

    assert [Disposition.SKIPPED_OVERLAP] == polled(database, NOW + minutes(10))

    assert 1 == len(started(database))
    assert NOW + minutes(20) == stored(database).next_occurrence
    assert "is still pending" in history(database)[0].reason


def test_after_a_downtime_one_run_catches_up_and_the_missed_ones_are_told(database: Database) -> None:
    store(database, a_schedule(slip=15))

    assert [Disposition.SKIPPED_LATE, Disposition.FIRED] == polled(database, NOW + minutes(42))

    newest, oldest = history(database)
    assert (NOW, "it was missed, and 2 after it; a later one was in time") == (oldest.occurrence, oldest.reason)
    assert (NOW + minutes(30), "1 later occurrences were due as well") == (newest.occurrence, newest.reason)


def test_in_maintenance_occurrences_are_skipped_and_recorded(database: Database) -> None:
    store(database, a_schedule())
    maintenance.activate(database, now=NOW)

    assert [Disposition.SKIPPED_MAINTENANCE] == polled(database)
    assert NOW + minutes(10) == stored(database).next_occurrence
    assert [] == started(database)


def test_a_failure_stops_the_schedule_until_it_is_enabled_again(database: Database) -> None:
    store(database, a_schedule(stop_on_fail=True))
    polled(database)
    end(database, stored(database).latest_execution_id, Status.FAILED)

    assert [Disposition.DISABLED] == polled(database, NOW + minutes(10))
    assert not stored(database).enabled
    assert [] == polled(database, NOW + minutes(20))

    services.enable(database, "d1", "s1", now=NOW + minutes(21))
    assert [Disposition.FIRED] == polled(database, NOW + minutes(30))
    end(database, stored(database).latest_execution_id, Status.FAILED)
    assert [Disposition.DISABLED] == polled(database, NOW + minutes(40))


def test_a_start_that_is_refused_is_told_and_the_others_go_on(database: Database) -> None:
    store(
        database,
        a_schedule("bad", workflow_id="nonsuch"),
        a_schedule("worse", parameters={"depth": 1}),
        a_schedule("good", deployment_id="d2"),
    )

    assert [Disposition.FIRED, Disposition.ERROR, Disposition.ERROR] == polled(database)

    [line] = history(database, "bad")
    assert "deployment `d1` has no workflow `nonsuch`" in line.reason
    assert NOW + minutes(10) == stored(database, "bad").next_occurrence
    assert stored(database, "bad").enabled


def test_a_start_that_is_refused_is_a_failure_that_stops_a_schedule(database: Database) -> None:
    store(database, a_schedule(workflow_id="nonsuch", stop_on_fail=True))

    assert [Disposition.ERROR] == polled(database)
    assert not stored(database).enabled


@pytest.mark.parametrize("rule", ["{}", "nonsense", '{"since": "2026-10-13T12:00:00Z", "rrule": "FREQ=SECONDLY"}'])
def test_a_damaged_schedule_is_switched_off_and_the_others_go_on(database: Database, rule: str) -> None:
    store(database, a_schedule("damaged"), a_schedule("good", deployment_id="d2"))
    with database.write() as connection:
        connection.execute("UPDATE schedule SET rule = ? WHERE id = 'damaged'", (rule,))

    assert [Disposition.FIRED, Disposition.ERROR] == polled(database)

    assert [] == polled(database, NOW + minutes(1))
    with database.read() as connection:
        assert "cannot be read and is switched off" in schedules.history(connection, "d1", "damaged")[0].reason
        assert {"damaged", "good"} == {row.id for row in scheduleviews.rows(connection)}
    services.delete(database, "d1", "damaged")


def test_a_rule_that_never_comes_again_ends_quietly(database: Database) -> None:
    store(database, a_schedule(rule=make_rule(NOW, count=1)))

    assert [Disposition.FIRED] == polled(database)
    assert stored(database).next_occurrence is None
    assert stored(database).enabled


def test_a_clock_that_is_put_back_fires_nothing_twice(database: Database) -> None:
    store(database, a_schedule())
    polled(database)
    end(database, stored(database).latest_execution_id, Status.TERMINATED)

    assert [] == polled(database, NOW - minutes(60))
    services.disable(database, "d1", "s1")
    services.enable(database, "d1", "s1", now=NOW - minutes(60))
    assert NOW == stored(database).next_occurrence
    assert [] == polled(database)

    assert 1 == len(started(database))
    assert NOW + minutes(10) == stored(database).next_occurrence


def test_an_engine_that_was_replaced_decides_nothing(database: Database) -> None:
    store(database, a_schedule())
    with database.write() as connection:
        old, new = (
            engines.insert(connection, pid=number, process_start=1, boot_id="b", is_on_demand=False, now=NOW)
            for number in (1, 2)
        )

    assert [] == polled(database, epoch=old)
    assert [Disposition.FIRED] == polled(database, epoch=new)


class Crash(BaseException):
    """The process dies here."""


class DyingConnection:
    """A connection whose process dies at its nth statement."""

    def __init__(self, connection: Connection, at: int) -> None:
        self._connection, self._left = connection, at

    def _pass(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise Crash

    def execute(self, sql: str, values: Sequence[object] = ()) -> Any:
        self._pass()
        return self._connection.execute(sql, values)

    def executemany(self, sql: str, values: Any) -> Any:
        self._pass()
        return self._connection.executemany(sql, values)


def test_a_crash_between_any_two_statements_leaves_all_or_nothing(home: Path, database: Database) -> None:
    class DyingDatabase(Database):
        at = 0

        @contextmanager
        def write(self) -> Any:
            with super().write() as connection:
                yield DyingConnection(connection, self.at)

    store(database, a_schedule())
    dying = DyingDatabase(home)
    crashes = 0
    while True:
        try:
            dying.at = crashes
            poll(dying, Poll(now=NOW))
            break
        except Crash:
            crashes += 1
            assert ([], [], NOW) == (started(database), history(database), stored(database).next_occurrence)

    assert 5 < crashes <= 13, "a start costs more statements than it did: a thousand of them are due at once"
    assert (1, 1) == (len(started(database)), len(history(database)))
    dying.close()


def test_a_poll_with_nothing_due_writes_nothing(database: Database, home: Path) -> None:
    store(database, a_schedule(next_occurrence=NOW + minutes(1)))
    watcher = Database.open(home)
    before = watcher.data_version()

    polled(database)

    assert before == watcher.data_version()
    watcher.close()


def test_a_year_of_polls_decides_each_occurrence_once(database: Database) -> None:
    rule: Rule = make_rule(NOW, recurrence="1 day", zone="Europe/Berlin")
    store(database, a_schedule(rule=rule))
    now, decided = NOW, list[datetime]()
    while now < NOW + minutes(370 * 24 * 60):
        for one in poll(database, Poll(now=now)):
            decided.append(one.occurrence)
            end(database, one.execution_id, Status.TERMINATED, now)
        upcoming = stored(database).next_occurrence
        assert upcoming is not None and upcoming > now
        now = upcoming

    assert rule.occurrences(NOW - minutes(1), len(decided)) == decided
    assert 370 == len(decided)


def test_all_that_was_missed_within_the_slip_is_caught_up_one_by_one(database: Database) -> None:
    policies = Policies(overlap=Overlap.QUEUE, catch_up=CatchUp.ALL)
    store(database, a_schedule(slip=60, policies=policies))

    dispositions = polled(database, NOW + minutes(25))

    assert [Disposition.FIRED, Disposition.QUEUED, Disposition.QUEUED] == dispositions
    assert NOW + minutes(30) == stored(database).next_occurrence


def test_a_closed_calendar_skips_and_says_so(database: Database) -> None:
    calendars.create(database, "freeze", ["2026-10-13 11:00 .. 2026-10-13 13:00"], zone="UTC", now=NOW)
    store(database, a_schedule(policies=Policies(calendars=("freeze",))))

    assert [Disposition.SKIPPED_BLACKOUT] == polled(database)
    assert "calendar freeze is closed until 2026-10-13 13:00Z" == history(database)[0].reason
    with pytest.raises(InUse, match="d1/s1"):
        calendars.delete(database, "freeze")


def test_jitter_delays_the_start_and_the_poll_waits_for_it(database: Database) -> None:
    schedule = a_schedule(policies=Policies(jitter=300))
    store(database, schedule)
    start = schedule.start_of(NOW)

    assert start > NOW
    assert [] == polled(database, NOW)
    assert [Disposition.FIRED] == polled(database, start)


def test_what_goes_by_while_a_schedule_rests_is_told_when_it_wakes(database: Database) -> None:
    store(database, a_schedule())
    services.disable(database, "d1", "s1", reason="the disk is full")
    assert "the disk is full" == stored(database).pause_reason

    woken = services.enable(database, "d1", "s1", now=NOW + minutes(25))

    [line] = history(database)
    assert (Disposition.DISABLED, 3, "it was disabled: the disk is full") == (
        line.disposition,
        line.covered,
        line.reason,
    )
    assert ("", NOW + minutes(30)) == (woken.pause_reason, woken.next_occurrence)


def test_a_change_of_anything_but_the_rule_loses_no_occurrence(database: Database) -> None:
    store(database, a_schedule())

    services.update(database, "d1", "s1", ScheduleChanges(slip=3), now=NOW + minutes(0.5))
    assert [Disposition.FIRED] == polled(database, NOW + minutes(0.75))

    services.update(database, "d1", "s1", ScheduleChanges(recurrence="1 h"), now=NOW + minutes(10.5))
    assert "the rule was changed before anything was decided" == history(database)[0].reason


def test_a_schedule_of_the_system_makes_snapshots(database: Database) -> None:
    timing = Timing(since="2026-10-13 12:00", recurrence="1 day", timezone="UTC")
    request = ScheduleRequest(deployment_id=SYSTEM, workflow_id="create_snapshot", id="nightly", timing=timing)
    services.create(database, request, now=NOW - minutes(5))

    assert [Disposition.FIRED] == polled(database)

    [execution] = started(database)
    assert (None, {"snapshot_id": "nightly-20261013T120000Z"}) == (execution.deployment_id, execution.parameters)
    with database.read() as connection:
        assert ["nightly-20261013T120000Z"] == [one.id for one in snapshots.find(connection)]
    assert SYSTEM == scheduleviews.get(database, SYSTEM, "nightly").deployment_id


def test_the_system_has_no_workflows_of_deployments(database: Database) -> None:
    timing = Timing(since="2026-10-13 12:00", recurrence="1 day", timezone="UTC")
    request = ScheduleRequest(deployment_id=SYSTEM, workflow_id="install", timing=timing)

    with pytest.raises(NotFound, match="there is `create_snapshot`"):
        services.create(database, request, now=NOW)
