"""Values become JSON that survives any terminal."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from conductor_tui.cli.plain import as_json, plain
from engine.domain.execution import Status


@dataclass(frozen=True, slots=True)
class Thing:
    status: Status
    at: datetime
    parts: tuple[int, ...]


def test_dataclasses_become_objects_and_times_utc() -> None:
    thing = Thing(Status.TERMINATED, datetime(2026, 11, 23, 2, 27, 1, 617000, tzinfo=UTC), (1, 2))

    assert plain(thing) == {"status": "terminated", "at": "2026-11-23T02:27:01.617Z", "parts": [1, 2]}


@given(st.text())
def test_json_text_says_the_same_without_control_characters(text: str) -> None:
    written = as_json({"text": text})

    assert json.loads(written) == {"text": text}
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in written)


def test_lone_surrogates_and_direction_marks_are_escaped() -> None:
    assert as_json("\udc80\u202e") == '"\\udc80\\u202e"'
