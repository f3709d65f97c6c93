"""The one place that reads the clocks of the machine."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the time is, for people and for durations."""

    def wall(self) -> datetime:
        """Return the moment, aware, in UTC; it may step in both directions."""

    def monotonic(self) -> float:
        """Return seconds that never step back; only differences mean anything."""


class SystemClock:
    """The clocks of the machine."""

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
