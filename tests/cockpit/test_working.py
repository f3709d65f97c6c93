"""Command mode, copying, undo, marks, sorting, freezing, themes, the system screen and the first run, by their keys."""

from pathlib import Path

import pytest

from conductor_tui.config import Config
from conductor_tui.screens.choice import ChoiceScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.firstrun import UploadScreen, completed
from conductor_tui.screens.help import HelpScreen
from conductor_tui.screens.pages import PageScreen
from conductor_tui.screens.start import StartScreen
from conductor_tui.sitting import Sitting
from conductor_tui.state import State
from conductor_tui.widgets.log_pane import LogPane
from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving


async def say(driver: Driver, text: str) -> None:
    """Type a command."""
    await driver.press("colon")
    await driver.write(text)
    await driver.press("enter")


def page(driver: Driver) -> str:
    """Return the text of the page that lies over the cockpit."""
    pane = driver.screen.query_one(LogPane)
    return "\n".join("".join(one.text for one in entry.line) for entry in pane.entries)


async def test_a_command_shows_a_view_narrowed_to_some_rows() -> None:
    async with driving(worlds.busy()) as driver:
        await say(driver, "exec running db*")

        assert "executions" == driver.app.current_mode
        assert ["8f1c0b19"] == [row.key for row in driver.table().rows]
        assert "[running]" in str(driver.screen.query_one("#list").border_title)


async def test_a_command_narrows_the_view_that_is_shown_already() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("1")
        await say(driver, "dep edge-*")

        assert {"edge-fra", "edge-ams"} == {row.key for row in driver.table().rows}


async def test_a_command_opens_the_form_of_a_workflow() -> None:
    async with driving(worlds.busy()) as driver:
        await say(driver, "start smoke_test web-eu-2")

        assert isinstance(driver.screen, StartScreen)
        await driver.until(lambda: driver.screen.workflow_id == "smoke_test", "the workflow is chosen")


async def test_a_command_opens_an_execution() -> None:
    async with driving(worlds.busy()) as driver:
        await say(driver, "open 8f21d0c4")

        assert isinstance(driver.screen, ExecutionScreen)


async def test_a_command_that_is_none_says_what_was_meant() -> None:
    async with driving(worlds.busy()) as driver:
        await say(driver, "palete")

        assert "`palete` is no command here; did you mean `palette`?" == driver.told()[-1]


async def test_commands_are_proposed_and_recalled() -> None:
    async with driving(worlds.busy()) as driver:
        await say(driver, "open 8f21d0c4")
        await driver.press("escape", "colon")
        await driver.press("up")
        assert "open 8f21d0c4" == driver.input("CommandBar Input").value

        await driver.press("down")
        await driver.write("executions fa")
        await driver.until(lambda: bool(driver.input("CommandBar Input")._suggestion), "a line is proposed")
        await driver.press("tab")
        assert "executions failed" == driver.input("CommandBar Input").value


async def test_what_is_copied_is_chosen_and_kept_in_a_file_too(tmp_path: Path) -> None:
    sitting = Sitting(state_path=tmp_path / "cockpit.json")
    async with driving(worlds.busy(), sitting=sitting) as driver:
        await driver.press("2", "y", "c")
        assert "conductor executions get 8f26aa10" == driver.app.clipboard
        assert driver.app.clipboard == (tmp_path / "copied.txt").read_text()

        await driver.press("y", "j")
        assert '"id":"8f26aa10"' in driver.app.clipboard


async def test_deeds_stand_in_the_command_log() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "x", "y", "at")

        assert isinstance(driver.screen, PageScreen)
        assert "✓ conductor executions cancel 8f26aa10" in page(driver)


async def test_what_can_be_taken_back_is_taken_back_once() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("8", "m", "y")
        assert "MAINT" in driver.line("status")
        assert driver.told()[-1].endswith("(z undoes maintenance-mode activate)")

        await driver.press("z")
        await driver.until(lambda: ("deactivate_maintenance",) in world.asked, "maintenance is off again")
        await driver.press("z")
        assert "Undo: nothing was done here that can be taken back" == driver.told()[-1]


async def test_an_execution_taken_out_of_the_queue_is_put_back() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("2", "x", "y")
        await driver.until(lambda: bool(driver.told()), "it is out of the queue")
        await driver.press("z")
        await driver.until(lambda: ("requeue_execution", "8f26aa10") in world.asked, "it is put back")


async def test_marked_executions_are_cancelled_with_one_question_and_one_report() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("2", "space", "space", "x")
        assert "Cancel 2 executions?" in str(driver.screen.query_one("#dialog").border_title)

        await driver.press("y")
        await driver.until(
            lambda: any(one.startswith("2 are asked to stop.") for one in driver.told()), "it is reported"
        )
        assert 2 == len([one for one in world.asked if one[0] == "cancel_execution"])
        assert () == driver.table().marked


async def test_rows_are_sorted_and_turned_round() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("1", "o", "enter")
        names = [row.key for row in driver.table().rows]
        assert sorted(names) == names

        await driver.press("O")
        assert sorted(names, reverse=True) == [row.key for row in driver.table().rows]


async def test_filters_sorting_and_view_come_back() -> None:
    sitting = Sitting(
        state=State(screen="deployments", filters={"deployments": "edge"}, sorts={"deployments": "-name"})
    )
    async with driving(worlds.busy(), sitting=sitting) as driver:
        assert ["edge-fra", "edge-ams"] == [row.key for row in driver.table().rows]


async def test_a_frozen_screen_says_so_and_goes_on_when_asked() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("full_stop")
        assert "FROZEN" in driver.line("status")

        await driver.press("full_stop")
        assert "FROZEN" not in driver.line("status")


async def test_themes_are_shown_while_choosing() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("T", "j", "j")
        assert "high-contrast" == driver.app.shown_theme

        await driver.press("escape")
        assert "conductor-dark" == driver.app.shown_theme

        await driver.press("T", "G", "enter")
        assert "terminal" == driver.app.shown_theme == driver.app.sitting.state.theme


async def test_the_config_file_chooses_the_theme() -> None:
    sitting = Sitting(config=Config(keys={}, theme="colour-blind-safe"), state=State(theme="terminal"))
    async with driving(worlds.busy(), sitting=sitting) as driver:
        assert "colour-blind-safe" == driver.app.shown_theme


async def test_help_names_the_reason_of_what_cannot_be_done_now() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "G", "question_mark")

        assert isinstance(driver.screen, HelpScreen)
        assert "not now: the engine runs already" in page(driver)


async def test_the_system_screen_changes_a_setting() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("8", "enter", "backspace")
        await driver.write("4")
        assert "conductor settings set max_concurrent_executions 4" == driver.text("#command")

        await driver.press("enter")
        await driver.until(lambda: 4 == world.setting("max_concurrent_executions").value, "the setting is changed")
        await driver.press("z")
        await driver.until(lambda: 0 == world.setting("max_concurrent_executions").value, "it is taken back")


async def test_maintenance_names_the_schedules_that_it_skips() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8", "m")

        assert "Schedules that are due meanwhile are skipped: hourly of edge-fra" in driver.text("#effect")


async def test_a_hook_is_switched() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("8", "tab", "P")
        await driver.until(lambda: ("disable_hook", "chat") in world.asked, "the hook is off")


async def test_an_empty_cockpit_offers_the_demo() -> None:
    world = worlds.empty()
    async with driving(world) as driver:
        await driver.press("d")
        await driver.until(lambda: any(one[0] == "start_execution" for one in world.asked), "the demo starts")

        assert ["upload_blueprint", "create_deployment", "start_execution"] == [one[0] for one in world.asked]


async def test_mistakes_of_a_blueprint_are_shown_where_it_is_uploaded(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("x")
    async with driving(worlds.empty()) as driver:
        await driver.press("u")
        assert isinstance(driver.screen, UploadScreen)
        driver.input("#path").value = str(tmp_path / "broken.yaml")
        await driver.press("enter")
        await driver.until(lambda: "broken.yaml:4:5" in driver.text("#refusal"), "the mistakes are shown")

        assert "broken.yaml:9:1" in driver.text("#refusal")


def test_paths_are_completed(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "blueprint.yaml").touch()
    (tmp_path / "shop" / "notes.txt").touch()

    assert f"{tmp_path}/shop/" == completed(f"{tmp_path}/s")
    assert f"{tmp_path}/shop/blueprint.yaml" == completed(f"{tmp_path}/shop/")
    assert completed(f"{tmp_path}/shop/n") is None
    assert completed("/no/such/place/x") is None


@pytest.mark.parametrize("key", ["enter", "right"])
async def test_the_tour_ends_in_the_cockpit(key: str) -> None:
    async with driving(worlds.empty()) as driver:
        await driver.press("t", key, key, key)
        assert isinstance(driver.screen, PageScreen)

        await driver.press(key)
        assert not isinstance(driver.screen, PageScreen | ChoiceScreen)
