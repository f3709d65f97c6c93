"""Over a database that is hostile in every column, every screen, form and question holds its frame."""

import unicodedata
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conductor_tui.app import Cockpit
from conductor_tui.cli.table import cells_wide
from conductor_tui.context import Context
from conductor_tui.screens.base import ViewScreen
from engine.conductor import Conductor
from tests.cockpit.driver import NARROW, WIDE, Driver
from tests.cockpit.test_terminal import terminal
from tests.hostile import CODES, fill

PLACES = {
    "home": ("1", ("t", "question_mark", "ctrl+p", "f2", "q", "Y")),
    "executions": ("2", ("ctrl+x", "x", "y", "R", "space")),
    "queue": ("3", ("w", "x")),
    "schedules": ("4", ("enter", "e", "d")),
    "blueprints": ("5", ("C", "u", "d")),
    "events": ("6", ("w", "L", "enter")),
    "system": ("8", ("m", "enter")),
    "calendar": ("T", ("enter",)),
}
"""By a name: the key that opens a place, and keys that ask for something there; none of them is answered with yes."""
DETAILS = {
    "a deployment": ("1", "enter", ("v", "v", "j", "tab", "j", "U")),
    "an execution": ("2", "enter", ("v", "tab", "w", "f", "f", "v", "D")),
    "one waiting": ("3", "enter", ("w", "b")),
    "a blueprint": ("5", "enter", ("j", "tab", "j")),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("hostile")
    (scratch / "home").mkdir(mode=0o700)
    fill(scratch / "home", scratch)
    return scratch / "home"


@asynccontextmanager
async def driving(home: Path, size: tuple[int, int]) -> AsyncIterator[Driver]:
    with closing(Conductor(home)) as conductor:
        context = Context(
            facade=conductor, clock=lambda: datetime.now(UTC), name="real", interval=0, starts_engine=False
        )
        async with Cockpit(context).run_test(size=size) as pilot:
            driver = Driver(pilot)
            await driver.settle()
            yield driver


def drawn(driver: Driver) -> Iterator[str]:
    for strip in driver.app.screen._compositor.render_strips():
        yield "".join(segment.text for segment in strip if not segment.control)


def assert_whole(driver: Driver, after: str) -> None:
    """Every line has the width of the screen, and no character of it steers a terminal."""
    width, height = driver.app.size
    lines = list(drawn(driver))

    assert len(lines) == height, after
    for line in lines:
        odd = {one for one in line if unicodedata.category(one) in ("Cc", "Cs", "Cf", "Co", "Zl", "Zp")}
        assert odd == set(), (after, type(driver.screen), line)
        assert cells_wide(line) == width, (after, type(driver.screen), line)


async def close_all(driver: Driver) -> None:
    """Close every dialog and detail; leave the questions unanswered."""
    for _ in range(12):
        if isinstance(driver.screen, ViewScreen) and len(driver.app.screen_stack) <= 2:
            return
        await driver.press("escape")


async def walk(driver: Driver, keys: tuple[str, ...], place: str) -> None:
    for key in keys:
        await driver.press(key)
        assert_whole(driver, f"{key} in {place}")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_every_place_form_and_question_holds_its_frame(filled: Path, size: tuple[int, int]) -> None:
    async with driving(filled, size) as driver:
        for place, (key, asking) in PLACES.items():
            for one in asking:
                await walk(driver, (key, one), place)
                await close_all(driver)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["120x40", "80x24"])
async def test_every_detail_holds_its_frame(filled: Path, size: tuple[int, int]) -> None:
    async with driving(filled, size) as driver:
        for place, (key, opener, asking) in DETAILS.items():
            await walk(driver, (key, opener, *asking), place)
            await close_all(driver)


async def test_markup_in_data_is_drawn_as_it_stands(filled: Path) -> None:
    async with driving(filled, WIDE) as driver:
        await driver.press("6")

        assert "[@click=app.quit]x[/]" in "".join(drawn(driver))


PROGRAM = """
import sys
from pathlib import Path
from conductor_tui.opening import run
from engine.conductor import Conductor
sys.exit(run(Conductor(Path(sys.argv[2] if len(sys.argv) > 2 else {home!r})), name="pty", starts_engine=False))
"""


def test_no_code_of_the_data_reaches_a_real_terminal(filled: Path) -> None:
    """What a terminal would obey is asked for nowhere in what is written, whatever is opened."""
    with terminal(PROGRAM.format(home=str(filled))) as cockpit:
        cockpit.read_until(lambda output: b"Leave" in output, "the cockpit is drawn")
        for key in ("2", "\r", "\x1b", "3", "4", "5", "\r", "\x1b", "8", "6"):
            before = len(cockpit.output)
            cockpit.write(key)
            cockpit.read_until(lambda output, before=before: len(output) > before, "it answers")  # type: ignore[misc]
        cockpit.read_until(lambda output: b"click=app.quit" in output, "the events are shown")
        cockpit.write("q")
        cockpit.read_until(lambda output: b"stay (default)" in output, "it asks")
        cockpit.write("y")

        assert cockpit.wait() == 0
        found = [code for code in CODES if code in cockpit.output]
        assert found == []
        assert not any(0x80 <= ord(one) < 0xA0 for one in cockpit.output.decode(errors="ignore"))
        assert cockpit.output.count(b"\x1b[?1049l") == 1
