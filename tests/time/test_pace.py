"""The pace of polls (L5 of the invariants): whatever the wall clock does, one comes at least every two intervals."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.runtime.timer import LOOK, Watchdog, _Evenly
from tests.builders import NOW

INTERVAL = 60.0
STEPS = st.lists(
    st.tuples(
        st.floats(0.0, 400.0),
        st.sampled_from([-86_400.0, -3600.0, -61.0, -59.0, -2.5, -1.0, 1.0, 2.5, 59.0, 61.0, 3600.0, 86_400.0]),
    ),
    max_size=8,
)
"""Seconds until the wall clock steps, and by how many it does."""


class Machine:
    """The timer's parts above a scheduler that sleeps until the moment that it has worked out, on two clocks."""

    def __init__(self) -> None:
        self.monotonic, self.wall = 0.0, NOW
        self.trigger = _Evenly(INTERVAL)
        self.watchdog = Watchdog(INTERVAL, wall=self.wall, monotonic=self.monotonic)
        self.polls: list[float] = []
        self._planned = self.wall
        self._sleep()

    def _sleep(self) -> None:
        """Sleep as long as the wall clock says at this moment."""
        self._wakes_at = self.monotonic + max((self._planned - self.wall).total_seconds(), 0.0)

    def pass_by(self, seconds: float) -> None:
        """Let time go on: the scheduler wakes, and the watchdog looks, when their moments have come."""
        end = self.monotonic + seconds
        while True:
            looks_at = (self.monotonic // LOOK + 1) * LOOK
            moment = min(self._wakes_at, looks_at)
            if moment > end:
                break
            self._go_to(moment)
            if moment == self._wakes_at:
                self._wake()
            if moment == looks_at and self.watchdog.look(wall=self.wall, monotonic=self.monotonic):
                self._planned = self.wall
                self._wake()
        self._go_to(end)

    def _go_to(self, moment: float) -> None:
        self.wall += timedelta(seconds=moment - self.monotonic)
        self.monotonic = moment

    def _wake(self) -> None:
        if self._planned <= self.wall:
            self.polls.append(self.monotonic)
            self.watchdog.ticked(self.monotonic)
            self._planned = self.trigger.get_next_fire_time(self._planned, self.wall)
        self._sleep()


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_a_poll_comes_at_least_every_two_intervals(steps: list[tuple[float, float]]) -> None:
    machine = Machine()
    for seconds, step in steps:
        machine.pass_by(seconds)
        machine.wall += timedelta(seconds=step)
    machine.pass_by(5 * INTERVAL)
    moments = [0.0, *machine.polls, machine.monotonic]

    assert max(later - earlier for earlier, later in pairwise(moments)) <= 2 * INTERVAL + LOOK
