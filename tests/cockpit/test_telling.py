"""The terminal is told the progress in its title, and of ends that nobody is looking at."""

from dataclasses import replace

from conductor_tui.config import Notice
from conductor_tui.glyphs import UNICODE
from conductor_tui.telling import Telling, notice, title
from engine.domain.execution import Status
from tests.cockpit import worlds

HOME = worlds.busy().home


def test_the_title_tells_how_far_the_oldest_execution_is() -> None:
    assert "● 75% db-core +2" == title(HOME, UNICODE)


def test_the_title_rests_where_nothing_runs() -> None:
    assert "○ conductor" == title(replace(HOME, running=()), UNICODE)


def test_the_title_is_sent_only_when_it_changes() -> None:
    telling = Telling()

    assert telling.title(HOME, UNICODE).startswith("\x1b]2;")
    assert "" == telling.title(HOME, UNICODE)


def test_control_characters_of_a_name_never_reach_the_terminal() -> None:
    evil = replace(HOME.running[0], deployment_id="a\x1b]2;b\x07", number=1)

    assert "\x1b" not in title(replace(HOME, running=(evil,)), UNICODE)


def test_what_has_ended_since_the_last_look_is_found_once() -> None:
    telling, first = Telling(), HOME.running[0]
    over = replace(first, status=Status.FAILED, ended_at=worlds.NOW)
    later = replace(HOME, running=HOME.running[1:], recent=(over, *HOME.recent))

    assert [] == telling.ended(HOME)
    assert [over] == telling.ended(later)
    assert [] == telling.ended(later)


def test_an_end_rings_or_is_told_to_the_desktop() -> None:
    over = replace(HOME.running[0], status=Status.FAILED)

    assert "\x07" == notice([over], Notice.BELL)
    assert "\x1b]9;backup db-core is failed and 1 more\x07" == notice([over, over], Notice.OSC9)
    assert "" == notice([over], Notice.OFF)
