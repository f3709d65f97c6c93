"""Each screen does what its keys say, to the row under the cursor, and says why when it cannot."""

from dataclasses import replace

import pytest

from conductor_tui.screens.confirm import ConfirmScreen
from conductor_tui.screens.deployment import DeploymentScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.home import HomeScreen
from conductor_tui.screens.start import StartScreen
from conductor_tui.screens.update import UpdateScreen
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.pane import Pane
from engine.domain.execution import CancelKind, Status
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, Driver, driving


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


async def test_cancel_asks_and_no_is_the_default() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press("x")
        assert isinstance(driver.screen, ConfirmScreen)
        assert driver.screen.question.command == "conductor executions cancel 8f21d0c4"
        await driver.press("enter")

        assert driver.asked == []
        assert isinstance(driver.screen, ExecutionScreen)


async def test_cancel_is_done_after_yes() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press("x", "y")
        await driver.until(lambda: bool(driver.asked), "the cancel was asked for")

        assert driver.asked == [("cancel_execution", "8f21d0c4", CancelKind.CANCEL)]


@pytest.mark.parametrize(("key", "kind"), [("X", CancelKind.FORCE), ("ctrl+x", CancelKind.KILL)])
async def test_the_hard_cancels_want_the_id_typed(key: str, kind: CancelKind) -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press(key)
        await driver.write("wrong")
        await driver.pilot.press("enter")
        assert isinstance(driver.screen, ConfirmScreen)

        driver.input("#word").value = "8f21d0c4"
        await driver.press("enter")
        await driver.until(lambda: bool(driver.asked), "the cancel was asked for")
        assert driver.asked == [("cancel_execution", "8f21d0c4", kind)]


async def test_the_question_is_about_the_row_at_the_key_press() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("2", "j", "x")
        newer = worlds.execution("8f27aa10", 127, "check", "new", Status.QUEUED)
        world.change(replace(world.home, running=(newer, *world.home.running)))
        await driver.press("y")
        await driver.until(lambda: bool(driver.asked), "the cancel was asked for")

        assert driver.asked[0][:2] == ("cancel_execution", "8f25aa10")


async def test_x_on_a_deployment_cancels_what_runs_on_it() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("x", "y")
        await driver.until(lambda: bool(driver.asked), "the cancel was asked for")
        assert driver.asked == [("cancel_execution", "8f21d0c4", CancelKind.CANCEL)]

        await driver.press("j", "x")
        assert driver.told()[-1] == "Cancel…: nothing runs or waits on web-eu-2"


async def test_a_key_that_cannot_work_says_why() -> None:
    async with driving(worlds.busy(), execution_id="8f19be42") as driver:
        await driver.press("x")

        assert driver.told() == ["Cancel…: execution 8f19be42 is failed already"]


async def test_q_is_no_yes_to_a_question_about_an_execution() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press("x", "q")

        assert isinstance(driver.screen, ExecutionScreen)
        assert driver.asked == []


async def test_a_dialog_copies_the_command_line_that_does_the_same() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press("x", "ctrl+y")

        assert driver.app.clipboard == "conductor executions cancel 8f21d0c4"
        assert isinstance(driver.screen, ConfirmScreen)


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


async def test_nothing_is_chosen_to_start_on_what_is_installed() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("j", "t")
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        await driver.press("ctrl+s")

        assert driver.screen.workflow_id == ""
        assert driver.text("#refusal") == "choose a workflow first"
        assert driver.asked == []


async def test_install_is_chosen_to_start_on_what_is_not_installed() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await driver.press("t")
        await driver.until(lambda: bool(driver.screen.workflow_id), "a workflow is chosen")

        assert driver.screen.workflow_id == "install"


async def test_two_careless_enters_start_nothing() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await driver.press("t")
        await driver.until(lambda: bool(driver.screen.workflow_id), "a workflow is chosen")
        await driver.press("enter", "enter")

        assert isinstance(driver.screen, StartScreen)
        assert driver.asked == []


async def test_a_form_says_why_it_cannot_be_written_in_an_editor_here() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "C")
        await driver.until(lambda: bool(driver.screen.query("Field")), "the form is there")
        await driver.press("f4")

        assert "no terminal of its own" in driver.text("#refusal")


async def test_a_workflow_is_started_from_its_form() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("j", "t")
        assert isinstance(driver.screen, StartScreen)
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        driver.choose("#workflow", "rolling_restart")
        await driver.until(lambda: len(driver.screen.query("Field")) == 4, "the form asks for the other parameters")
        await driver.pilot.press("ctrl+s")
        assert driver.asked == []

        driver.input("Field Input").value = "90"
        await driver.pilot.pause()
        command = driver.text("#command")
        assert command == "conductor executions start rolling_restart -d web-eu-2 -p '{\"timeout\": 90}'"
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.screen, ExecutionScreen), "the execution is open")
        assert driver.asked == [
            ("start_execution", "web-eu-2", "rolling_restart", {"timeout": 90}, False, False, False)
        ]


async def test_on_a_busy_deployment_the_form_offers_the_queue() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("t")
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        await driver.pilot.pause()

        assert driver.screen.busy_flag == "--queue"
        assert "install 8f21d0c4 runs, and 1 more" in driver.text("#refusal")


async def test_a_refused_start_keeps_the_form_and_says_why() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("t")
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        driver.choose("#workflow", "install")
        driver.choose("#busy", "")
        await driver.pilot.pause()
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: bool(driver.asked), "the start was asked for")
        await driver.until(
            lambda: "currently running for this deployment" in driver.text("#refusal"),
            "the refusal is shown",
        )

        assert isinstance(driver.screen, StartScreen)


async def test_an_error_of_ours_in_a_form_is_said_and_the_form_stays() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("t")
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        driver.choose("#workflow", "install")
        driver.screen.query_one("#dry").action_turn()
        await driver.pilot.pause()
        await driver.pilot.press("ctrl+s")

        await driver.until(lambda: driver.text("#refusal") == "RuntimeError: an error of ours", "the error is said")
        assert isinstance(driver.screen, StartScreen)


async def test_a_deployment_is_created_from_its_inputs() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "C")
        await driver.until(lambda: bool(driver.screen.query("Field")), "the form is there")
        driver.input("#name").value = "shop-2"
        driver.input("Field Input").value = "eu"
        await driver.pilot.pause()
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: bool(driver.asked), "the deployment was asked for")

        assert driver.asked == [("create_deployment", "shop", "shop-2", {"region": "eu"})]


async def updating(driver: Driver) -> None:
    """Open the form that updates the first deployment, and choose another blueprint."""
    await driver.press("u")
    await driver.until(lambda: bool(driver.screen.query("Field")), "the form is there")
    driver.choose("#blueprint", "shop")
    await driver.until(lambda: driver.text("#summary").startswith("5 steps"), "the steps are shown")


async def test_an_update_shows_its_steps_and_asks_before_it_starts() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await updating(driver)
        assert "5 steps: install 2, uninstall 1, reinstall 1." == driver.text("#summary")
        assert ["add node cache", "remove node queue"] == [row.key for row in driver.table("steps").rows][:2]
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.screen, ConfirmScreen), "it asks")
        assert "Uninstalled: queue_7fa3c2. Reinstalled: app_0b19aa. Installed: cache ×2." in driver.text("#effect")
        assert "conductor deployments update kiosk-1 -b shop" == driver.text("#command")
        assert not [one for one in driver.asked if one[0] == "update_deployment"]

        await driver.pilot.press("y")
        await driver.until(lambda: driver.asked[-1][0] == "update_deployment", "the update was asked for")

        assert ("update_deployment", "kiosk-1", "shop", {}, False, False) == driver.asked[-1]
        await driver.until(lambda: isinstance(driver.screen, ExecutionScreen), "its execution is shown")


async def test_an_update_that_is_not_agreed_to_leaves_the_form_as_it_was() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await updating(driver)
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: isinstance(driver.screen, ConfirmScreen), "it asks")
        await driver.pilot.press("n")

        await driver.until(lambda: isinstance(driver.screen, UpdateScreen), "the form is there again")
        assert not [one for one in driver.asked if one[0] == "update_deployment"]


async def test_an_update_that_is_refused_says_why_and_an_empty_one_does_not_start() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await driver.press("u")
        await driver.until(lambda: bool(driver.screen.query("Field")), "the form is there")
        await driver.until(lambda: driver.text("#summary") == "Nothing would change.", "nothing differs")
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: "say already" in driver.text("#refusal"), "it says that nothing differs")
        fields = {one.parameter_name: one for one in driver.screen.query("Field")}
        fields["region"].query_one("Input").value = "us"

        await driver.until(lambda: "a node keeps its type" in driver.text("#refusal"), "the refusal is shown")

        assert "" == driver.text("#summary")
        fields["region"].query_one("Input").value = "eu"
        await driver.until(lambda: driver.text("#summary") == "Nothing would change.", "the refusal is gone")
        assert "" == driver.text("#refusal")


async def test_deleting_a_deployment_wants_its_name() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await driver.press("D")
        driver.input("#word").value = "kiosk-1"
        await driver.press("enter")
        await driver.until(lambda: bool(driver.asked), "the deletion was asked for")

        assert driver.asked == [("delete_deployment", "kiosk-1")]


async def test_deleting_a_schedule_asks() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("4", "D", "y")
        await driver.until(lambda: bool(driver.asked), "the deletion was asked for")

        assert driver.asked == [("delete_schedule", "edge-ams", "hourly")]


async def test_a_blueprint_in_use_cannot_be_deleted() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "j", "D")

        assert driver.told() == ["Delete…: 14 deployments are made of web-stack; delete them first"]


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


async def test_leaving_asks_and_says_what_goes_on_without_the_cockpit() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("q")
        assert isinstance(driver.screen, ConfirmScreen)
        assert driver.screen.question.effect == "3 running and 5 waiting executions go on; the engine keeps running."

        await driver.press("enter")
        assert isinstance(driver.screen, HomeScreen)
        assert driver.app.return_value is None


@pytest.mark.parametrize("key", ["y", "q"])
async def test_leaving_says_that_executions_keep_running(key: str) -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("q")
        await driver.pilot.press(key)
        await driver.pilot.pause()

        assert driver.app.return_value is not None
        assert "keep running" in driver.app.return_value


async def test_control_c_leaves_only_when_it_is_pressed_twice() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("ctrl+c")
        assert driver.told() == ["^c again leaves the cockpit; executions keep running."]
        assert driver.app.return_value is None

        await driver.pilot.press("ctrl+c")
        assert driver.app.return_value is not None


async def test_control_q_leaves_from_a_question_too() -> None:
    async with driving(worlds.busy(), execution_id="8f21d0c4") as driver:
        await driver.press("x")
        await driver.pilot.press("ctrl+q")

        assert driver.app.return_value is not None
        assert driver.asked == []


async def test_q_on_a_detail_goes_back_first() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "q")

        assert isinstance(driver.screen, HomeScreen)
        assert driver.app.return_value is None


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
