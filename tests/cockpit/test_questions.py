"""What cannot be undone is asked first, about the row at the key press, and no is the answer of a careless key."""

from dataclasses import replace

import pytest

from conductor_tui.screens.confirm import ConfirmScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.home import HomeScreen
from engine.domain.execution import CancelKind, Status
from tests.cockpit import worlds
from tests.cockpit.driver import driving


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
