"""Whether each decision of a simulated year had a cause in what happened then."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.domain.schedule import Disposition, Occurrence
from tests.time.oracle import is_frozen

POLL = timedelta(minutes=2)


@dataclass(slots=True)
class Causes:
    """What goes on in the simulated world, and which decisions do not follow from it."""

    unjust: list[str] = field(default_factory=list)
    _excuses: list[tuple[datetime, datetime]] = field(default_factory=list)
    _is_maintenance: bool = False
    _open: set[str] = field(default_factory=set)
    _latest: dict[str, str] = field(default_factory=dict)

    def excuse_lateness(self, begin: datetime, end: datetime) -> None:
        """Note that nothing could be decided between two readings of the machine's clock."""
        self._excuses.append((min(begin, end), max(begin, end)))

    def maintenance_began(self) -> None:
        self._is_maintenance = True

    def maintenance_ended(self) -> None:
        self._is_maintenance = False

    def ended(self, execution_id: str) -> None:
        self._open.discard(execution_id)

    def judge(self, line: Occurrence, wall: datetime) -> None:
        """Hold a decision of a poll at `wall` against the world, and note what has come of it."""
        if not self._is_just(line, wall):
            self.unjust.append(f"{line.schedule_id} {line.occurrence.isoformat()} {line.disposition}: {line.reason}")
        if line.execution_id:
            self._open.add(line.execution_id)
            self._latest[line.schedule_id] = line.execution_id

    def _is_just(self, line: Occurrence, wall: datetime) -> bool:
        is_closed = int(line.schedule_id.removeprefix("s")) % 3 == 0 and (is_frozen(line.occurrence) or is_frozen(wall))
        match line.disposition:
            case Disposition.FIRED | Disposition.QUEUED:
                return not (self._is_maintenance or is_closed)
            case Disposition.SKIPPED_MAINTENANCE:
                return self._is_maintenance
            case Disposition.SKIPPED_BLACKOUT:
                return is_closed
            case Disposition.SKIPPED_OVERLAP:
                return self._latest.get(line.schedule_id) in self._open
            case Disposition.SKIPPED_LATE:
                return any(begin <= wall and end >= line.occurrence - POLL for begin, end in self._excuses)
            case Disposition.DISABLED:
                return "failed" in line.reason
        return False
