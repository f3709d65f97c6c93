"""A text without end costs no more than a long one: it is shown shortened, with how much is hidden, and kept whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from conductor_tui import presenter
from conductor_tui.cells import Look
from conductor_tui.eventline import event_entry
from conductor_tui.spans import LONGEST, plain, safe
from engine.domain.event import Event
from engine.domain.view import InstanceRow
from tests.cockpit import worlds
from tests.cockpit.driver import driving
from tests.domain.work import lines_of

INSTALL = "8f21d0c4"
LONG, ENDLESS = "\x1b[1m x" * 2_000, "\x1b[1m x" * 1_700_000
"""Ten thousand characters, and ten million."""
LOOK = Look(now=worlds.NOW)


def told(message: str) -> Event:
    return replace(worlds.busy().home.events[-1], message=message)


def test_drawing_an_endless_line_is_no_more_work_than_a_long_one() -> None:
    event_entry(told(LONG), LOOK)  # learns the characters

    assert lines_of(lambda: event_entry(told(ENDLESS), LOOK)) == lines_of(lambda: event_entry(told(LONG), LOOK))
    assert lines_of(lambda: presenter.fact_row("p", ENDLESS)) == lines_of(lambda: presenter.fact_row("p", LONG))


def test_of_an_endless_line_only_its_beginning_and_the_rest_as_a_number_are_held() -> None:
    held = plain(event_entry(told(ENDLESS), LOOK).line)

    assert len(held) < LONGEST + 200
    assert held.endswith(f"… {len(ENDLESS) - LONGEST} more characters")


async def test_an_endless_line_is_copied_to_its_end(tmp_path: Path) -> None:
    async with driving(endless(), execution_id=INSTALL) as driver:
        await driver.press("tab", "y", "l")
        sentence = "are more than a terminal's clipboard takes"
        await driver.until(lambda: any(sentence in one for one in driver.told()), "it says where the text is")

        assert driver.app.clipboard.endswith(safe(ENDLESS, len(ENDLESS)))


async def test_an_endless_line_is_saved_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    async with driving(endless(), execution_id=INSTALL) as driver:
        await driver.press("ctrl+s")
        await driver.until(lambda: bool(driver.told()), "it is saved")

        assert safe(ENDLESS, len(ENDLESS)) in (tmp_path / f"conductor-{INSTALL}.log").read_text(encoding="utf-8")


async def test_an_endless_value_is_copied_to_its_end() -> None:
    row = InstanceRow(
        id="vm_1", node_id="vm", type="t", state="started", host_id=None, runtime_properties={"endless": ENDLESS}
    )
    world = worlds.busy()
    world.instances["web-eu-1"] = (row,)
    async with driving(world) as driver:
        await driver.press("enter", "tab", "j", "y", "l")
        await driver.until(lambda: bool(driver.app.clipboard), "it is copied")

        assert driver.app.clipboard == ENDLESS


def endless() -> worlds.World:
    """A world whose newest line of the log never ends."""
    world = worlds.busy()
    last = next(one for one in reversed(world.home.events) if one.execution_id == INSTALL)
    events = tuple(replace(one, message=ENDLESS) if one is last else one for one in world.home.events)
    world.change(replace(world.home, events=events))
    return world
