"""The clock of a recurrence set: several rules and single dates together, without what is excluded."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.domain.clocks import Clock, following
from engine.domain.zones import INSTANT, reading, recurring_instant

MOST_WALKED = 1000
"""How far occurrences of a set are counted; no formula counts a union."""


@dataclass(frozen=True, kw_only=True)
class Union:
    """What any member or added date names, once, unless its moment or its day is excluded."""

    members: tuple[Clock, ...]
    added: tuple[datetime, ...]
    """Sorted."""
    removed: frozenset[datetime]
    days: frozenset[date]
    """Whole days, by the zone's calendar."""
    since: datetime
    zone: str
    end: datetime | None
    limit: int | None = None

    def after(self, moment: datetime) -> datetime | None:
        upcoming = [following(member, moment) for member in self.members]
        while (found := self._earliest(upcoming, moment)) is not None:
            if self.end is not None and found > self.end:
                return None
            moment = self._passed(found)
            if moment < found:
                return found
            upcoming = [
                following(member, moment) if one is not None and one <= moment else one
                for member, one in zip(self.members, upcoming, strict=True)
            ]
        return None

    def count(self, last: datetime, *, limit: int) -> int:
        """Return how many occurrences lie up to `last`, `MOST_WALKED` at most."""
        return self.between(self.since - INSTANT, last)

    def between(self, after: datetime, last: datetime) -> int:
        """Return how many occurrences lie later than `after` and up to `last`, `MOST_WALKED` at most."""
        total, moment = 0, self.after(max(after, self.since - INSTANT))
        while moment is not None and moment <= last and total < MOST_WALKED:
            total, moment = total + 1, self.after(moment)
        return total

    def _earliest(self, upcoming: Sequence[datetime | None], moment: datetime) -> datetime | None:
        found = [one for one in upcoming if one is not None]
        place = bisect_right(self.added, moment)
        single = self.added[place] if place < len(self.added) else None
        return min([*found, single] if single is not None else found, default=None)

    def _passed(self, found: datetime) -> datetime:
        """Return up to when everything is excluded; a moment before `found` when it is not."""
        day = reading(found, self.zone).date()
        if day in self.days:
            while (day := day + timedelta(days=1)) in self.days:
                pass
            midnight = datetime.combine(day, time())
            return max(recurring_instant(midnight, self.zone) - INSTANT, found)
        return found if found in self.removed else found - INSTANT
