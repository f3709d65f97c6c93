"""Each screen does what its keys say, to the row under the cursor, and says why when it cannot."""

from dataclasses import replace

import pytest

from conductor_tui.screens.deployment import DeploymentScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.home import HomeScreen
from conductor_tui.screens.start import StartScreen
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.pane import Pane
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, driving


@pytest.mark.parametrize(
    ("key", "mode"),
    list(
        zip("0123456", ("home", "deployments", "executions", "queue", "schedules", "blueprints", "events"), strict=True)
    ),
)
async def test_each_number_shows_its_view(key: str, mode: str) -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", key)

        assert mode == driver.app.current_mode


async def test_a_view_is_left_where_it_was() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "j", "enter", "1", "2")

        assert isinstance(driver.screen, ExecutionScreen)
        await driver.press("escape")
        assert driver.table().key == "8f25aa10"


async def test_the_number_of_the_view_that_is_shown_leaves_its_details() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "j", "0")

        assert isinstance(driver.screen, HomeScreen)


async def test_home_shows_what_is_deployed_runs_waits_and_comes() -> None:
    async with driving(worlds.busy()) as driver:
        assert [row.key for row in driver.table("running").rows][:3] == ["8f1c0b19", "8f1e77aa", "8f21d0c4"]
        assert len(driver.table("queue").rows) == 5
        assert driver.table("schedules").rows[0].key == "edge-ams hourly"
        assert driver.table("deployments").key == "web-eu-1"


async def test_the_cursor_stays_on_its_deployment_when_another_comes_before_it() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("j", "j")
        world.change(replace(world.home, deployments=(worlds.deployment("aaa"), *world.home.deployments)))
        await driver.press("ctrl+r")

        assert driver.table("deployments").key == "db-core"
        assert len(driver.table("deployments").rows) == 16


async def test_enter_opens_what_the_cursor_is_on() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter")
        assert isinstance(driver.screen, DeploymentScreen)
        assert driver.screen.deployment_id == "web-eu-1"

        await driver.press("q", "tab", "enter")
        assert isinstance(driver.screen, ExecutionScreen)
        assert driver.screen.execution_id == "8f1c0b19"


async def test_tab_unfolds_the_next_pane_where_it_is_narrow() -> None:
    async with driving(worlds.busy(), NARROW) as driver:
        queue = driver.screen.query_one("#pane-queue", Pane)
        assert queue.is_folded
        assert "next: db-core update" in queue.summary

        await driver.press("tab", "tab")
        assert not queue.is_folded
        assert driver.screen.query_one("#pane-deployments", Pane).is_folded


async def test_nothing_is_folded_where_there_is_room() -> None:
    async with driving(worlds.busy(), WIDE) as driver:
        assert not any(pane.is_folded for pane in driver.screen.query(Pane))


async def test_an_execution_shows_its_operations_and_log() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        assert len(driver.table("operations").rows) == 13
        log = driver.screen.query_one("#log", LogPane)
        assert [entry.id for entry in log.entries] == [1, 2, 6, 7, 8, 9, 10]
        assert "13/21 operations" in driver.line("summary")


async def test_a_failed_execution_says_why_in_its_first_line() -> None:
    async with driving(worlds.busy(), execution_id="8f19be42") as driver:
        assert "✗ vm_3.create failed: ConnectTimeout 10.0.4.13:22 after 3 attempts" in driver.line("summary")

        await driver.press("n")
        assert driver.table("operations").key == "8f19be42-2"


async def test_a_waiting_execution_says_for_what() -> None:
    async with driving(worlds.busy(), execution_id="8f22aa10") as driver:
        assert "waits: backup 8f1c0b19 of this deployment is running" in driver.line("summary")


async def test_enter_on_an_operation_finds_it_in_the_log() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        driver.table("operations").point_at("8f21d0c4-7")
        await driver.press("enter")

        assert driver.screen.focused.id == "log"
        assert "db_x1.create: 2 lines contain it; n and N go on" in driver.told()


async def test_v_shows_the_parameters_and_the_whole_error() -> None:
    async with driving(worlds.busy(), execution_id="8f19be42") as driver:
        await driver.press("v", "v", "v")

        assert [row.key for row in driver.table("facts").rows][-2:] == ["error 1", "error 2"]


async def test_a_key_that_cannot_work_says_why() -> None:
    async with driving(worlds.busy(), execution_id="8f19be42") as driver:
        await driver.press("x")

        assert driver.told() == ["Cancel…: execution 8f19be42 is failed already"]


async def test_a_key_that_means_nothing_here_says_where_it_does() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("w")
        assert driver.told()[-1] == (
            "w does nothing here, it is for Why? (queue), Wrap (logs); ? shows the keys that work here"
        )

        await driver.press("K")
        assert driver.told()[-1] == "K does nothing; ? shows the keys that work here"


async def test_keys_that_move_say_nothing() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("j", "k", "down", "G", "g", "tab", "shift+tab", "ctrl+d")

        assert driver.told() == []


async def test_t_starts_another_workflow_where_an_execution_is_shown() -> None:
    async with driving(worlds.busy(), execution_id="8f19be42") as driver:
        await driver.press("t")

        assert isinstance(driver.screen, StartScreen)
        assert driver.screen.deployment_id == "edge-fra"


async def test_an_execution_without_operations_says_why_there_are_none() -> None:
    async with driving(worlds.busy(), execution_id="8f18aa01") as driver:
        empty = driver.table("operations").empty[0][0].text

        assert empty == "heal ended as completed without running an operation"


async def test_f_turns_through_the_statuses() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("2", "f")
        assert {row.key for row in driver.table().rows} == {"8f1c0b19", "8f1e77aa", "8f21d0c4"}

        await driver.press("f", "f")
        assert [row.key for row in driver.table().rows] == ["8f19be42"]


async def test_a_filter_is_typed_and_cleared() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("1", "slash")
        await driver.write("edge")
        await driver.pilot.press("enter")
        assert [row.key for row in driver.table().rows] == ["edge-fra", "edge-ams"]

        await driver.press("escape")
        assert len(driver.table().rows) == 15


async def test_the_queue_says_why_the_row_under_the_cursor_waits() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "j", "j")
        why = driver.screen.query_one("#why", LogPane)
        text = "\n".join("".join(one.text for one in entry.line) for entry in why.entries)

        assert "needs an idle engine; backup 8f1c0b19 is running" in text
        assert "needs an idle engine; install 8f21d0c4 is running" in text


async def test_work_without_an_engine_is_an_alarm_and_e_starts_one() -> None:
    async with driving(worlds.stranded()) as driver:
        assert "NO ENGINE" in driver.line("status")
        assert "E starts one" in driver.line("crumbs")

        await driver.press("E")
        await driver.until(lambda: ("ensure_engine",) in driver.asked, "an engine was asked for")
        await driver.until(lambda: "engine 4d" in driver.line("status"), "the engine is shown")


async def test_a_first_user_is_told_what_to_do() -> None:
    async with driving(worlds.empty()) as driver:
        shown = "\n".join(driver.table("deployments").render_line(y).text for y in range(10))

        assert "conductor demo" in shown
        assert "engine at rest" in driver.line("status")


async def test_a_database_that_cannot_be_read_is_said_everywhere() -> None:
    async with driving(worlds.broken()) as driver:
        assert "NO DATA" in driver.line("status")
        assert "disk I/O error" in driver.line("crumbs")
        assert "disk I/O error" in driver.table("deployments").render_line(0).text


async def test_data_stays_when_the_database_goes_and_is_called_stale() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        world.is_broken = True
        await driver.press("ctrl+r")
        assert "STALE" in driver.line("status")
        assert len(driver.table("deployments").rows) == 15

        world.is_broken = False
        await driver.press("ctrl+r")
        assert "live" in driver.line("status")


async def test_help_shows_the_keys_of_the_place_it_was_opened_at() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("4", "question_mark")
        lines = ["".join(one.text for one in entry.line) for entry in driver.screen.query_one(LogPane).entries]

        assert "Schedules" in lines
        assert any("Delete…" in line and "asks" in line for line in lines)
        await driver.press("escape")
        assert not isinstance(driver.screen, HomeScreen)


async def test_the_palette_does_an_action_by_its_name() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("ctrl+p")
        await driver.write("Blueprints")
        await driver.until(lambda: bool(driver.screen.query_one("CommandList").option_count), "something is found")
        await driver.pilot.press("enter")
        await driver.until(lambda: driver.app.current_mode == "blueprints", "the view is shown")


async def test_every_one_of_very_many_deployments_can_be_reached() -> None:
    async with driving(worlds.crowded()) as driver:
        await driver.press("1", "G")

        assert driver.table().key == "site-1999"


async def test_home_holds_no_more_than_its_limit_and_says_so() -> None:
    async with driving(worlds.crowded()) as driver:
        assert len(driver.table("deployments").rows) == 100
        assert "… 1900 more" in str(driver.screen.query_one("#pane-deployments").border_title)


async def test_a_click_on_the_footer_does_what_the_key_does() -> None:
    async with driving(worlds.busy()) as driver:
        text = driver.line("keys")
        await driver.pilot.click("#keys", offset=(text.index("? Help"), 0))
        await driver.pilot.pause()

        assert driver.screen.query("#keys-here")


async def test_an_unchanged_database_is_not_read_again() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        before = driver.screen.view
        driver.screen._tick()
        await driver.settle()

        assert driver.screen.view is before
