"""What a line of the command mode says, what is proposed, and which rows a filter lets through."""

import pytest

from conductor_tui import commands
from conductor_tui.actions import ACTIONS, BY_ID
from conductor_tui.commands import Do, Go, Misunderstood, Open, Order, Start, Theme
from conductor_tui.filters import matcher
from conductor_tui.sorting import Sort, arranged, turned


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("deployments", Go("deployments")),
        ("exec failed web-*", Go("executions", "web-*", "failed")),
        ("executions web", Go("executions", "web")),
        ("dep db core", Go("deployments", "db core")),
        ("start install shop", Start("shop", "install")),
        ("open 8f21", Open("8f21")),
        ("theme high-contrast", Theme("high-contrast")),
        ("help", Do(BY_ID["help"])),
        ("Start engine", Do(BY_ID["engine.start"])),
        ("kill", Do(BY_ID["execution.kill"])),
        ("execution.force-cancel", Do(BY_ID["execution.force-cancel"])),
    ],
)
def test_a_line_is_understood(text: str, order: Order) -> None:
    assert order == commands.read(text, ACTIONS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("start install", "start takes two words: start WORKFLOW DEPLOYMENT"),
        ("open", "open takes the id of a deployment or the beginning of an execution's"),
        ("theme pink", "there is no such theme; there are conductor-dark"),
        ("deploymets", "`deploymets` is no command here; did you mean `deployments`?"),
        ("qqqqqqq", "`qqqqqqq` is no command here; ? shows what can be done here"),
    ],
)
def test_a_line_that_says_nothing_is_answered(text: str, told: str) -> None:
    with pytest.raises(Misunderstood) as caught:
        commands.read(text, ACTIONS)

    assert str(caught.value).startswith(told)


def test_the_newest_of_the_history_is_proposed_first() -> None:
    proposed = commands.proposals(ACTIONS, ["web"], ["install"], ["open a", "exec failed"])

    assert ["exec failed", "open a"] == proposed[:2]
    assert "start install web" in proposed
    assert "executions failed" in proposed


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("web", True),
        ("WEB-eu", True),
        ("web-*", True),
        ("eb-*", False),
        ("web failed", True),
        ("web running", False),
        ("!running", True),
        ("!web-*", False),
        ("", True),
        ("!", False),
        ("[web", False),
    ],
)
def test_a_filter_lets_rows_through(text: str, passes: bool) -> None:
    assert passes is matcher(text)("8f21 web-eu-1 install failed")


SORTS = (Sort("size", lambda one: one or None),)


def test_what_has_no_value_comes_last_either_way_round() -> None:
    assert [1, 2, 3, 0] == arranged([3, 0, 1, 2], SORTS, "size")
    assert [3, 2, 1, 0] == arranged([3, 0, 1, 2], SORTS, "-size")


def test_the_order_in_which_rows_are_read_can_be_turned_too() -> None:
    assert [2, 3, 1] == arranged([1, 3, 2], SORTS, turned(""))
    assert [1, 3, 2] == arranged([1, 3, 2], SORTS, turned(turned("")))
