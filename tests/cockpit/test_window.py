"""Very many executions are read window by window."""

from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving


def title(driver: Driver) -> str:
    return str(driver.screen.query_one("#list").border_title).replace("\\[", "[")


async def test_only_a_window_of_very_many_executions_is_held() -> None:
    async with driving(worlds.crowded()) as driver:
        await driver.press("2")

        assert title(driver) == "Executions  1 to 500 of 2000  [all]"
        assert len(driver.table().rows) == 500


async def test_the_last_row_and_the_first_are_one_key_away() -> None:
    async with driving(worlds.crowded()) as driver:
        await driver.press("2", "G")
        assert driver.table().key == "e0000000"
        assert title(driver) == "Executions  1501 to 2000 of 2000  [all]"

        await driver.press("g", "g")
        assert driver.table().key == "e0001999"


async def test_the_cursor_goes_on_over_the_edge_of_the_window() -> None:
    async with driving(worlds.crowded()) as driver:
        await driver.press("2")
        driver.table().point_at("e0001500")
        await driver.press("j", "j")

        assert driver.table().key == "e0001499"
        assert title(driver) == "Executions  250 to 749 of 2000  [all]"
