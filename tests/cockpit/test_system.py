"""On the System screen snapshots are made, restored and deleted, each after a question."""

from conductor_tui.screens.confirm import ConfirmScreen
from conductor_tui.spans import plain
from tests.cockpit import worlds
from tests.cockpit.driver import driving


async def test_snapshots_are_listed_newest_first_with_what_became_of_them() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8")

        rows = [[plain(cell) for cell in row.cells] for row in driver.table("snapshots").rows]
        assert [row[:2] for row in rows] == [["nightly", "✗ failed"], ["before-update", "✓ created"]]
        assert rows[0][3] == "no space left on device"


async def test_a_snapshot_is_made_after_the_question_says_what_it_waits_for() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8", "n")
        assert isinstance(driver.screen, ConfirmScreen)
        assert "waits for 3 running and 5 waiting executions" in driver.screen.question.effect

        await driver.press("y")
        await driver.until(lambda: bool(driver.asked), "the snapshot was asked for")
        assert driver.asked == [("create_snapshot", None, True)]


async def test_a_restore_wants_the_snapshots_name_typed() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8")
        driver.table("snapshots").point_at("before-update")
        await driver.press("R")
        assert driver.screen.question.command == "conductor snapshots restore before-update --force"

        driver.input("#word").value = "before-update"
        await driver.press("enter")
        await driver.until(lambda: bool(driver.asked), "the restore was asked for")
        assert driver.asked == [("restore_snapshot", "before-update", True)]


async def test_a_failed_snapshot_says_why_it_cannot_be_restored() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8", "R")

        assert driver.told() == ["Restore…: snapshot nightly is failed"]


async def test_a_snapshot_is_deleted_after_its_name_was_typed() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8", "D")
        driver.input("#word").value = "nightly"
        await driver.press("enter")
        await driver.until(lambda: bool(driver.asked), "the deletion was asked for")

        assert driver.asked == [("delete_snapshot", "nightly")]


async def test_the_last_polls_are_drawn_with_how_late_they_were_and_what_they_decided() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("8")

        told = {row.key: plain(row.cells[1]) for row in driver.table("engine").rows}
        assert "▁▁▁▂▁▁▁▃▁▁▁▁▁▆▃▁▁▁▁▁▁▁▁▁  usually 3 ms, at worst 2.6 s" == told["lateness"]
        assert "8 started, 1 skipped, 0 failed in the last 24 polls" == told["schedules"]


async def test_before_the_first_poll_none_is_drawn() -> None:
    async with driving(worlds.empty()) as driver:
        await driver.press("8")

        told = {row.key: plain(row.cells[1]) for row in driver.table("engine").rows}
        assert "no poll yet" == told["lateness"]
