"""The cockpit as a user handles it: press keys, wait until something is so, read the screen."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from textual.events import Key
from textual.keys import key_to_character
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input, Label, Select

from conductor_tui.app import Cockpit
from conductor_tui.screens.base import ViewScreen
from conductor_tui.sitting import Sitting
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.table import Table
from tests.cockpit import worlds

WIDE, NARROW = (120, 40), (80, 24)
PATIENCE = 20.0
"""Seconds after which a condition that does not come true fails the test."""
ROUNDS = 3
"""How often every widget works off its messages before what it shows is looked at: messages set off others."""
GLANCE = 0.1
"""Seconds between two looks at a picture."""
BREATH = 0.005
"""Seconds between two looks at a condition."""


class Driver:
    """One running cockpit."""

    def __init__(self, pilot: Pilot[Any], world: worlds.World | None = None) -> None:
        self.pilot = pilot
        self.world = world or worlds.empty()

    @property
    def app(self) -> Cockpit:
        app = self.pilot.app
        assert isinstance(app, Cockpit)
        return app

    @property
    def screen(self) -> Any:
        return self.app.screen

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.send(key)
            await self.settle()

    async def go(self, *steps: str) -> None:
        """Press keys, or choose in lists (`#list=value`), until the picture stands still."""
        for step in steps:
            selector, is_choice, value = step.partition("=")
            if is_choice:
                self.choose(selector, value)
                await self.settle()
            else:
                await self.press(step)
        for box in self.screen.query(Input):
            box.cursor_blink = False
        await self.stand_still()

    async def stand_still(self) -> None:
        """Wait until two looks at the screen are the same."""
        before, now = "", self.app.export_screenshot()
        deadline = monotonic() + PATIENCE
        while before != now:
            assert monotonic() < deadline, "the picture never stood still"
            await self.pilot.pause(GLANCE)
            before, now = now, self.app.export_screenshot()

    async def write(self, text: str) -> None:
        for character in text:
            name = {" ": "space", "-": "minus", "_": "underscore"}.get(character, character)
            await self.send(name, character)

    async def send(self, key: str, character: str | None = None) -> None:
        """Hand a key over as a terminal does, and wait until all that it sets off has been obeyed.

        Textual's own `press` waits until the process is idle instead, which takes a second a key on a busy machine.
        """
        event = Key(key, character or key_to_character(key))
        event.set_sender(self.app)
        self.app.post_message(event)
        for _ in range(ROUNDS):
            await self.pilot.pause(0)

    async def settle(self) -> None:
        """Wait until the screen has read what it shows."""
        await self.pilot.pause(0)
        await self.until(lambda: is_settled(self.app), "the screen has its data")
        for _ in range(ROUNDS):
            await self.pilot.pause(0)

    async def until(self, condition: Callable[[], bool], description: str) -> None:
        deadline = monotonic() + PATIENCE
        while not condition():
            assert monotonic() < deadline, f"it never came true that {description}"
            await self.pilot.pause(BREATH)

    async def shown(self, kind: type[Screen[Any]]) -> None:
        """Wait until a screen of this kind lies on top, with its widgets in it."""
        name = kind.__name__
        await self.until(lambda: isinstance(self.screen, kind) and self.screen.is_mounted, f"a {name} is shown")

    def table(self, id: str = "table") -> Table:
        table = self.screen.query_one(f"#{id}", Table)
        assert isinstance(table, Table)
        return table

    def line(self, id: str) -> str:
        lines = self.screen.query_one(f"#{id}", Lines)
        return "\n".join("".join(one.text for one in spans) for spans in lines.lines)

    def choose(self, selector: str, value: str) -> None:
        self.screen.query_one(selector, Select).value = value

    def text(self, selector: str) -> str:
        """Return what a label says."""
        return str(self.screen.query_one(selector, Label).content)

    def input(self, selector: str) -> Input:
        found = self.screen.query_one(selector, Input)
        assert isinstance(found, Input)
        return found

    @property
    def asked(self) -> list[tuple[object, ...]]:
        return self.world.asked

    def deeds(self, name: str) -> list[tuple[object, ...]]:
        """Return how often, and with what, one verb was asked for."""
        return [one for one in self.asked if one[0] == name]

    def told(self) -> list[str]:
        """Return the texts of the notifications so far."""
        return [one.message for one in self.app._notifications]


def is_settled(app: Cockpit) -> bool:
    """Whether everything that was asked for in threads is answered, and the screen on top shows its data."""
    screen = app.screen
    if not screen.is_mounted or any(not worker.is_finished for worker in app.workers):
        return False
    if not isinstance(screen, ViewScreen):
        return True
    return not screen._is_reading and (screen.pulse.read_at is not None or bool(screen.pulse.error))


@asynccontextmanager
async def driving(
    world: worlds.World,
    size: tuple[int, int] = WIDE,
    *,
    execution_id: str | None = None,
    sitting: Sitting | None = None,
) -> AsyncIterator[Driver]:
    """Run the cockpit over a world without a terminal."""
    app = worlds.cockpit(world, execution_id=execution_id, sitting=sitting)
    async with app.run_test(size=size) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        yield driver
