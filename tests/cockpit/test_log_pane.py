"""A log follows its end until it is moved, keeps its cap, breaks and marks lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from conductor_tui.spans import Line, Span, Tone, plain
from conductor_tui.widgets.log_pane import Entry, LogPane, Sieve
from conductor_tui.widgets.log_text import marked, wrapped


class LogApp(App[None]):
    CSS = "LogPane { height: 5; width: 30; }"

    def compose(self) -> ComposeResult:
        yield LogPane(cap=100, id="log")


@asynccontextmanager
async def log_of(amount: int) -> AsyncIterator[tuple[LogPane, Pilot[Any]]]:
    app = LogApp()
    async with app.run_test(size=(30, 8)) as pilot:
        pane = app.query_one(LogPane)
        pane.extend(entries(1, amount))
        pane.focus()
        await pilot.pause()
        yield pane, pilot


def entries(first: int, last: int) -> list[Entry]:
    return [Entry(number, (Span("12:00 ", Tone.DIM), Span(f"line {number}"))) for number in range(first, last + 1)]


def shown(pane: LogPane) -> list[str]:
    return [pane.render_line(y).text.strip() for y in range(pane.size.height)]


async def test_a_log_follows_its_end() -> None:
    async with log_of(50) as (pane, pilot):
        pane.extend(entries(51, 60))
        await pilot.pause()

        assert shown(pane)[-1] == "12:00 line 60"


async def test_moving_up_holds_the_log_and_the_end_follows_again() -> None:
    async with log_of(50) as (pane, pilot):
        await pilot.press("k")
        pane.extend(entries(51, 60))
        await pilot.pause()

        assert not pane.is_following
        assert shown(pane)[-1] == "12:00 line 49"
        await pilot.press("G")
        assert pane.is_following
        assert shown(pane)[-1] == "12:00 line 60"


async def test_lines_that_are_held_already_are_passed_over() -> None:
    async with log_of(5) as (pane, _):
        pane.extend(entries(3, 7))

        assert [entry.id for entry in pane.entries] == [1, 2, 3, 4, 5, 6, 7]


async def test_older_lines_than_the_cap_are_counted_only() -> None:
    async with log_of(130) as (pane, _):
        assert len(pane.entries) == 100
        assert pane.dropped == 30


async def test_a_search_goes_to_the_newest_match_and_back() -> None:
    async with log_of(50) as (pane, pilot):
        assert pane.search("line 1") == 11
        await pilot.pause()
        assert any("line 19" in text for text in shown(pane))

        pane.step_match(-1)
        await pilot.pause()
        assert any("line 16" in text for text in shown(pane))


async def test_a_filter_hides_the_other_lines() -> None:
    async with log_of(50) as (pane, pilot):
        assert pane.filter("LINE 1") == 11
        await pilot.pause()
        assert shown(pane)[-1] == "12:00 line 19"

        assert pane.filter("") == 50


async def test_a_sieve_lets_through_what_is_grave_enough_and_of_the_node() -> None:
    async with log_of(0) as (pane, _):
        pane.extend([Entry(1, (), level=1, node="a"), Entry(2, (), level=3, node="b"), Entry(3, (), level=3, node="a")])

        assert pane.sift(Sieve(level=2)) == 2
        assert pane.sift(Sieve(level=2, node="a")) == 1


async def test_times_can_be_hidden() -> None:
    async with log_of(0) as (pane, pilot):
        pane.extend([Entry(1, (Span("12:00 "), Span("said")), stamp=1)])
        pane.toggle_time()
        await pilot.pause()

        assert shown(pane)[0] == "said"


async def test_older_lines_are_wanted_at_the_top_and_the_picture_stays() -> None:
    async with log_of(0) as (pane, pilot):
        pane.extend(entries(51, 100))
        pane.has_older = True
        await pilot.pause()
        pane._scroll(0)
        await pilot.pause()
        assert shown(pane)[0] == "12:00 line 51"

        pane.prepend(entries(1, 50), is_first=True)
        await pilot.pause()
        await pilot.pause()

        assert shown(pane)[0] == "12:00 line 51"
        assert len(pane.entries) == 100


async def test_more_than_the_cap_lets_the_newest_go_where_older_ones_come() -> None:
    async with log_of(0) as (pane, _):
        pane.extend(entries(51, 130))
        pane.prepend(entries(1, 50), is_first=True)

        assert (1, 100, True) == (pane.first_id, pane.last_id, pane.has_newer)


def test_a_long_line_is_broken_below_its_own_start() -> None:
    line: Line = (Span("12:00 "), Span("abcdefghij"))

    assert [plain(one) for one in wrapped(line, 13)] == ["12:00 abcdefg", "      hij"]


def test_a_short_line_is_not_broken() -> None:
    line: Line = (Span("12:00 "), Span("abc"))

    assert wrapped(line, 11) == [line]


def test_wide_characters_are_broken_by_their_cells() -> None:
    assert [plain(one) for one in wrapped((Span("世界世界"),), 4)] == ["世界", "世界"]


def test_matches_are_marked_whatever_the_case() -> None:
    assert marked((Span("An Error, error"),), "error") == (
        Span("An "),
        Span("Error", Tone.MATCH),
        Span(", "),
        Span("error", Tone.MATCH),
    )
