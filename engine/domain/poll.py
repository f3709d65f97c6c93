"""What one poll of the schedules was like: how late it came, how long it took, what it decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.schedule import Disposition

KEPT = 60
"""How many polls are remembered: an hour of them at the interval that is set by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRecord:
    """One poll that is over."""

    polled_at: datetime
    late: timedelta
    """How long after its planned moment it began."""
    took: timedelta
    started: int = 0
    """Occurrences that started an execution, or queued one."""
    skipped: int = 0
    """Occurrences that a policy, maintenance mode or a closed calendar let pass."""
    failed: int = 0
    """Occurrences that could not be decided, or whose execution could not be started."""


def poll_record(
    dispositions: Iterable[Disposition], *, polled_at: datetime, late: timedelta, took: timedelta
) -> PollRecord:
    """Return the record of a poll that decided so."""
    decided = list(dispositions)
    started = sum(one.has_fired for one in decided)
    failed = decided.count(Disposition.ERROR)
    return PollRecord(
        polled_at=polled_at,
        late=max(late, timedelta()),
        took=took,
        started=started,
        skipped=len(decided) - started - failed,
        failed=failed,
    )
