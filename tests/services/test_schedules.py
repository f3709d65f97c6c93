"""Schedules created, listed, changed and removed on a real database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import AlreadyExists, InvalidParameters, InvalidSchedule, InvalidValue, NotFound
from engine.domain.execution import Status
from engine.domain.schedule import Origin, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest, Timing
from engine.services import schedules as services
from engine.services import scheduleviews
from engine.services.localzone import local_zone
from engine.services.polling import Poll, poll
from storage.database import Database
from tests.builders import NOW, a_plan, minutes, store_deployment

DAILY = Timing(since="2026-10-14 10:00", recurrence="1 day", timezone="Europe/Berlin")


def create(database: Database, **changes: Any) -> Schedule:
    request = replace(ScheduleRequest(deployment_id="d1", workflow_id="install", timing=DAILY), **changes)
    return services.create(database, request, now=NOW)


@pytest.fixture(autouse=True)
def deployment(database: Database) -> None:
    store_deployment(database)


def test_a_created_schedule_is_stored_as_it_was_returned(database: Database) -> None:
    created = create(database, id="nightly", slip=4, stop_on_fail=True, parameters={})

    assert created == scheduleviews.get(database, "d1", "nightly")
    assert NOW + timedelta(hours=20) == created.next_occurrence


def test_the_id_of_a_schedule_is_taken_once_per_deployment(database: Database) -> None:
    store_deployment(database, "d2")
    create(database)
    create(database, deployment_id="d2")

    with pytest.raises(AlreadyExists, match="a schedule of deployment d1 `install` exists already"):
        create(database)


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"deployment_id": "nonsuch"}, NotFound, "no deployment `nonsuch`"),
        ({"workflow_id": "nonsuch"}, NotFound, "there are `install` and `report`"),
        ({"parameters": {"depth": 1}}, InvalidParameters, "does not have the following parameters"),
        ({"workflow_id": "report", "parameters": {"depth": "deep"}}, InvalidParameters, "depth"),
        ({"timing": Timing(since="2020-01-01 00:00", count=1)}, InvalidSchedule, "since 2020-01-01 .* has passed"),
        (
            {"timing": Timing(since="+2h", until="+1h", recurrence="1 days")},
            InvalidSchedule,
            "would never run: until .* is before since",
        ),
        (
            {"timing": Timing(since="2020-01-01 00:00", recurrence="1 days", count=2)},
            InvalidSchedule,
            "no occurrence any more",
        ),
        ({"timing": Timing(since="+1h")}, InvalidSchedule, "give --recurrence, --rrule, or --count 1"),
        ({"id": "a/b"}, InvalidValue, "cannot be the id of a schedule"),
        ({"timing": Timing(since="soon", count=1)}, InvalidSchedule, "soon is not a legal time format"),
    ],
)
def test_a_schedule_that_could_not_run_is_refused_and_not_stored(
    database: Database, changes: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        create(database, **changes)

    with database.read() as connection:
        assert [] == scheduleviews.rows(connection)


def test_a_time_without_a_zone_is_read_in_that_of_the_machine(database: Database) -> None:
    created = create(database, timing=Timing(since="+1h", count=1))

    assert local_zone() == created.rule.zone


def test_a_listing_shows_what_comes_next_first_and_what_rests_last(database: Database) -> None:
    create(database, id="later", timing=Timing(since="+2h", recurrence="1 day", timezone="UTC"))
    create(database, id="rests", timing=Timing(since="+1min", recurrence="1 day", timezone="UTC"))
    create(database, id="first", timing=Timing(since="+1h", recurrence="2 weeks", weekdays=("tu",), timezone="UTC"))
    services.disable(database, "d1", "rests")

    with database.read() as connection:
        listed = scheduleviews.rows(connection, deployment_id="d1")

    assert ["first", "later", "rests"] == [row.id for row in listed]
    assert ("every 2 weeks on TU", "UTC", "user", NOW + minutes(60)) == (
        listed[0].rule,
        listed[0].timezone,
        listed[0].origin,
        listed[0].next_occurrence,
    )
    assert listed[2].next_occurrence is None


def test_a_listing_shows_the_status_of_the_latest_execution(database: Database) -> None:
    create(database, timing=Timing(since="+1min", recurrence="1 day", timezone="UTC"))
    [fired] = poll(database, Poll(now=NOW + minutes(1)))

    with database.read() as connection:
        [row] = scheduleviews.rows(connection)

    assert (fired.execution_id, Status.PENDING) == (row.latest_execution_id, row.latest_status)


def test_a_preview_is_what_will_be_scheduled(database: Database) -> None:
    created = create(database)

    preview = scheduleviews.preview(DAILY, now=NOW, limit=3)

    assert preview == scheduleviews.upcoming(database, "d1", created.id, now=NOW, limit=3)
    assert created.next_occurrence == preview[0]


def test_a_disabled_schedule_has_nothing_upcoming(database: Database) -> None:
    create(database)
    services.disable(database, "d1", "install")

    assert [] == scheduleviews.upcoming(database, "d1", "install", now=NOW, limit=3)


def test_a_change_is_stored_and_looks_ahead(database: Database) -> None:
    create(database, slip=3)

    changes = ScheduleChanges(since="+5min", recurrence="1 hour", parameters={"depth": 2}, workflow_id="report")
    changed = services.update(database, "d1", "install", changes, now=NOW)

    assert changed == scheduleviews.get(database, "d1", "install")
    assert (NOW + minutes(5), 3, {"depth": 2}) == (changed.next_occurrence, changed.slip, changed.parameters)


def test_a_change_to_a_workflow_that_is_not_there_is_refused(database: Database) -> None:
    create(database)

    with pytest.raises(NotFound):
        services.update(database, "d1", "install", ScheduleChanges(workflow_id="nonsuch"), now=NOW)


def test_a_schedule_with_an_rrule_can_be_disabled_and_enabled(database: Database) -> None:
    create(database, timing=Timing(since="+1h", rrule="FREQ=DAILY"))

    assert not services.disable(database, "d1", "install").enabled
    assert services.enable(database, "d1", "install", now=NOW).enabled


def test_a_deleted_schedule_is_gone_with_its_history(database: Database) -> None:
    create(database, timing=Timing(since="+1min", count=1))
    poll(database, Poll(now=NOW + minutes(1)))

    services.delete(database, "d1", "install")

    for ask in (scheduleviews.get, scheduleviews.history, services.delete):
        with pytest.raises(NotFound):
            ask(database, "d1", "install")


def test_a_blueprints_schedules_come_with_the_deployment(database: Database) -> None:
    entries = {
        "nightly": {"workflow": "install", "since": "2026-10-14 22:00", "recurrence": "1 day", "timezone": "UTC"},
        "often": {"workflow": "report", "since": "+1min", "recurrence": "1 min", "workflow_parameters": {"depth": 2}},
    }
    deployment = store_deployment(database, "d2", a_plan(deployment_settings={"default_schedules": entries}))

    with database.write() as connection:
        services.create_defaults(connection, deployment, now=NOW)

    with database.read() as connection:
        listed = scheduleviews.rows(connection, deployment_id="d2")
    assert [("often", Origin.BLUEPRINT), ("nightly", Origin.BLUEPRINT)] == [(row.id, row.origin) for row in listed]


def test_a_blueprints_schedule_of_an_unknown_workflow_is_refused(database: Database) -> None:
    entries = {"nightly": {"workflow": "nonsuch", "since": "+1min", "recurrence": "1 day"}}
    deployment = store_deployment(database, "d2", a_plan(deployment_settings={"default_schedules": entries}))

    with pytest.raises(NotFound, match="nonsuch"), database.write() as connection:
        services.create_defaults(connection, deployment, now=NOW)


def test_a_schedule_that_is_not_there_is_answered_with_the_nearest(database: Database) -> None:
    create(database, id="nightly")

    with pytest.raises(NotFound, match=r"deployment `d1` has no schedule `nihgtly` \(did you mean `nightly`\?\)"):
        scheduleviews.get(database, "d1", "nihgtly")


def test_a_schedule_is_run_now_beside_its_own_times(database: Database) -> None:
    made = create(database, timing=Timing(since="+1h", recurrence="1 day"))

    execution = services.start_now(database, "d1", made.id, now=NOW)

    assert ("install", "d1", "user") == (execution.workflow_id, execution.deployment_id, execution.origin)
    stored = scheduleviews.get(database, "d1", made.id)
    assert (made.next_occurrence, None) == (stored.next_occurrence, stored.latest_execution_id)
    assert [] == scheduleviews.history(database, "d1", made.id)


def test_what_runs_now_waits_behind_what_runs_already(database: Database) -> None:
    made = create(database, timing=Timing(since="+1h", recurrence="1 day"))
    services.start_now(database, "d1", made.id, now=NOW)

    assert Status.QUEUED is services.start_now(database, "d1", made.id, now=NOW).status


def test_the_workflows_of_the_system_can_be_scheduled_too(database: Database) -> None:
    assert ["create_snapshot"] == list(scheduleviews.schedulable(database, "-"))
    assert "report" in scheduleviews.schedulable(database, "d1")
