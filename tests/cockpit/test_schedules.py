"""Schedules in the cockpit: made with their runs in sight, paused for a reason, told with their past."""

from typing import Any

import pytest

from conductor_tui.screens.schedule_calendar import ScheduleCalendar
from conductor_tui.screens.schedule_editor import ScheduleEditor
from conductor_tui.screens.schedule_history import ScheduleHistoryScreen
from conductor_tui.screens.schedule_rehearsal import RehearsalScreen
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest
from tests.cockpit.driver import NARROW, Driver, driving
from tests.cockpit.scheduling import scheduling

TEN_FRIDAYS = "every last Friday at 22:00 Berlin time, starting tomorrow, ten times, skip if still running"


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
        assert 2 + 10 == len(shown)
        assert "10 in all" in shown[0]
        assert "1  Fri 30 Oct 2026 22:00 CET   30 Oct 21:00Z  17d08h" in shown[2]
        assert 1 == sum(line.endswith("◆ DST change") for line in shown[2:])
        assert f"--when '{TEN_FRIDAYS}'" in driver.text("#command")
        assert (
            "= every month on the last friday at 22:00\n    10 times, from 14 Oct 2026, skips overlaps"
            in driver.line("understood")
        )

        await driver.press("ctrl+s")
        await driver.until(lambda: driver.screen is not editor, "the form is closed")
    assert "add_schedule" in {one[0] for one in driver.asked}


async def test_what_is_not_understood_is_said_while_it_is_typed() -> None:
    async with driving(scheduling()) as driver:
        await editing(driver)
        driver.input("#when").value = "every blue moon"

        await driver.until(lambda: "`blue moon`" in driver.text("#refusal"), "the part is named")
        assert driver.line("preview").startswith("Write into When")
        assert "unsaved, 1 error" in title(driver)
        assert "^n next error" in driver.line("answers")


def title(driver: Driver) -> str:
    return str(driver.screen.query_one("#dialog").border_title)


async def test_the_next_error_is_a_key_away_and_what_was_typed_is_left_with_the_second_press() -> None:
    async with driving(scheduling()) as driver:
        editor = await editing(driver)
        driver.input("#when").value = "daily at 3:00"
        driver.input("#zone").value = "Europe/Berlim"
        driver.input("#count").value = "many"
        await driver.until(lambda: "2 errors" in title(driver), "both are counted")

        await driver.press("ctrl+n")
        assert "zone" == driver.screen.focused.id
        assert "did you mean Europe/Berlin?" in driver.text("#refusal")
        await driver.press("ctrl+n")
        assert "count" == driver.screen.focused.id
        await driver.press("ctrl+n")
        assert "zone" == driver.screen.focused.id

        await driver.press("escape")
        assert editor is driver.screen
        assert "esc again" in driver.text("#refusal")
        await driver.press("escape")
        assert editor is not driver.screen


async def test_runs_that_collide_are_moved_by_a_key() -> None:
    async with driving(scheduling()) as driver:
        await changing(driver, "enter")
        assert "a move to 03:30   b keep, queue behind it" in driver.line("checks")
        await driver.press("ctrl+r", "a")
        await driver.until(lambda: "03:30" in driver.line("preview"), "its runs have moved")

        assert "every wednesday and sunday at 3:30" == driver.input("#when").value
        assert "!" not in driver.line("months").rpartition("\n")[0]
        assert "--when 'every wednesday and sunday at 3:30'" in driver.text("#command")
        assert "when" == driver.screen.focused.id


async def test_the_test_clock_tells_what_would_be_decided_and_a_key_keeps_what_collides() -> None:
    async with driving(scheduling()) as driver:
        editor = await changing(driver, "enter")
        await driver.press("ctrl+t")
        assert isinstance(driver.screen, RehearsalScreen)
        first = driver.line("rehearsed").splitlines()[0]
        assert "Wed 14 Oct 2026 02:30 CEST" in first
        assert "queued" in first
        assert "begins 02:48, waits for -/nightly" in first
        await driver.press("escape")
        assert editor is driver.screen
        await driver.press("ctrl+r", "b")
        await driver.until(lambda: "--overlap queue" in driver.text("#command"), "they wait")


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


async def changing(driver: Driver, *keys: str) -> Any:
    """Open the form of the first schedule and wait for its coming runs."""
    await driver.press("4", *keys)
    editor = driver.screen
    assert isinstance(editor, ScheduleEditor)
    await driver.until(lambda: "Wed 14 Oct 2026 02:30" in driver.line("preview"), "its runs are shown")
    return editor


def changes_asked(driver: Driver) -> ScheduleChanges:
    changes = next(one[-1] for one in driver.asked if one[0] == "update_schedule")
    assert isinstance(changes, ScheduleChanges)
    return changes


async def test_a_schedule_is_opened_with_all_that_it_is() -> None:
    async with driving(scheduling()) as driver:
        await changing(driver, "enter")

        assert "every wednesday and sunday at 2:30" == driver.input("#when").value
        assert "Europe/Berlin" == driver.input("#zone").value
        assert "2027-03-31 23:59:59" == driver.input("#until").value
        assert driver.input("#name").disabled
        assert "/health" in [field.text for field in driver.screen.query("Field")]


async def test_only_what_was_touched_is_changed() -> None:
    async with driving(scheduling()) as driver:
        editor = await changing(driver, "e")
        driver.input("#slip").value = "10"
        driver.choose("#overlap", "queue")
        await driver.until(lambda: "--slip 10 --overlap queue" in driver.text("#command"), "the command says so")
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.screen is not editor, "the form is closed")

    changes = changes_asked(driver)
    assert (10, "queue") == (changes.slip, changes.overlap)
    assert (None, None, None, None) == (changes.when, changes.since, changes.until, changes.parameters)


async def test_an_emptied_end_is_taken_away() -> None:
    async with driving(scheduling()) as driver:
        editor = await changing(driver, "enter")
        driver.input("#until").value = ""
        await driver.until(lambda: "--clear until" in driver.text("#command"), "the command says so")
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.screen is not editor, "the form is closed")

    assert {"until"} == changes_asked(driver).clear


async def test_what_does_not_fit_is_said_and_not_stored() -> None:
    async with driving(scheduling()) as driver:
        editor = await changing(driver, "enter")
        driver.input("#count").value = "many"
        await driver.until(lambda: "max runs must be a whole number" in driver.text("#refusal"), "it is said")
        await driver.press("ctrl+s")

        assert editor is driver.screen
        assert not [one for one in driver.asked if one[0] == "update_schedule"]


async def test_a_copy_is_stored_under_another_name_with_the_same_times() -> None:
    async with driving(scheduling()) as driver:
        editor = await changing(driver, "d")
        name = driver.input("#name").value
        await driver.press("ctrl+s")
        await driver.until(lambda: driver.screen is not editor, "the form is closed")

    request = next(one[-1] for one in driver.asked if one[0] == "add_schedule")
    assert isinstance(request, ScheduleRequest)
    assert name == request.id
    assert name.endswith("-2")
    assert "FREQ=WEEKLY;BYDAY=WE,SU;BYHOUR=2;BYMINUTE=30" == request.timing.rrule


async def test_collisions_and_changes_of_the_clock_are_told_and_marked() -> None:
    async with driving(scheduling()) as driver:
        await changing(driver, "enter")

        told = driver.line("checks")
        assert "! S1 -/nightly (system-wide) holds 02:28-02:48 (p90): 49 of 49 runs would wait for it" in told
        assert "◆ 25 Oct 2026 02:30 CEST comes twice: it runs in the first pass" in told
        assert "◆ the time does not exist on that day: it runs at 28 Mar 2027 03:00 CEST" in told
        assert "25◆" in driver.line("months")
        assert "14!" in driver.line("months")


async def test_a_narrow_screen_shows_one_half_at_a_time() -> None:
    async with driving(scheduling(), NARROW) as driver:
        editor = await changing(driver, "enter")

        assert not editor.query_one("#sight").display
        await driver.press("f3")
        assert editor.query_one("#sight").display
        assert not editor.query_one("#entries").display
        await driver.press("f3")
        assert "when" == editor.focused.id


async def test_many_schedules_are_paused_for_one_reason() -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "space", "space", "P")
        await driver.write("moving")
        await driver.press("enter")
        await driver.until(lambda: 2 == sum(one[0] == "disable_schedule" for one in driver.asked), "both are asked for")

    assert {"moving"} == {one[-1] for one in driver.asked if one[0] == "disable_schedule"}


async def test_a_pause_is_undone_without_its_reason() -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "P")
        await driver.write("oops")
        await driver.press("enter")
        await driver.until(lambda: any("paused" in one for one in driver.told()), "it is paused")
        await driver.press("z")
        await driver.until(lambda: any(one[0] == "enable_schedule" for one in driver.asked), "it is taken back")


async def test_a_schedule_is_run_now_after_a_yes() -> None:
    async with driving(scheduling()) as driver:
        await driver.press("4", "t")
        assert "conductor executions start smoke_test" in driver.text("#command")
        await driver.press("y")
        await driver.until(lambda: any(one[0] == "start_scheduled" for one in driver.asked), "it is asked for")


async def test_a_system_schedule_can_be_made_from_an_empty_list() -> None:
    world = scheduling()
    async with driving(world) as driver:
        await driver.press("4", "n")
        await driver.until(lambda: bool(driver.screen.workflow_id), "the workflows are known")
        driver.choose("#deployment", "-")
        await driver.until(lambda: driver.screen.workflow_id == "create_snapshot", "the system's are shown")
        driver.input("#when").value = "daily at 3:00"

        await driver.until(lambda: "schedule create - create_snapshot" in driver.text("#command"), "it is the system's")
