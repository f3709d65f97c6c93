"""How every screen looks at both sizes, in worlds whose clock stands still."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, Driver
from tests.cockpit.scheduling import scheduling

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])


def after(world: worlds.World, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what is done before the picture is taken."""

    async def run(pilot: Pilot[Any]) -> None:
        driver = Driver(pilot, world)
        await driver.settle()
        await driver.go(*keys)

    return run


@SIZES
@pytest.mark.parametrize(
    ("world", "keys"),
    [
        pytest.param("busy", (), id="home"),
        pytest.param("empty", (), id="home-empty"),
        pytest.param("stranded", (), id="home-without-engine"),
        pytest.param("broken", (), id="home-unreadable"),
        pytest.param("busy", ("tab", "tab"), id="home-queue"),
        pytest.param("busy", ("1",), id="deployments"),
        pytest.param("busy", ("enter",), id="deployment"),
        pytest.param("busy", ("enter", "v", "v"), id="deployment-inputs"),
        pytest.param("busy", ("2",), id="executions"),
        pytest.param("crowded", ("2",), id="executions-many"),
        pytest.param("busy", ("tab", "j", "j", "enter"), id="execution"),
        pytest.param("busy", ("tab", "j", "j", "j", "enter"), id="execution-failed"),
        pytest.param("busy", ("tab", "j", "j", "enter", "v", "l", "l", "l"), id="execution-graph"),
        pytest.param("busy", ("tab", "j", "j", "enter", "v", "v"), id="execution-time-line"),
        pytest.param("busy", ("tab", "j", "j", "j", "enter", "less_than_sign"), id="execution-replay"),
        pytest.param("busy", ("tab", "j", "j", "j", "enter", "D"), id="execution-diff"),
        pytest.param("busy", ("3", "j", "j"), id="queue"),
        pytest.param("busy", ("4",), id="schedules"),
        pytest.param("busy", ("5",), id="blueprints"),
        pytest.param("busy", ("5", "enter"), id="blueprint"),
        pytest.param("busy", ("6",), id="events"),
        pytest.param("busy", ("6", "k", "k", "k", "space", "space", "k", "k", "k"), id="events-marked"),
        pytest.param("busy", ("tab", "j", "j", "enter", "tab", "f"), id="execution-log-full"),
        pytest.param("busy", ("tab", "tab", "plus"), id="home-half"),
        pytest.param("busy", ("q",), id="leave"),
        pytest.param("busy", ("8",), id="system"),
        pytest.param("busy", ("8", "m"), id="maintenance"),
        pytest.param("busy", ("7",), id="stored"),
        pytest.param("busy", ("T", "j", "j"), id="themes"),
        pytest.param("busy", ("2", "y"), id="copy"),
        pytest.param("empty", ("u",), id="upload"),
        pytest.param("empty", ("t",), id="tour"),
        pytest.param("busy", ("t",), id="start"),
        pytest.param("busy", ("u", "#blueprint=shop"), id="update"),
        pytest.param("busy", ("2", "x"), id="cancel"),
        pytest.param("busy", ("2", "ctrl+x"), id="kill"),
        pytest.param("busy", ("question_mark",), id="help"),
    ],
)
def test_screen(snap_compare: Compare, world: str, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    made = worlds.WORLDS[world]()

    assert snap_compare(worlds.cockpit(made), run_before=after(made, *keys), terminal_size=size)


@SIZES
@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(("4", "enter"), id="schedule"),
        pytest.param(("4", "enter", "f3"), id="schedule-other-half"),
        pytest.param(("4", "enter", "ctrl+t"), id="schedule-test-clock"),
        pytest.param(("4", "N"), id="schedule-runs"),
        pytest.param(("4", "c"), id="schedule-calendar"),
    ],
)
def test_screen_of_a_schedule(snap_compare: Compare, keys: tuple[str, ...], size: tuple[int, int]) -> None:
    made = scheduling()

    async def run(pilot: Pilot[Any]) -> None:
        await after(made, *keys[:2])(pilot)
        driver = Driver(pilot, made)
        pane, text = {"enter": ("preview", "Next runs"), "c": ("calendar", "1")}.get(keys[1], ("", ""))
        if pane:
            await driver.until(lambda: text in driver.line(pane), "a thread has looked ahead")
        await driver.go(*keys[2:])

    assert snap_compare(worlds.cockpit(made), run_before=run, terminal_size=size)


@SIZES
def test_screen_in_ascii(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Nothing but ASCII signs for states, bars and the cursor."""
    made = worlds.busy()

    assert snap_compare(worlds.cockpit(made, is_ascii=True), run_before=after(made), terminal_size=size)


def test_screen_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """State is told by sign and word alone."""
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    made = worlds.busy()

    assert snap_compare(worlds.cockpit(made), run_before=after(made), terminal_size=WIDE)
