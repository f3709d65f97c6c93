"""A read-only cockpit looks at everything, changes nothing and says why."""

import pytest

from conductor_tui.actions import ACTIONS, Action, Danger
from conductor_tui.config import Config
from conductor_tui.deedlines import is_changing
from conductor_tui.journal import ReadOnly
from conductor_tui.sitting import Sitting
from engine.domain.execution import CancelKind
from tests.cockpit import worlds
from tests.cockpit.driver import driving


def looking() -> Sitting:
    return Sitting(config=Config(keys={}, read_only=True))


@pytest.mark.parametrize("action", [one for one in ACTIONS if one.danger is not Danger.NONE], ids=lambda one: one.id)
def test_whatever_asks_first_changes_something(action: Action) -> None:
    assert action.changes


@pytest.mark.parametrize("key", ["t", "x", "D", "E"])
async def test_a_key_that_would_change_something_says_why_not(key: str) -> None:
    world = worlds.busy()
    async with driving(world, sitting=looking()) as driver:
        await driver.press(key)

        assert "the cockpit is read-only" in driver.told()[-1]
        assert [] == world.asked


async def test_the_status_line_says_that_it_is_read_only() -> None:
    async with driving(worlds.busy(), sitting=looking()) as driver:
        assert "READ-ONLY" in driver.line("status")


async def test_whatever_gets_as_far_as_the_engine_is_refused_there() -> None:
    world = worlds.busy()
    async with driving(world, sitting=looking()) as driver:
        with pytest.raises(ReadOnly, match="does not run: conductor executions cancel 8f21d0c4 --kill"):
            driver.app.context.facade.cancel_execution("8f21d0c4", CancelKind.KILL)

        assert [] == world.asked


@pytest.mark.parametrize("verb", ["home_view", "executions", "data_version", "why", "upcoming", "preview_schedule"])
def test_verbs_that_look_are_not_taken_for_deeds(verb: str) -> None:
    assert not is_changing(verb)
