"""The queue explains itself: the tree of what is waited for, what would free it, whom it holds back."""

from conductor_tui.spans import plain
from conductor_tui.widgets.log_pane import LogPane
from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving


def why(driver: Driver) -> list[str]:
    return [plain(entry.line) for entry in driver.screen.query_one("#why", LogPane).entries]


async def test_the_tree_goes_down_to_what_runs() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "j", "j", "j")
        lines = why(driver)

        assert lines[2].startswith("└ system-wide create_snapshot 8f24aa10 waits ahead")
        assert lines[3].startswith("  ├ needs an idle engine; backup 8f1c0b19 is running")


async def test_it_says_what_would_start_if_something_ended() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "j", "j", "j")
        lines = why(driver)

        assert "If 8f24aa10 SYSTEM create_snapshot ended now: edge-ams scale, staging-b check would start" in lines
        assert lines[-1] == "x takes it out of the queue."


async def test_taking_the_barrier_out_says_who_would_start() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "j", "j")

        assert why(driver)[-1] == ("x takes it out of the queue; then edge-ams scale, staging-b check would start.")


async def test_b_shows_whom_it_holds_back() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "j", "j", "b")

        assert why(driver) == ["2 wait for it:", "", "8f25aa10 edge-ams scale", "8f26aa10 staging-b check"]
        await driver.press("b")
        assert len(why(driver)) > 4


async def test_every_row_says_when_it_will_probably_start() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3")
        starts = [plain(row.cells[-1]) for row in driver.table().rows]

        assert ["soon", "~1m", "~5m", "~9m", "~9m"] == starts


async def test_x_takes_out_of_the_queue() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("3", "x", "y")
        await driver.until(lambda: bool(driver.asked), "the engine was asked")

        assert driver.asked[0][:2] == ("cancel_execution", "8f22aa10")
