"""The config file is checked by file, line and nearest name, and keys are given anew without clashes."""

from pathlib import Path

import pytest

from conductor_tui import config
from conductor_tui.config import Config, ConfigInvalid, Notice
from conductor_tui.sitting import Sitting
from tests.cockpit import worlds
from tests.cockpit.driver import driving

GOOD = """
theme = "high-contrast"
ascii = true
read-only = true
notice = "osc9"

[keys]
"execution.cancel" = "c"
execution.kill = "ctrl+k"
find = "/ ctrl+s"
"""


def test_a_file_sets_what_it_says() -> None:
    read = config.read(GOOD, "config.toml")

    assert ("high-contrast", True, True, Notice.OSC9) == (read.theme, read.ascii, read.read_only, read.notice)
    assert {"execution.cancel": ("c",), "execution.kill": ("ctrl+k",), "find": ("slash", "ctrl+s")} == read.keys


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ascii = true\ntheem = 'x'", "c.toml:2: `theem` is no setting; did you mean `theme`?"),
        ("\nascii = 'yes'", "c.toml:2: `ascii` must be true or false"),
        ("theme = 'conductor-drak'", "c.toml:1: `theme` `conductor-drak` is no theme; did you mean `conductor-dark`?"),
        ("notice = 'loud'", "c.toml:1: `notice` must be one of bell, osc9, off"),
        (
            "[keys]\n'execution.cancle' = 'c'",
            "c.toml:2: `execution.cancle` is no action; did you mean `execution.cancel`?",
        ),
        ("[keys]\nhelp = 1", 'c.toml:2: `help` must be keys in quotes, parted by blanks, such as "c ctrl+k"'),
        ("[keys]\nhelp = 'j'", "c.toml:2: `help` cannot have `j`: it moves in lists"),
        ("keys = 3", "c.toml:1: `keys` must be a table of action ids with their keys"),
        (
            "[keys]\n'execution.cancel' = 'X'",
            "c.toml:2: `execution.cancel` cannot have `X`: `execution.force-cancel` has it there; "
            "give that another key too",
        ),
        ("ascii = ", "c.toml:1: Invalid value"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_was_meant(text: str, told: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        config.read(text, "c.toml")

    assert told in caught.value.problems


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigInvalid) as caught:
        config.read("ascii = 1\nmouse = 2", "c.toml")

    assert 2 == len(caught.value.problems)


def test_two_actions_may_change_keys_with_each_other() -> None:
    read = config.read("[keys]\n'execution.cancel' = 'X'\n'execution.force-cancel' = 'x'", "c.toml")

    assert 2 == len(read.keys)


def test_a_file_that_is_not_there_sets_nothing(tmp_path: Path) -> None:
    assert Config(keys={}) == config.load(tmp_path / "config.toml")


def test_the_path_can_be_named() -> None:
    assert Path("/x/y.toml") == config.config_path({"CONDUCTOR_CONFIG": "/x/y.toml"})


async def test_a_key_of_the_users_does_its_action_and_the_old_one_no_longer() -> None:
    sitting = Sitting(config=Config(keys={"help": ("ctrl+t",)}))
    async with driving(worlds.busy(), sitting=sitting) as driver:
        await driver.press("question_mark")
        assert "HelpScreen" != type(driver.screen).__name__

        await driver.press("ctrl+t")
        assert "HelpScreen" == type(driver.screen).__name__
        await driver.press("escape")
        assert "^t Help" in driver.line("keys")
