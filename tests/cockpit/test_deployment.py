"""One deployment: its node instances as a tree, all of the one under the cursor, and what it is made of."""

from dataclasses import replace

from conductor_tui.screens.deployment import DeploymentScreen
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.spans import plain
from engine.domain.view import InstanceRow
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, Driver, driving


def column(driver: Driver, table: str, index: int) -> list[str]:
    return [plain(row.cells[index]) for row in driver.table(table).rows]


def facts(driver: Driver) -> dict[str, str]:
    return {plain(row.cells[0]): plain(row.cells[1]) for row in driver.table("instance").rows}


async def test_node_instances_stand_in_what_contains_them() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter")

        assert column(driver, "instances", 0) == [
            "net_1a",
            "vm_1a",
            "└ db_x1",
            "vm_2b",
            "└ app_1",
            "vm_3c",
            "lb_1",
        ]
        assert column(driver, "instances", 3)[4] == "→ db_x1"


async def test_states_are_told_by_sign_and_word_and_change_live() -> None:
    world = worlds.busy()
    async with driving(world) as driver:
        await driver.press("enter")
        assert column(driver, "instances", 1)[3] == "● starting"

        world.instances["web-eu-1"] = tuple(replace(one, state="started") for one in world.instances["web-eu-1"])
        world.change(world.home)
        await driver.press("ctrl+r")
        assert column(driver, "instances", 1)[3] == "✓ started"


async def test_what_has_drifted_is_told_in_the_tree_and_counted() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter")

        assert column(driver, "instances", 1)[0] == "✓ started ~ drift"
        assert "~ 1 drifted" in driver.line("summary")


async def test_all_of_the_node_instance_under_the_cursor_is_shown() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter")
        assert facts(driver) == {
            "state": "✓ started",
            "runtime cidr": "10.0.4.0/24",
            "runtime route.via": "10.0.4.1",
            "runtime route.metric": "100",
            "found configuration_drift.ok": "false",
            "found configuration_drift.result": '{"cidr": "10.0.5.0/24"}',
            "node": "net",
            "type": "cloudify.nodes.Network",
            "property zone": "eu-1",
        }

        await driver.press("j", "j")
        assert facts(driver)["runtime migration"] == "118"
        assert facts(driver)["contained in"] == "vm_1a"


async def test_enter_on_a_relationship_goes_to_its_other_end() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "j", "j", "enter")
        assert driver.screen.focused.id == "instance"
        driver.table("instance").point_at("> vm_1a")
        await driver.press("enter")

        assert driver.table("instances").key == "vm_1a"
        assert driver.screen.focused.id == "instances"


async def test_where_it_is_narrow_enter_shows_the_node_instance_in_place_of_the_executions() -> None:
    async with driving(worlds.busy(), NARROW) as driver:
        await driver.press("enter")
        assert not driver.screen.query_one("#pane-instance").display
        await driver.press("enter")

        assert driver.screen.query_one("#pane-instance").display
        assert not driver.screen.query_one("#pane-executions").display
        await driver.press("v")
        assert driver.screen.query_one("#pane-executions").display


async def test_tab_goes_through_all_panes_that_are_shown() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter")
        seen = []
        for _ in range(4):
            seen.append(driver.screen.focused.id)
            await driver.press("tab")

        assert seen == ["instances", "instance", "executions", "instances"]


async def test_the_value_under_the_cursor_is_copied() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "tab", "j", "y", "l")

        assert driver.app.clipboard == "10.0.4.0/24"


async def test_enter_on_an_execution_opens_it_and_on_a_schedule_says_what_it_is() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("enter", "tab", "tab", "enter")
        assert isinstance(driver.screen, ExecutionScreen)

        await driver.press("q")
        assert isinstance(driver.screen, DeploymentScreen)


async def test_a_node_instance_alone_in_the_world_is_drawn() -> None:
    world = worlds.busy()
    world.instances["web-eu-1"] = (
        InstanceRow(id="x", node_id="x", type="t", state="odd", host_id=None, runtime_properties={}),
    )
    async with driving(world) as driver:
        await driver.press("enter")

        assert facts(driver) == {"state": "● odd", "node": "x", "type": "t"}
