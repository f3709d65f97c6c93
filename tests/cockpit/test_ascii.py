"""Where plain signs are asked for, no screen draws any other."""

import pytest
from rich.segment import Segment
from textual.color import Color

from conductor_tui.plainsigns import PLAIN_SIGNS
from tests.cockpit import gallery
from tests.cockpit.driver import WIDE, Driver


def picture(driver: Driver) -> str:
    """All that is on the screen."""
    strips = driver.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@pytest.mark.parametrize("part", gallery.PARTS)
async def test_every_screen_is_drawn_in_ascii(part: str) -> None:
    """In the wide size; the pictures of the narrow one are held to it where they are drawn."""
    async for place, driver in gallery.pictures(part, WIDE, is_ascii=True):
        assert "" == "".join(sorted({sign for sign in picture(driver) if not sign.isascii()})), place.name


def test_nothing_moves_and_what_users_write_in_other_scripts_stays() -> None:
    (segment,) = PLAIN_SIGNS.apply([Segment("Größe … 世界 ▆ →")], Color(0, 0, 0))

    assert "Größe . 世界 # >" == segment.text
