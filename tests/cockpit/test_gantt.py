"""The marks of the time line stand at round times, where they belong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from conductor_tui.gantt import Window, axis
from tests.builders import NOW, an_execution

STARTED = replace(an_execution(), started_at=NOW)


@pytest.mark.parametrize(
    ("start", "length", "cells", "marks"),
    [
        (0, 6, 60, "00:00     00:01     00:02     00:03     00:04     00:05"),
        (0, 1, 40, "0.0 s               0.5 s"),
        (90, 60, 40, "01:30     01:45     02:00     02:15"),
        (100, 60, 40, "   01:45     02:00     02:15     02:30"),
        (0, 5400, 60, "00:00     15:00     30:00     45:00     1:00:00   1:15:00"),
        (0, 10 * 86400, 50, "00:00     2d00h     4d00h     6d00h     8d00h"),
    ],
)
def test_marks_stand_at_round_times(start: float, length: float, cells: int, marks: str) -> None:
    shown = Window(begin=NOW + timedelta(seconds=start), length=timedelta(seconds=length), cells=cells)

    assert marks == axis(shown, STARTED)
