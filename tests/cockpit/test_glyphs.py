"""Every state has a sign and a word, and every sign is one cell wide."""

from dataclasses import fields

import pytest
from rich.cells import cell_len

from conductor_tui.glyphs import ASCII, UNICODE, Glyphs, instance_sign, operation_sign, status_sign
from conductor_tui.spans import Tone
from engine.domain.execution import OperationState, Status

WORDS = {"enter", "more", "heights"}
"""What stands in running text, where it may take more than a cell, and a row of signs."""


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_signs_are_one_cell_wide(glyphs: Glyphs) -> None:
    widths = {field.name: cell_len(getattr(glyphs, field.name)) for field in fields(Glyphs) if field.name not in WORDS}

    assert set(widths.values()) == {1}


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_there_are_eight_different_heights_of_one_cell(glyphs: Glyphs) -> None:
    assert 8 == len(set(glyphs.heights)) == cell_len(glyphs.heights)


def test_ascii_signs_are_ascii() -> None:
    assert all(str(getattr(ASCII, field.name)).isascii() for field in fields(Glyphs))


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_word(status: Status) -> None:
    assert status_sign(status, UNICODE).word


@pytest.mark.parametrize("state", list(OperationState))
def test_every_operation_state_has_a_word(state: OperationState) -> None:
    assert operation_sign(state, UNICODE).word


def test_a_state_that_a_plugin_made_up_is_shown_as_it_is() -> None:
    assert instance_sign("warming", UNICODE).word == "warming"
    assert instance_sign("warming", UNICODE).tone is Tone.BUSY
