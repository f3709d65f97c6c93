"""What must be drawn every second, because it is told in seconds, and what need not."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from conductor_tui.cells import Look
from conductor_tui.widgets.columns import Row

Value = TypeVar("Value")

MINUTE = timedelta(minutes=1)
NEAR = MINUTE + timedelta(seconds=2)
"""Ages below a minute are told in seconds; two more, so that the last of them is seen to turn into a minute."""


def is_near(moment: datetime | None, now: datetime, reach: timedelta = NEAR) -> bool:
    """Whether the time between a moment and now is told in seconds."""
    return moment is not None and abs(now - moment) <= reach


class KeptRows(Generic[Value]):
    """The rows of a list: all are made anew with every reading and every minute, in between only those that hurry."""

    def __init__(
        self,
        make: Callable[[Value, Look], Row],
        *,
        told_from: Callable[[Value], Iterable[datetime | None]] = lambda one: (),
        is_live: Callable[[Value], bool] = lambda one: False,
    ) -> None:
        """`told_from` gives moments whose distance from now the row tells; a live row tells seconds at any time."""
        self._make, self._told_from, self._is_live = make, told_from, is_live
        self._values: Sequence[Value] = ()
        self._rows: list[Row] = []
        self._minute: datetime | None = None
        self._soon: list[int] = []
        """Rows that hurry at some time within this minute."""

    def rows(self, values: Sequence[Value], look: Look) -> list[Row]:
        """Return a row for each value."""
        minute = look.now.replace(second=0, microsecond=0)
        if values is self._values and minute == self._minute:
            self._rows = list(self._rows)
            for index in self._soon:
                if self._hurries(values[index], look.now):
                    self._rows[index] = self._make(values[index], look)
        else:
            self._values, self._minute = values, minute
            self._rows = [self._make(one, look) for one in values]
            self._soon = [index for index, one in enumerate(values) if self._will_hurry(one, look.now)]
        return self._rows

    def hurry(self, now: datetime) -> bool:
        """Whether some row tells seconds now."""
        return any(self._hurries(self._values[index], now) for index in self._soon)

    def _hurries(self, one: Value, now: datetime) -> bool:
        return self._is_live(one) or any(is_near(moment, now) for moment in self._told_from(one))

    def _will_hurry(self, one: Value, now: datetime) -> bool:
        return self._is_live(one) or any(is_near(moment, now, NEAR + MINUTE) for moment in self._told_from(one))
