"""One blueprint: its nodes as a tree, and its source with what a check says below the lines."""

from conductor_tui.blueprintlines import checked_sentence, place_of, source_entries
from conductor_tui.screens.blueprint import BlueprintScreen
from conductor_tui.spans import plain
from conductor_tui.widgets.event_log import EventLog
from engine.domain.errors import Problem
from tests.cockpit import worlds
from tests.cockpit.driver import Driver, driving


def mistake(line: int, column: int = 1) -> Problem:
    return Problem(message="`tpye` is not allowed here", file="b.yaml", line=line, column=column, hint="type?")


def lines(driver: Driver) -> list[str]:
    return [plain(entry.line) for entry in driver.screen.query_one(EventLog).entries]


def test_a_mistake_stands_below_its_line_with_a_sign_at_its_column() -> None:
    entries = source_entries({"b.yaml": "nodes:\n  a:\n    tpye: b"}, [mistake(3, 5)], [])

    assert [plain(one.line) for one in entries][-2:] == [
        "    3      tpye: b",
        "           ^ `tpye` is not allowed here (type?)",
    ]


def test_a_mistake_of_a_whole_file_stands_below_its_name() -> None:
    assert [plain(one.line) for one in source_entries({"b.yaml": "x"}, [mistake(0, 0)], [])][:2] == [
        "b.yaml",
        "       ^ `tpye` is not allowed here (type?)",
    ]


def test_a_node_is_found_below_node_templates_alone() -> None:
    text = "inputs:\n  vm:\n    type: string\nnode_templates:\n  vm:  # the machine\n    type: x"
    entries = source_entries({"b.yaml": text}, [], [])
    found = place_of("vm", entries)

    assert [plain(one.line).split()[0] for one in entries if one.id == found] == ["5"]
    assert 0 == place_of("gone", entries)


def test_a_check_tells_how_much_it_found_and_the_first_of_it() -> None:
    assert "shop: 1 mistake, 0 warnings; b.yaml:3: `tpye` is not allowed here" == checked_sentence(
        "shop", [mistake(3)], []
    )
    assert "shop is valid; there is nothing to warn of" == checked_sentence("shop", [], [])


async def test_enter_shows_the_nodes_as_a_tree_and_the_source_with_its_warnings() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "enter")
        assert isinstance(driver.screen, BlueprintScreen)

        assert [plain(row.cells[0]) for row in driver.table("nodes").rows] == ["net", "vm", "└ db"]
        assert lines(driver)[7:9] == [
            "    7    region:",
            "         ^ `region` is used nowhere (remove it)",
        ]


async def test_enter_on_a_node_goes_to_its_line() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "enter", "j", "j", "enter")
        source = driver.screen.query_one(EventLog)

        assert driver.screen.focused is source
        assert source.chosen_texts() == ("   18    db:",)


async def test_a_blueprint_is_checked_again_from_the_list() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "v")
        await driver.until(lambda: bool(driver.told()), "it is told")

        assert driver.told() == ["shop: 0 mistakes, 1 warning; blueprint.yaml:7: `region` is used nowhere"]


async def test_a_deployment_is_created_where_the_blueprint_is_looked_at() -> None:
    async with driving(worlds.busy()) as driver:
        await driver.press("5", "enter", "C")

        assert driver.screen.title_shown() == "Create a deployment of shop"
