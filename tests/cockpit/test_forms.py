"""Forms start, create and update; what is wrong in them is said, and nothing typed is lost."""

from threading import Event

from conductor_tui.screens.confirm import ConfirmScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.forming import SEND
from conductor_tui.screens.start import StartScreen
from conductor_tui.screens.update import UpdateScreen
from engine.domain.errors import NotFound
from tests.cockpit import worlds
from tests.cockpit.driver import PATIENCE, Driver, driving


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
        await driver.shown(ExecutionScreen)
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
        await driver.shown(ConfirmScreen)
        assert "Uninstalled: queue_7fa3c2. Reinstalled: app_0b19aa. Installed: cache ×2." in driver.text("#effect")
        assert "conductor deployments update kiosk-1 -b shop" == driver.text("#command")
        assert not driver.deeds("update_deployment")

        await driver.pilot.press("y")
        await driver.until(lambda: bool(driver.deeds("update_deployment")), "the update was asked for")

        assert [("update_deployment", "kiosk-1", "shop", {}, False, False)] == driver.deeds("update_deployment")
        await driver.shown(ExecutionScreen)


async def test_an_update_that_is_not_agreed_to_leaves_the_form_as_it_was() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await updating(driver)
        await driver.pilot.press("ctrl+s")
        await driver.shown(ConfirmScreen)
        await driver.pilot.press("n")

        await driver.shown(UpdateScreen)
        assert not driver.deeds("update_deployment")


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


async def test_a_slow_old_answer_is_not_taken_after_a_newer_one() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("t")
        await driver.until(lambda: len(driver.screen.workflows) == 3, "the workflows are known")
        gate, taken, form = Event(), list[str](), driver.screen
        form.ask(lambda: "old" if gate.wait(PATIENCE) else "late", taken.append, group="read")
        form.ask(lambda: "new", taken.append, group="read")
        await driver.until(lambda: bool(taken), "the newer answer is taken")
        gate.set()
        form.ask(lambda: "last", taken.append, group="look")
        await driver.until(
            lambda: "last" in taken and all(one.is_finished for one in driver.app.workers), "all is read"
        )

        assert ["new", "last"] == taken


async def test_what_cannot_be_read_meanwhile_does_not_let_a_form_send_twice() -> None:
    async with driving(worlds.busy()) as driver:
        driver.table("deployments").point_at("kiosk-1")
        await driver.press("t")
        await driver.until(lambda: bool(driver.screen.workflow_id), "a workflow is chosen")
        gate, form = Event(), driver.screen
        form._is_sending = True
        form.ask(lambda: gate.wait(PATIENCE), lambda answer: None, group=SEND)
        form.ask(_unreadable, lambda answer: None, group="read")
        await driver.until(lambda: "there is no thing `x`" in driver.text("#refusal"), "it is told what cannot be read")
        await driver.pilot.press("ctrl+s")
        gate.set()
        await driver.until(lambda: all(one.is_finished for one in driver.app.workers), "all is answered")

        assert [] == driver.asked


def _unreadable() -> None:
    raise NotFound("thing", "x")
