"""The pictures of the README are today's cockpit."""

import re
from pathlib import Path

import pytest

from tests.cockpit import worlds
from tests.cockpit.driver import Driver

FOLDER = Path(__file__).parents[2] / "screenshots"


def stable(svg: str) -> str:
    """Return an SVG whose generated names do not depend on the run, and that fetches no font."""
    return re.sub(r"terminal-\d+", "terminal", re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("name", "size", "keys"),
    [
        ("home-120x40", (120, 40), ()),
        ("home-80x24", (80, 24), ()),
        ("execution-120x40", (120, 40), ("tab", "j", "j", "enter")),
        ("queue-80x24", (80, 24), ("3", "j", "j")),
        ("start-120x40", (120, 40), ("t",)),
    ],
)
async def test_a_picture_is_what_is_committed(name: str, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    """A picture that differs is written, so that it can be looked at and committed."""
    path = FOLDER / f"{name}.svg"
    world = worlds.busy()
    app = worlds.cockpit(world)
    async with app.run_test(size=size) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        await driver.press(*keys)
        for box in driver.screen.query("Input"):
            box.cursor_blink = False
        drawn = stable(app.export_screenshot(title="Conductor", simplify=True))
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    if drawn != committed:
        path.write_text(drawn, encoding="utf-8")

    assert drawn == committed, f"screenshots/{name}.svg has changed and was written anew: look at it and commit it"
