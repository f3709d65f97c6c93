"""A log follows its end until it is moved, keeps its cap, breaks and marks lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from conductor_tui.spans import Line, Span, Tone, plain
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.log_rows import Entry, Sieve
from conductor_tui.widgets.log_text import marked, wrapped


class LogApp(App[None]):
    CSS = "EventLog { height: 5; width: 30; } .table--cursor { background: red; } .log--marked { background: blue; }"

    def compose(self) -> ComposeResult:
        yield EventLog(cap=100, id="log")


@asynccontextmanager
async def log_of(amount: int) -> AsyncIterator[tuple[EventLog, Pilot[Any]]]:
    app = LogApp()
    async with app.run_test(size=(30, 8)) as pilot:
        pane = app.query_one(EventLog)
        pane.extend(entries(1, amount))
        pane.focus()
        await pilot.pause()
        yield pane, pilot


def entries(first: int, last: int) -> list[Entry]:
    return [Entry(number, (Span("12:00 ", Tone.DIM), Span(f"line {number}"))) for number in range(first, last + 1)]


def shown(pane: EventLog) -> list[str]:
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
        assert shown(pane)[-1] == "12:00 line 50"
        await pilot.press("G")
        assert pane.is_following
        assert shown(pane)[-1] == "12:00 line 60"


async def test_the_cursor_moves_line_by_line_and_takes_the_picture_along_at_its_edges() -> None:
    async with log_of(50) as (pane, pilot):
        await pilot.press("k", "k")
        assert pane.pointed_id == 48
        assert shown(pane)[0] == "12:00 line 46"

        await pilot.press("k", "k", "k")
        await pilot.pause()
        assert pane.pointed_id == 45
        assert shown(pane)[0] == "12:00 line 45"


async def test_the_line_under_the_cursor_is_drawn_on_another_ground() -> None:
    async with log_of(50) as (pane, pilot):
        await pilot.press("k")
        grounds = {segment.style.bgcolor for segment in pane.render_line(3) if segment.style}

        assert grounds != {segment.style.bgcolor for segment in pane.render_line(4) if segment.style}


async def test_the_line_under_the_cursor_is_what_is_chosen() -> None:
    async with log_of(50) as (pane, pilot):
        assert pane.chosen_texts() == ("12:00 line 50",)
        await pilot.press("k")

        assert pane.chosen_texts() == ("12:00 line 49",)


async def test_lines_are_marked_one_by_one_and_as_a_range() -> None:
    async with log_of(50) as (pane, pilot):
        await pilot.press("g")
        pane.mark()
        assert pane.pointed_id == 2
        await pilot.press("j", "j")
        pane.mark_to_here()

        assert pane.chosen_texts() == ("12:00 line 1", "12:00 line 2", "12:00 line 3", "12:00 line 4")
        pane.unmark()
        assert pane.chosen_texts() == ("12:00 line 4",)


async def test_marks_stay_on_their_lines_when_others_come() -> None:
    async with log_of(50) as (pane, pilot):
        await pilot.press("k")
        pane.mark()
        pane.extend(entries(51, 120))
        await pilot.pause()

        assert pane.chosen_texts() == ("12:00 line 49",)


async def test_only_the_lines_that_are_shown_are_marked_at_once() -> None:
    async with log_of(30) as (pane, _):
        pane.filter("line 1")
        pane.mark_all()

        assert len(pane.chosen_texts()) == 11


async def test_a_broken_line_is_one_line_to_the_cursor() -> None:
    async with log_of(0) as (pane, pilot):
        pane.extend([Entry(number, (Span("x" * 70),)) for number in range(1, 6)])
        pane.toggle_wrap()
        await pilot.pause()
        await pilot.press("k")

        assert pane.pointed_id == 4
        assert pane.scroll_offset.y == pane.log_rows.starts[3]


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
