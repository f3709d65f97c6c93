"""The pictures in `screenshots/` are today's cockpit: every screen, in both sizes, without colours, and in ASCII."""

import os
import re
from pathlib import Path

import pytest

from tests.cockpit import gallery
from tests.cockpit.driver import NARROW, WIDE, Driver
from tests.cockpit.test_ascii import picture

FOLDER = Path(__file__).parents[2] / "screenshots"
LOOKS, GLANCE = 30, 0.1
"""How often, and every how many seconds, a picture is looked at that is not yet what it should be."""


def stable(svg: str) -> str:
    """Return an SVG whose generated names do not depend on the run, and that fetches no font."""
    return re.sub(r"terminal-\d+", "terminal", re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL))


async def drawn_as(committed: str, driver: Driver) -> str:
    """Return the picture as soon as it is the committed one, or what has come of it after a while."""
    for _ in range(LOOKS):
        drawn = stable(driver.app.export_screenshot(title="Conductor", simplify=True))
        if drawn == committed:
            return drawn
        await driver.pilot.pause(GLANCE)
    return drawn


@pytest.mark.parametrize("part", gallery.PARTS)
@pytest.mark.parametrize(
    ("kind", "size"),
    [("", WIDE), ("", NARROW), ("-ascii", NARROW), ("-no-colour", NARROW)],
    ids=["120x40", "80x24", "80x24-ascii", "80x24-no-colour"],
)
async def test_every_picture_is_what_is_committed(
    part: str, kind: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture that differs is written, so that it can be looked at and committed."""
    if kind == "-no-colour":
        monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    changed = []
    async for place, driver in gallery.pictures(part, size, is_ascii=kind == "-ascii"):
        if kind == "-ascii":
            assert "" == "".join(sorted({sign for sign in picture(driver) if not sign.isascii()})), place.name
        path = FOLDER / f"{place.name}-{size[0]}x{size[1]}{kind}.svg"
        committed = path.read_text(encoding="utf-8") if path.exists() else ""
        drawn = await drawn_as(committed, driver)
        if drawn != committed:
            path.write_text(drawn, encoding="utf-8")
            changed.append(path.name)

    assert changed == [], "these pictures have changed and were written anew: look at them and commit them"


def test_no_picture_is_of_a_screen_that_is_gone() -> None:
    named = {place.name for part in gallery.PARTS.values() for place in part}
    kept = {re.sub(r"-(120x40|80x24).*", "", path.name) for path in FOLDER.glob("*.svg")}

    assert kept == named
