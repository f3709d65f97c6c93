"""Schedules in the cockpit: made with their runs in sight, paused for a reason, told with their past."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conductor_tui.screens.schedule_calendar import ScheduleCalendar
from conductor_tui.screens.schedule_editor import ScheduleEditor
from conductor_tui.screens.schedule_history import ScheduleHistoryScreen
from engine.domain.agenda import Stretch, agenda
from engine.domain.preview import PreviewLine, preview
from engine.domain.schedule import Disposition, Occurrence, Schedule
from engine.domain.schedulerequest import ScheduleChanges, ScheduleRequest, Timing, schedule_of
from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)
TEN_FRIDAYS = "every last Friday at 22:00 Berlin time, starting tomorrow, ten times, skip if still running"


class SchedulingWorld(worlds.World):
    """A world whose schedules are decided by the real rules."""

    def add_schedule(self, request: ScheduleRequest) -> Schedule:
        self.asked.append(("add_schedule", request.deployment_id, request.workflow_id))
        return schedule_of(request, now=NOW, default_zone="UTC")

    def preview_request(self, request: ScheduleRequest, *, limit: int = 10) -> tuple[Schedule, list[PreviewLine]]:
        schedule = schedule_of(request, now=NOW, default_zone="UTC")
        return schedule, preview(schedule, now=NOW, limit=limit)

    def preview_changes(
        self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 10
    ) -> tuple[Schedule, list[PreviewLine]]:
        timing = Timing(when="every sunday at 2:30 Berlin time", since=None)
        return self.preview_request(
            ScheduleRequest(deployment_id=deployment_id, workflow_id="heal", id=id, timing=timing), limit=limit
        )

    def schedule_history(self, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
        return [
            Occurrence(
                deployment_id=deployment_id,
                schedule_id=id,
                occurrence=NOW,
                disposition=Disposition.SKIPPED_OVERLAP,
                reason="its execution \x1b[2Je1 is still started",
                decided_at=NOW,
                covered=3,
            )
        ]

    def schedule_agenda(self, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
        timing = Timing(when="daily at 2:30", since="2020-01-01 00:00", timezone="UTC")
        request = ScheduleRequest(deployment_id="d1", workflow_id="heal", id="nightly", timing=timing)
        nightly = schedule_of(request, now=NOW, default_zone="UTC")
        return agenda([nightly], begin, step=step, steps=steps, zone=zone)

    def enable_schedule(self, deployment_id: str, id: str) -> Schedule:
        self.asked.append(("enable_schedule", deployment_id, id))
        return self.preview_changes(deployment_id, id, ScheduleChanges())[0]

    def disable_schedule(self, deployment_id: str, id: str, reason: str = "") -> Schedule:
        self.asked.append(("disable_schedule", deployment_id, id, reason))
        return self.preview_changes(deployment_id, id, ScheduleChanges())[0]


def scheduling() -> SchedulingWorld:
    busy = worlds.busy()
    world = SchedulingWorld(busy.home)
    world.__dict__.update(busy.__dict__)
    return world


async def editing(driver: Driver) -> Any:
    await driver.press("4", "n")
    editor = driver.screen
    assert isinstance(editor, ScheduleEditor)
    await driver.until(lambda: bool(editor.workflow_id), "the workflows are known")
    driver.choose("#workflow", next(name for name, one in editor.workflows.items() if not one.parameters))
    await driver.settle()
    return editor


async def test_ten_last_fridays_are_seen_with_the_change_of_the_clock_before_they_are_stored() -> None:
    async with driving(scheduling()) as driver:
        editor = await editing(driver)
        driver.input("#when").value = TEN_FRIDAYS
        await driver.until(lambda: "10  Fri 30 Jul 2027" in driver.line("preview"), "ten runs are shown")

        shown = driver.line("preview").splitlines()
        assert 11 == len(shown)
        assert "1  Fri 30 Oct 2026 22:00 CET  30 Oct 21:00Z" in shown[1]
        assert ["DST change"] == [line.rpartition("Z")[2].strip() for line in shown[1:] if "DST" in line]
        assert f"--when '{TEN_FRIDAYS}'" in driver.text("#command")

        await driver.press("ctrl+s")
        await driver.until(lambda: driver.screen is not editor, "the form is closed")
    assert "add_schedule" in {one[0] for one in driver.asked}


async def test_what_is_not_understood_is_said_while_it_is_typed() -> None:
    async with driving(scheduling()) as driver:
        await editing(driver)
        driver.input("#when").value = "every blue moon"

        await driver.until(lambda: "`blue moon`" in driver.text("#refusal"), "the part is named")
        assert "" == driver.line("preview")


@pytest.mark.parametrize("reason", ["moving house", ""])
async def test_a_schedule_is_paused_for_a_reason(reason: str) -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "P")
        driver.input("#word").value = reason
        await driver.press("enter")
        await driver.until(lambda: any(one[0] == "disable_schedule" for one in driver.asked), "it is asked for")

    asked = next(one for one in driver.asked if one[0] == "disable_schedule")
    assert reason == asked[-1]


async def test_the_history_tells_what_comes_and_what_was_decided() -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "H")

        assert isinstance(driver.screen, ScheduleHistoryScreen)
        assert 20 == len(driver.table("coming").rows)
        [row] = driver.table("past").rows
        told = "".join(span.text for cell in row.cells for span in cell)
        assert "skipped overlap ×3" in told
        assert "\x1b" not in told


async def test_the_calendar_counts_runs_by_month_week_and_day() -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "c")
        assert isinstance(driver.screen, ScheduleCalendar)
        await driver.until(lambda: "·1" in driver.line("calendar"), "the month is counted")

        month = driver.line("calendar").splitlines()
        assert month[0].startswith("Mo")
        assert 7 * (len(month) - 1) == driver.line("calendar").count("·1")
        await driver.press("v")
        await driver.until(lambda: 7 == len(driver.line("calendar").splitlines()), "a week has seven days")
        assert "d1/nightly" in driver.line("calendar")
        await driver.press("v")
        await driver.until(lambda: 24 == len(driver.line("calendar").splitlines()), "a day has 24 hours")
        await driver.press("right", "left", "v", "escape")
        assert not isinstance(driver.screen, ScheduleCalendar)
