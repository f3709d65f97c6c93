"""Time as a simulation sees it: it passes when told to, and the wall clock steps both ways."""

from datetime import datetime, timedelta

from tests.builders import NOW


class VirtualClock:
    """A clock for one machine."""

    def __init__(self) -> None:
        self._wall = NOW
        self._monotonic = 1000.0

    def wall(self) -> datetime:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def pass_by(self, seconds: float) -> None:
        """Let time go on as it should."""
        self._monotonic += seconds
        self._wall += timedelta(seconds=seconds)

    def step(self, seconds: float) -> None:
        """Put the wall clock forward, or back."""
        self._wall += timedelta(seconds=seconds)
