"""The status line tells who leads, what is counted and how old the data is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conductor_tui.actions import Action, Scope
from conductor_tui.cells import Look
from conductor_tui.frame import Counts, Pulse, counts, keys_line, status_line, views_line, work_waits
from conductor_tui.spans import Tone, plain
from tests.cockpit import worlds

LOOK = Look(now=worlds.NOW, zone=worlds.ZONE)
FRESH = Pulse(engine=worlds.ENGINE, read_at=worlds.NOW)


def status(pulse: Pulse, width: int = 120) -> str:
    return plain(status_line("prod-eu", pulse, Counts(running=3, queued=5, failed=2), LOOK, width))


def test_a_running_engine_is_shown_with_its_age_and_next_poll() -> None:
    assert "● engine 4d  poll in 00:37" in status(FRESH)


def test_an_engine_that_rests_is_no_alarm() -> None:
    assert "○ engine at rest" in status(replace(FRESH, engine=worlds.ABSENT))


def test_an_engine_that_is_missing_is_an_alarm() -> None:
    assert "✗ NO ENGINE" in status(replace(FRESH, engine=worlds.ABSENT, is_needed=True))


def test_old_data_is_called_stale_with_its_age() -> None:
    assert "STALE 12s" in status(replace(FRESH, read_at=worlds.NOW - timedelta(seconds=12)))


def test_data_that_cannot_be_read_is_stale_at_once() -> None:
    assert "STALE 0s" in status(replace(FRESH, error="disk"))
    assert "NO DATA" in status(Pulse(error="disk"))


@pytest.mark.parametrize("width", [80, 99, 100, 120, 200])
def test_the_status_line_fills_the_width_exactly(width: int) -> None:
    assert width == len(status(FRESH, width))


def test_work_that_waits_needs_an_engine() -> None:
    assert work_waits(worlds.busy().home)
    assert not work_waits(worlds.empty().home)


@pytest.mark.parametrize("width", [80, 120])
def test_the_views_fit_on_their_line(width: int) -> None:
    text = plain(views_line("queue", counts(worlds.busy().home), width))

    assert len(text) <= width
    assert "[3 Queue 5]" in text


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("width", [30, 60, 80, 120])
def test_the_keys_fit_on_their_line_and_help_is_among_them(scope: Scope, width: int) -> None:
    text = plain(keys_line((scope,), LOOK, width))

    assert len(text) <= width
    assert "? Help" in text


def test_what_cannot_be_done_now_is_grey_and_where_one_thing_is_shown_it_comes_last() -> None:
    def can_be_done(action: Action) -> bool:
        return action.id != "execution.cancel"

    as_listed = keys_line((Scope.EXECUTION,), LOOK, 120, can_be_done=can_be_done)
    settled = keys_line((Scope.EXECUTION,), LOOK, 120, can_be_done=can_be_done, is_settled=True)

    assert {Tone.DIM} == {one.tone for one in as_listed if one.action == "execution.cancel"}
    assert plain(as_listed).startswith(" x Cancel…")
    assert plain(settled).startswith(" X Force-cancel…")
