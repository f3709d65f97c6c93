"""Panes take more room, logs the whole screen, and the user goes back and forth between places."""

import json
from pathlib import Path

import msgspec
import pytest

from conductor_tui.screens.deployment import DeploymentScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.home import HomeScreen
from conductor_tui.sitting import Sitting
from conductor_tui.state import State
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.pane import Pane
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, Driver, driving

INSTALL = "8f21d0c4"


def drawn(driver: Driver) -> list[str]:
    """The panes that have room on the screen."""
    return [pane.id or "" for pane in driver.screen.query(Pane) if pane.region.height > 1]


def log(driver: Driver) -> EventLog:
    found: EventLog = driver.screen.query_one(EventLog)
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW])
async def test_the_pane_in_focus_grows_to_half_and_to_all_and_back(size: tuple[int, int]) -> None:
    async with driving(worlds.busy(), size) as driver:
        await driver.press("tab")
        normal = driver.screen.query_one("#pane-running").region
        await driver.press("plus")
        half = driver.screen.query_one("#pane-running").region
        await driver.press("plus")

        assert normal.area < half.area
        assert drawn(driver) == ["pane-running"]
        full = driver.screen.query_one("#pane-running").region
        assert (full.width, full.height) == (size[0], size[1] - 4)
        await driver.press("plus")
        assert driver.screen.query_one("#pane-running").region == normal


async def test_the_other_key_goes_the_other_way() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("underscore")

        assert drawn(driver) == ["pane-deployments"]


async def test_with_the_whole_screen_tab_shows_the_next_pane() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("underscore", "tab")

        assert drawn(driver) == ["pane-running"]


@pytest.mark.parametrize("open_with", [("enter",), ("8",), ("3",), ("tab", "enter")])
async def test_every_screen_of_many_panes_zooms(open_with: tuple[str, ...]) -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press(*open_with, "underscore")

        assert len(drawn(driver)) == 1


async def test_a_screen_of_one_pane_says_that_it_is_large_already() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "plus")

        assert driver.told()[-1] == "Zoom: there is one pane only, and it has the whole screen"


async def test_f_gives_the_log_the_whole_screen_and_back() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "f")
        assert drawn(driver) == ["pane-log"]

        await driver.press("f")
        assert drawn(driver) == ["pane-operations", "pane-log"]


async def test_the_history_goes_back_and_on() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "2", "left_square_bracket")
        await driver.shown(DeploymentScreen)
        await driver.settle()
        assert driver.screen.deployment_id == "web-eu-1"

        await driver.press("left_square_bracket")
        await driver.shown(HomeScreen)
        await driver.settle()
        await driver.press("left_square_bracket")
        assert driver.told()[-1] == "Back in history: this is where you began"

        await driver.press("right_square_bracket", "right_square_bracket")
        await driver.until(lambda: driver.app.current_mode == "executions", "the executions are shown")


async def test_the_last_view_swaps_two_places() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("minus")
        assert driver.told()[-1] == "Last view: you have been nowhere else yet"

        await driver.press("3", "6", "minus")
        await driver.until(lambda: driver.app.current_mode == "queue", "the queue is back")
        await driver.settle()
        await driver.press("minus")
        await driver.until(lambda: driver.app.current_mode == "events", "the events are back")


async def test_the_views_line_marks_the_view_that_esc_leads_back_to_and_the_crumbs_tell_the_way() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "l")
        await driver.shown(ExecutionScreen)
        await driver.settle()
        assert driver.line("crumbs").startswith(f" Home › web-eu-1 › {INSTALL}")
        assert "[0 Home]" in driver.line("views")

        await driver.press("2")
        assert "[2 Executions 3]" in driver.line("views")
        await driver.press("0")
        assert "[0 Home]" in driver.line("views")
        assert driver.line("crumbs").startswith(f" Home › web-eu-1 › {INSTALL}")
        await driver.press("0")
        assert driver.line("crumbs").startswith(" Home › web-eu-1 ")


async def test_what_was_opened_in_another_view_is_opened_there_again() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "enter", "escape", "1", "left_square_bracket", "left_square_bracket")
        await driver.shown(ExecutionScreen)

        assert driver.app.current_mode == "executions"


async def test_the_mouse_is_left_to_the_terminal_and_taken_back() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("M")
        assert "NO MOUSE" in driver.line("status")
        assert driver.told()[-1].startswith("The mouse is the terminal's")

        await driver.press("M")
        assert "NO MOUSE" not in driver.line("status")


async def test_a_line_of_the_log_is_copied() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "k", "y", "l")

        assert "applying migration 118/190" in driver.app.clipboard


async def test_marked_lines_are_copied_together() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "g", "space", "space", "y", "l")

        assert len(driver.app.clipboard.splitlines()) == 2
        assert "subnet 10.0.4.0/24 up" in driver.app.clipboard


async def test_enter_on_a_line_of_the_events_opens_its_execution() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("6", "enter")

        assert isinstance(driver.screen, ExecutionScreen)
        assert driver.screen.execution_id == INSTALL


async def test_events_are_narrowed_by_level_and_text() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("6", "L", "L")
        assert log(driver).shown == 1

        await driver.press("L", "L", "ampersand")  # error, then all again
        await driver.write("retry")
        await driver.press("enter")
        assert log(driver).shown == 2


async def test_all_events_are_written_as_json_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with driving(worlds.busy()) as driver:
        await driver.press("6", "ctrl+s")
        await driver.until(lambda: bool(driver.told()), "it is done")
        lines = [json.loads(line) for line in (tmp_path / "conductor-events.jsonl").read_text().splitlines()]

        assert [one["id"] for one in lines] == list(range(1, 11))
        assert lines[0]["execution_id"] == INSTALL


async def test_a_search_finds_what_is_not_held_and_goes_back_and_on() -> None:
    async with driving(worlds.talkative(5000), execution_id=INSTALL) as driver:
        assert len(log(driver).entries) == 1000
        await driver.press("tab", "slash")
        await driver.write("line 77")
        await driver.press("enter")
        await driver.until(lambda: log(driver).pointed_id == 779, "the newest match is shown")
        assert driver.told()[-1] == "11 lines contain it; n and N go on, in all of the log"

        await driver.press("N")
        assert log(driver).pointed_id == 778
        await driver.press("n", "n")
        await driver.until(lambda: "no later line" in driver.told()[-1], "there is no later one")


async def test_a_pane_says_why_it_cannot_do_what_a_log_elsewhere_can() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("shift+tab", "ctrl+s")

        assert driver.told()[-1] == "Save: not in this pane"


async def test_a_log_says_why_it_cannot_be_opened_in_an_editor_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "e")
        await driver.until(lambda: bool(driver.told()), "it says why")

        assert "no terminal of its own" in driver.told()[-1]


async def test_the_cursor_the_part_and_the_sizes_come_back() -> None:
    sitting = Sitting()
    async with driving(worlds.busy(), sitting=sitting) as driver:
        await driver.press("1", "j", "j", "enter", "v", "plus")
    kept = msgspec.json.decode(msgspec.json.encode(sitting.state), type=State)

    async with driving(worlds.busy(), sitting=Sitting(state=kept)) as driver:
        await driver.press("1")
        assert driver.table().key == "db-core"
        await driver.press("enter")
        assert driver.screen.query_one("#pane-schedules").display
        assert driver.screen.size_shown == "half"
