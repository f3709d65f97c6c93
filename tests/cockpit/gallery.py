"""Every screen, form and question of the cockpit in one sitting: the keys that lead to each, and the way back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from conductor_tui.screens.base import ViewScreen
from tests.cockpit import worlds
from tests.cockpit.driver import Driver
from tests.cockpit.scheduling import scheduling

RUNNING = ("2", "g", "j", "j", "j", "j", "j", "enter")
FAILED = ("2", "G", "k", "enter")


@dataclass(frozen=True, slots=True)
class Place:
    """One picture."""

    name: str
    keys: tuple[str, ...]
    waits_for: str = ""
    """Id of the lines that a thread fills after a look ahead; empty where nothing is looked ahead."""


PARTS = {
    "deployments": (
        Place("home", ()),
        Place("deployments", ("1",)),
        Place("deployment", ("1", "enter")),
        Place("deployment-schedules", ("1", "enter", "v")),
        Place("deployment-inputs", ("1", "enter", "v")),
        Place("start", ("1", "t")),
        Place("update", ("1", "u", "#blueprint=shop")),
        Place("delete", ("1", "G", "D")),
    ),
    "executions": (
        Place("executions", ("2",)),
        Place("execution", RUNNING),
        Place("execution-graph", (*RUNNING, "v")),
        Place("execution-time-line", (*RUNNING, "v", "v")),
        Place("execution-parameters", (*RUNNING, "v", "v", "v")),
        Place("execution-json", (*RUNNING, "v", "v", "v", "v")),
        Place("execution-failed", FAILED),
        Place("execution-replay", (*FAILED, "less_than_sign")),
        Place("execution-diff", (*FAILED, "D")),
        Place("rerun", ("2", "R")),
        Place("cancel", ("2", "g", "x")),
        Place("cancel-many", ("2", "asterisk", "x")),
        Place("kill", ("2", "backslash", "ctrl+x")),
    ),
    "schedules": (
        Place("copy", ("2", "y")),
        Place("queue", ("3", "j", "j")),
        Place("queue-held", ("3", "b")),
        Place("schedules", ("4",)),
        Place("schedule", ("4", "enter"), "preview"),
        Place("schedule-runs", ("4", "N")),
        Place("schedule-calendar", ("4", "c"), "calendar"),
        Place("schedule-history", ("4", "H")),
        Place("schedule-pause", ("4", "P")),
    ),
    "system": (
        Place("blueprints", ("5",)),
        Place("blueprint", ("5", "enter")),
        Place("create", ("5", "C")),
        Place("upload", ("5", "u")),
        Place("events", ("6",)),
        Place("events-marked", ("6", "k", "k", "space")),
        Place("stored", ("7",)),
        Place("system", ("8",)),
        Place("setting", ("8", "enter")),
        Place("maintenance", ("8", "m")),
        Place("find", ("1", "slash", "e", "d", "g", "e")),
    ),
    "everywhere": (
        Place("command", ("0", "colon", "e", "x")),
        Place("palette", ("0", "ctrl+p")),
        Place("command-log", ("0", "at")),
        Place("help", ("0", "question_mark")),
        Place("themes", ("0", "T")),
        Place("tour", ("0", "f2")),
        Place("leave", ("0", "q")),
        Place("execution-log", (*RUNNING, "tab", "f")),
    ),
}
"""Each part is gone through in a sitting of its own."""


async def pictures(part: str, size: tuple[int, int], *, is_ascii: bool = False) -> AsyncIterator[tuple[Place, Driver]]:
    """Go to every place of a part in turn, in one cockpit over a world that stands still."""
    world = scheduling()
    async with worlds.cockpit(world, is_ascii=is_ascii).run_test(size=size) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        for place in PARTS[part]:
            await driver.go(*place.keys)
            if place.waits_for:
                await driver.until(lambda line=place.waits_for: bool(driver.line(line)), "a thread has looked ahead")  # type: ignore[misc]
                await driver.stand_still()
            yield place, driver
            await go_back(driver)


async def go_back(driver: Driver) -> None:
    """Leave all that was opened and forget what was said."""
    driver.app.clear_notifications()
    for _ in range(8):
        await driver.press("escape")
        if isinstance(driver.screen, ViewScreen) and len(driver.app.screen_stack) <= 2:
            return
