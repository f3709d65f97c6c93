"""Where plain signs are asked for, no screen draws any other."""

import pytest
from rich.segment import Segment
from textual.color import Color

from conductor_tui.plainsigns import PLAIN_SIGNS
from tests.cockpit import worlds
from tests.cockpit.driver import NARROW, WIDE, Driver

REPLAY = ("tab", "j", "j", "j", "enter", "less_than_sign")


def picture(driver: Driver) -> str:
    """All that is on the screen."""
    strips = driver.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
@pytest.mark.parametrize(
    "keys",
    [
        (),
        ("enter",),
        ("enter", "v", "v"),
        ("2",),
        ("2", "y"),
        ("2", "ctrl+x"),
        ("tab", "enter"),
        ("tab", "enter", "v"),
        ("tab", "enter", "v", "v"),
        REPLAY,
        ("3",),
        ("4",),
        ("5",),
        ("5", "C"),
        ("5", "u"),
        ("6",),
        ("8",),
        ("8", "m"),
        ("T",),
        ("t",),
        ("question_mark",),
        ("ctrl+p",),
        ("f2",),
        ("q",),
        ("K",),
    ],
    ids=lambda keys: " ".join(keys) or "home",
)
async def test_every_screen_is_drawn_in_ascii(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    app = worlds.cockpit(worlds.busy(), is_ascii=True)
    async with app.run_test(size=size) as pilot:
        driver = Driver(pilot)
        await driver.settle()
        await driver.press(*keys)
        drawn = picture(driver)

        assert "" == "".join(sorted({sign for sign in drawn if not sign.isascii()}))


def test_nothing_moves_and_what_users_write_in_other_scripts_stays() -> None:
    (segment,) = PLAIN_SIGNS.apply([Segment("Größe … 世界 ▆ →")], Color(0, 0, 0))

    assert "Größe . 世界 # >" == segment.text
