"""How schedules follow the blueprint of a deployment that is updated (semantics §3.10)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.domain.execution import Status
from engine.domain.schedule import Origin, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest, Timing
from engine.services import schedules
from storage import schedules as schedule_rows
from tests.runtime.update_world import World, make_world

NODES = "  web: { type: app.Thing }\n"
V1 = """\
deployment_settings:
  default_schedules:
    nightly: { workflow: install, since: "2099-01-01 22:00", timezone: Europe/Berlin, recurrence: 1 day }
    weekly: { workflow: install, since: "2099-01-01 10:00", recurrence: 1 week, stop_after_fail: true }
    same: { workflow: install, since: "+1h", rrule: FREQ=DAILY, default_enabled: false }
"""
V2 = """\
deployment_settings:
  default_schedules:
    nightly:
      workflow: uninstall
      since: "2099-01-01 23:00"
      timezone: Europe/Berlin
      recurrence: 1 day
      stop_on_fail: true
      execution_arguments: { is_dry_run: true }
    same: { workflow: install, since: "+1h", rrule: FREQ=DAILY, default_enabled: false }
    monthly:
      workflow: install
      since: "2099-01-01 10:00"
      rrule: "FREQ=MONTHLY;BYDAY=-1FR"
      timezone: Asia/Tokyo
      enabled: false
      execution_arguments: { dry_run: true }
    mine: { workflow: uninstall, since: "2099-01-01 10:00", recurrence: 1 day }
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A deployment with the schedules of its blueprint, and one of a user."""
    world = make_world(tmp_path)
    world.upload("v1", NODES, rest=V1)
    world.upload("v2", NODES, rest=V2)
    world.deploy("v1")
    timing = Timing(since="2099-01-01 10:00", recurrence="1 day")
    request = ScheduleRequest(deployment_id="d1", workflow_id="install", id="mine", timing=timing)
    schedules.create(world.database, request, now=datetime.now(UTC))
    return world


def stored(world: World) -> dict[str, Schedule]:
    with world.database.read() as connection:
        return {one.id: one for one in schedule_rows.find(connection, deployment_id="d1")}


def test_schedules_of_the_blueprint_follow_it_and_those_of_users_stay(world: World) -> None:
    before = stored(world)

    preview = world.preview("v2")
    assert Status.TERMINATED is world.update("v2").status

    after = stored(world)
    assert {"nightly", "same", "monthly", "mine"} == set(after)
    assert (("monthly",), ("nightly",), ("weekly",), ("mine",)) == (
        preview.schedules.created,
        preview.schedules.replaced,
        preview.schedules.deleted,
        preview.schedules.kept,
    )
    assert (before["mine"], before["same"]) == (after["mine"], after["same"])
    nightly = after["nightly"]
    assert ("uninstall", True, True, Origin.BLUEPRINT) == (
        nightly.workflow_id,
        nightly.stop_on_fail,
        nightly.arguments.dry_run,
        nightly.origin,
    )
    assert datetime(2099, 1, 1, 22, 0, tzinfo=UTC) == nightly.next_occurrence
    monthly = after["monthly"]
    assert (False, True, "Asia/Tokyo") == (monthly.enabled, monthly.arguments.dry_run, monthly.rule.zone)


def test_a_schedule_whose_entry_has_not_changed_keeps_what_users_made_of_it(world: World) -> None:
    now = datetime.now(UTC)
    schedules.enable(world.database, "d1", "same", now=now)
    schedules.update(world.database, "d1", "same", ScheduleChanges(slip=7), now=now)

    world.update("v2")

    assert (True, 7) == (stored(world)["same"].enabled, stored(world)["same"].slip)


def test_a_blueprint_without_schedules_takes_its_own_away(world: World) -> None:
    world.upload("v3", NODES)

    preview = world.preview("v3")
    world.update("v3")

    assert ["remove schedule nightly", "remove schedule weekly", "remove schedule same"] == [
        f"{one.action} {one.entity} {one.name}" for one in preview.steps
    ]
    assert {"mine"} == set(stored(world))


def test_a_preview_warns_of_what_users_will_miss(world: World) -> None:
    flow = "workflows: { mine: app.thing.note }\n"
    world.upload("v3", NODES, rest=flow)
    world.update("v3")
    timing = Timing(since="2099-01-01 10:00", recurrence="1 day")
    request = ScheduleRequest(deployment_id="d1", workflow_id="mine", id="own", timing=timing)
    schedules.create(world.database, request, now=datetime.now(UTC))

    warnings = world.preview("v2").warnings

    assert (
        "the schedule `mine` stays as a user made it; the blueprint's of that name is left out",
        "the schedule `own` runs the workflow `mine`, which goes",
    ) == warnings


def test_a_default_schedule_that_does_not_fit_is_refused_before_anything_starts(world: World) -> None:
    bad = 'deployment_settings: { default_schedules: { s: { workflow: nonsuch, since: "+1h", recurrence: 1 day } } }\n'
    world.upload("v3", NODES, rest=bad)

    with pytest.raises(Exception, match="nonsuch"):
        world.start("v3")
