"""At rest the cockpit draws the time and little else: what tells seconds each second, all the rest once a minute."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from conductor_tui.app import Cockpit
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.hurry import KeptRows, is_near
from conductor_tui.spans import Span
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.lines import Lines
from tests.cockpit import worlds
from tests.cockpit.driver import WIDE, Driver
from tests.cockpit.worlds import NOW, World

QUIET = NOW + timedelta(hours=1)
"""A moment from which nothing of the busy world is near."""


class Ticking:
    """A clock that a test moves."""

    def __init__(self, now: datetime = QUIET) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Counting:
    """How often a screen draws its view, and how often what hurries."""

    def __init__(self, screen: Any) -> None:
        self.whole = self.hurried = 0
        self._draw, self._draw_hurried = screen.draw, screen.draw_hurried
        screen.draw, screen.draw_hurried = self._count_whole, self._count_hurried

    def _count_whole(self, view: object, look: Look) -> None:
        self.whole += 1
        self._draw(view, look)

    def _count_hurried(self, view: object, look: Look) -> None:
        self.hurried += 1
        self._draw_hurried(view, look)


async def beat(driver: Driver, clock: Ticking, seconds: int) -> None:
    """Let the screen look once in each of some seconds."""
    for _ in range(seconds):
        clock.now += timedelta(seconds=1)
        driver.screen._tick()
        await driver.settle()


def at_rest() -> World:
    """The busy world when all of its work has ended."""
    world = worlds.busy()
    idle = tuple(replace(one, running=0, queued=0) for one in world.home.deployments)
    world.change(replace(world.home, running=(), queue=(), deployments=idle))
    return world


def cockpit(world: World, clock: Ticking) -> Cockpit:
    return Cockpit(
        Context(facade=world, clock=clock, name="prod-eu", zone=worlds.ZONE, starts_engine=False, interval=0)
    )


async def test_a_screen_at_rest_draws_its_view_once_a_minute() -> None:
    world, clock = at_rest(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        for key in "0123456":
            await driver.press(key)
            counting = Counting(driver.screen)

            await beat(driver, clock, 3)
            clock.now += timedelta(seconds=55)
            await beat(driver, clock, 1)

            assert (key, 0, 0) == (key, counting.whole, counting.hurried)

            await beat(driver, clock, 1)

            assert (key, 1) == (key, counting.whole)


async def test_the_status_line_tells_every_second() -> None:
    world, clock = at_rest(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        told = set()
        for _ in range(3):
            await beat(driver, clock, 1)
            told.add(driver.line("status"))

        assert 3 == len(told)
        assert all("live" in one for one in told)


async def test_a_dead_engine_is_seen_at_the_next_look_though_nothing_was_stored() -> None:
    world, clock = worlds.busy(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        world.home = replace(world.home, engine=worlds.ABSENT)

        await beat(driver, clock, 1)

        assert "NO ENGINE" in driver.line("status")
        assert "E starts one" in driver.line("crumbs")


async def test_what_runs_tells_every_second_and_what_has_ended_is_kept() -> None:
    world, clock = worlds.busy(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        await driver.press("2")
        before = {row.key: row for row in driver.table().rows}
        counting = Counting(driver.screen)

        await beat(driver, clock, 1)

        after = {row.key: row for row in driver.table().rows}
        running = {one.id for one in world.home.running}
        assert 1 == counting.hurried
        assert running == {key for key, row in after.items() if row is not before[key]}


async def test_what_ended_just_now_hurries_and_after_a_minute_it_does_not() -> None:
    world = at_rest()
    clock = Ticking(max(one.ended_at for one in world.home.recent if one.ended_at) + timedelta(seconds=5))
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        counting = Counting(driver.screen)

        await beat(driver, clock, 1)

        assert counting.hurried

        clock.now += timedelta(minutes=30)
        await beat(driver, clock, 1)
        hurried = counting.hurried
        await beat(driver, clock, 20)

        assert hurried == counting.hurried


async def test_a_screen_under_another_one_looks_at_nothing() -> None:
    world, clock = worlds.busy(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        below = driver.screen
        await driver.press("enter")
        told = below.query_one("#status", Lines).lines
        assert driver.screen is not below

        clock.now += timedelta(seconds=5)
        below._beat()
        await driver.settle()

        assert not below.is_seen
        assert told == below.query_one("#status", Lines).lines


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, True), (59, True), (-59, True), (62, True), (63, False), (-63, False), (3600, False)],
)
def test_near_is_what_is_told_in_seconds(seconds: int, expected: bool) -> None:
    assert expected == is_near(NOW + timedelta(seconds=seconds), NOW)


def test_no_moment_is_never_near() -> None:
    assert not is_near(None, NOW)


def test_rows_that_do_not_hurry_are_made_once_a_minute() -> None:
    made: list[int] = []

    def make(number: int, look: Look) -> Row:
        made.append(number)
        return Row(str(number), ((Span(str(look.now)),),))

    kept = KeptRows(make, told_from=lambda number: (NOW + timedelta(seconds=number),))
    numbers, begin = [0, 60, 600], NOW.replace(second=0)
    kept.rows(numbers, Look(now=begin))
    made.clear()

    for second in range(1, 60):
        kept.rows(numbers, Look(now=begin + timedelta(seconds=second)))

    assert 600 not in made
    assert {0, 60} == set(made)

    made.clear()
    kept.rows(numbers, Look(now=begin + timedelta(seconds=60)))

    assert numbers == made


def test_a_new_reading_makes_every_row_anew() -> None:
    kept: KeptRows[int] = KeptRows(lambda number, look: Row(str(number), ()))

    assert ["1"] == [row.key for row in kept.rows([1], Look(now=NOW))]
    assert ["1", "2"] == [row.key for row in kept.rows([1, 2], Look(now=NOW))]


async def test_a_row_that_changes_is_drawn_alone() -> None:
    world, clock = worlds.busy(), Ticking()
    async with cockpit(world, clock).run_test(size=WIDE) as pilot:
        driver = Driver(pilot, world)
        await driver.settle()
        await driver.press("2")
        table: Any = driver.table()
        drawn: list[int] = []
        table._refresh_row = drawn.append

        await beat(driver, clock, 1)

        running = {one.id for one in world.home.running}
        assert sorted(drawn) == [index for index, row in enumerate(table.rows) if row.key in running]
