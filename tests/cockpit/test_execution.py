"""One execution from every side: graph, time line, replay, difference, its log, and letting it run again."""

from pathlib import Path

from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.executiondiff import DiffScreen
from conductor_tui.spans import plain
from conductor_tui.widgets.gantt_table import GanttTable
from conductor_tui.widgets.log_pane import LogPane
from conductor_tui.widgets.task_graph import TaskGraph
from engine.domain.event import Level
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, Driver, driving

INSTALL, FAILED = "8f21d0c4", "8f19be42"


def graph(driver: Driver) -> TaskGraph:
    found = driver.screen.query_one(TaskGraph)
    assert isinstance(found, TaskGraph)
    return found


def log(driver: Driver) -> LogPane:
    found = driver.screen.query_one("#log", LogPane)
    assert isinstance(found, LogPane)
    return found


def drawn(widget: TaskGraph | GanttTable | LogPane) -> list[str]:
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


async def test_the_graph_stands_in_layers_and_the_cursor_follows_the_edges() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("v")
        lines = drawn(graph(driver))

        assert "L0" in lines[0]
        assert "net_1a.create" in lines[1]
        await driver.press("l", "l", "l")
        assert graph(driver).key == "8f21d0c4-6"
        await driver.press("h")
        assert graph(driver).key == "8f21d0c4-3"


async def test_a_narrow_graph_is_an_indented_tree() -> None:
    async with driving(worlds.busy(), NARROW, execution_id=INSTALL) as driver:
        await driver.press("v")
        lines = drawn(graph(driver))

        assert lines[0].startswith("✓ net_1a.create")
        assert lines[1].startswith("  ✓ net_1a.start")
        await driver.press("j")
        assert graph(driver).key == "8f21d0c4-2"


async def test_pinned_operations_stand_first_in_the_table_and_the_time_line_and_stay_pinned() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        driver.table("operations").point_at("8f21d0c4-7")
        await driver.press("P")
        assert "8f21d0c4-7" == driver.table("operations").rows[0].key == driver.table("operations").key
        assert plain(driver.table("operations").rows[0].cells[1]).startswith("◆ ")
        await driver.press("v", "v")
        assert "8f21d0c4-7" == driver.table("gantt").rows[0].key
        await driver.press("escape")
        await driver.app.push_screen(ExecutionScreen(driver.app.context, INSTALL))
        await driver.settle()
        assert "8f21d0c4-7" == driver.table("operations").rows[0].key

        await driver.press("P")
        assert "8f21d0c4-7" != driver.table("operations").rows[0].key


async def test_the_cursor_stays_on_its_operation_from_view_to_view() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        driver.table("operations").point_at("8f21d0c4-7")
        await driver.press("v")
        assert graph(driver).key == "8f21d0c4-7"

        await driver.press("v")
        assert driver.table("gantt").key == "8f21d0c4-7"


async def test_the_time_line_shows_what_is_usual_and_can_be_zoomed() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("v", "v")
        gantt = driver.screen.query_one(GanttTable)
        [row] = [line for line in drawn(gantt) if "db_x1.create" in line]

        assert "02:05" in row
        assert "█" in row
        assert "░" in row
        await driver.press("plus", "plus", "full_stop")
        assert (4, 1) == (gantt.zoom, gantt.pan)


async def test_a_running_execution_tells_when_it_will_probably_end() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        assert "ETA ~01:39, p90 03:19 (20 runs)" in driver.line("summary")


async def test_everything_that_is_stored_can_be_read_raw() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("v", "v", "v", "v")

        assert any('"workflow_id": "install"' in line for line in drawn(driver.screen.query_one("#raw", LogPane)))


async def test_a_finished_execution_is_replayed_step_by_step() -> None:
    async with driving(worlds.busy(), execution_id=FAILED) as driver:
        await driver.press("less_than_sign", "less_than_sign")
        assert "replay 2/3" in driver.line("summary")
        states = [row.cells[0][1].text for row in driver.table("operations").rows]
        assert ["ok", "running"] == states

        await driver.press("greater_than_sign", "greater_than_sign")
        assert "replay" not in driver.line("summary")
        assert ["ok", "failed"] == [row.cells[0][1].text for row in driver.table("operations").rows]


async def test_what_runs_is_not_replayed() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("less_than_sign")

        assert driver.told() == [f"Step back: execution {INSTALL} has not ended yet"]


async def test_the_difference_to_the_last_good_run_comes_most_telling_first() -> None:
    async with driving(worlds.busy(), execution_id=FAILED) as driver:
        await driver.press("D")
        await driver.shown(DiffScreen)
        await driver.settle()
        kinds = [row.cells[0][0].text for row in driver.table().rows]

        assert kinds == ["parameter", "outcome", "only there", "only there", "only there", "same"]
        await driver.press("escape")
        assert isinstance(driver.screen, ExecutionScreen)


async def test_without_a_good_run_there_is_nothing_to_compare_with() -> None:
    async with driving(worlds.busy(), execution_id="8f1c0b19") as driver:
        await driver.press("D")

        assert driver.told() == ["Diff: no earlier execution of this workflow ended well here"]


async def test_a_failed_execution_is_resumed_after_a_question() -> None:
    async with driving(worlds.busy(), execution_id=FAILED) as driver:
        await driver.press("r")
        assert driver.text("#command") == f"conductor executions resume {FAILED}"
        await driver.press("y")
        await driver.until(lambda: bool(driver.asked), "the engine was asked")

        assert driver.asked == [("resume_execution", FAILED, False, False)]


async def test_a_forced_resume_asks_for_the_id() -> None:
    async with driving(worlds.busy(), execution_id=FAILED) as driver:
        await driver.press("F")
        await driver.write(FAILED)
        await driver.press("enter")
        await driver.until(lambda: bool(driver.asked), "the engine was asked")

        assert driver.asked == [("resume_execution", FAILED, True, False)]


async def test_a_rerun_opens_the_new_execution() -> None:
    async with driving(worlds.busy(), execution_id=FAILED) as driver:
        await driver.press("R", "y")
        await driver.until(
            lambda: isinstance(driver.screen, ExecutionScreen) and driver.screen.execution_id == "0c0ffee1",
            "the new execution is open",
        )

        assert driver.asked == [("rerun_execution", FAILED, False, False)]


async def test_what_runs_says_why_it_cannot_be_resumed() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("r", "Q")

        reason = f"execution {INSTALL} is started; only a failed or cancelled one goes on"
        assert driver.told() == [f"Resume…: {reason}", f"Requeue…: {reason}"]


async def test_the_log_leaves_out_what_is_not_grave_enough() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "L", "L")

        assert log(driver).shown == 1
        assert f"from {Level.WARNING} on" in str(driver.screen.query_one("#pane-log").border_title)


async def test_the_log_shows_one_node_instance_alone() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        driver.table("operations").point_at("8f21d0c4-7")
        await driver.press("i")
        assert log(driver).shown == 2

        await driver.press("i")
        assert log(driver).shown == len(log(driver).entries)


async def test_the_log_shows_lines_with_a_text_alone() -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        await driver.press("tab", "ampersand")
        await driver.write("retry")
        await driver.press("enter")

        assert log(driver).shown == 2


async def test_the_whole_log_is_written_to_a_file(tmp_path: Path) -> None:
    async with driving(worlds.busy(), execution_id=INSTALL) as driver:
        driver.screen.save_log(tmp_path / "it.log")
        await driver.until(lambda: bool(driver.told()), "it is said")

        assert driver.told() == [f"7 lines are written to {tmp_path / 'it.log'}"]
        assert "subnet 10.0.4.0/24 up" in (tmp_path / "it.log").read_text()


async def test_a_long_log_is_held_in_part_and_read_on_at_its_ends() -> None:
    async with driving(worlds.talkative(5000), execution_id=INSTALL) as driver:
        assert (4001, 5000, True) == (log(driver).first_id, log(driver).last_id, log(driver).has_older)

        await driver.press("tab", "g")
        await driver.until(lambda: log(driver).first_id == 1, "the first lines are there")
        assert log(driver).has_newer
        assert "line 1" in drawn(log(driver))[0]

        await driver.press("G")
        await driver.until(lambda: log(driver).last_id == 5000, "the last lines are there")
        assert log(driver).is_following
