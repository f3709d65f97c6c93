"""What the database itself has seen: triggers note every change that matters, in the transaction that makes it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from sqlite3 import Connection


class Kind(StrEnum):
    """What has changed."""

    INSERTED = "inserted"
    CHANGED = "changed"
    """The status or the attempt of an execution."""
    DELETED = "deleted"
    OPERATION = "operation"
    FORGOTTEN = "forgotten"
    """An operation is removed: it may run again."""
    EVENT = "event"
    GROUP_EVENT = "group event"
    """Something is told of an execution group."""
    NOTED = "noted"
    """A hook is to tell of an event."""
    TOLD = "told"
    """A telling has another state."""
    OCCURRENCE = "occurrence"
    SCHEDULE_GONE = "schedule gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One change. Of the fields, those that say nothing about its kind are empty."""

    kind: Kind
    id: str
    """Of the execution; for a schedule: its deployment and its own id; of the group; of the hook."""
    number: int
    """Of the execution; of the event."""
    deployment_id: str | None
    is_forced: bool
    source: str
    """The status before; for an operation: its id; for an occurrence: the moment."""
    target: str
    """The status now; the state of an operation or a telling; the type of an event, or what is told of a group; the
    disposition of an occurrence."""
    source_attempt: int
    target_attempt: int
    is_stamped: bool
    """Whether the end, or the start, of the execution has a moment."""
    origin: str
    """Who asked for the execution; the id of the schedule of an occurrence."""
    error: str


_COLUMNS = (
    "kind, id, number, deployment_id, is_forced, source, target, source_attempt, target_attempt, is_stamped, "
    "origin, error"
)
_EXECUTION = (
    "NEW.id, NEW.number, NEW.deployment_id, NEW.force, {source}, NEW.status, {attempt}, NEW.attempt, "
    "(NEW.ended_at IS NOT NULL) = (NEW.status IN ('terminated', 'failed', 'cancelled')), NEW.origin, NEW.error"
)
_TRIGGERS = {
    "AFTER INSERT ON main.execution": ("inserted", _EXECUTION.format(source="''", attempt="0")),
    "AFTER UPDATE ON main.execution WHEN OLD.status <> NEW.status OR OLD.attempt <> NEW.attempt": (
        "changed",
        _EXECUTION.format(source="OLD.status", attempt="OLD.attempt"),
    ),
    "AFTER DELETE ON main.execution": (
        "deleted",
        "OLD.id, OLD.number, OLD.deployment_id, OLD.force, OLD.status, '', OLD.attempt, 0, 1, OLD.origin, ''",
    ),
    "AFTER UPDATE OF state ON main.operation": (
        "operation",
        "NEW.execution_id, 0, NULL, 0, NEW.id, NEW.state, 0, 0, 1, OLD.state, NEW.error",
    ),
    "AFTER DELETE ON main.operation": (
        "forgotten",
        "OLD.execution_id, 0, NULL, 0, OLD.id, '', 0, 0, 1, OLD.state, ''",
    ),
    "AFTER INSERT ON main.event WHEN NEW.execution_id IS NOT NULL": (
        "event",
        "NEW.execution_id, NEW.id, NEW.deployment_id, 0, '', NEW.type, 0, 0, 1, '', ''",
    ),
    "AFTER INSERT ON main.event WHEN NEW.execution_group_id IS NOT NULL": (
        "group event",
        "NEW.execution_group_id, NEW.id, NULL, 0, '', NEW.message, 0, 0, 1, '', ''",
    ),
    "AFTER INSERT ON main.hook_delivery": (
        "noted",
        "NEW.hook_id, NEW.event_id, NULL, 0, '', NEW.state, 0, 0, 1, '', ''",
    ),
    "AFTER UPDATE OF state ON main.hook_delivery WHEN OLD.state <> NEW.state": (
        "told",
        "NEW.hook_id, NEW.event_id, NULL, 0, OLD.state, NEW.state, 0, NEW.tries, 1, '', NEW.error",
    ),
    "AFTER INSERT ON main.occurrence": (
        "occurrence",
        "coalesce(NEW.execution_id, ''), 0, NEW.deployment_id, 0, NEW.occurrence, NEW.disposition, 0, 0, 1, "
        "NEW.schedule_id, NEW.reason",
    ),
    "AFTER DELETE ON main.schedule": (
        "schedule gone",
        "OLD.id, 0, OLD.deployment_id, 0, '', '', 0, 0, 1, '', ''",
    ),
}


def watch(connection: Connection) -> None:
    """Note facts from now on, for this connection alone."""
    connection.execute(f"CREATE TEMP TABLE fact (position INTEGER PRIMARY KEY, {_COLUMNS})")
    for number, (when, (kind, values)) in enumerate(_TRIGGERS.items()):
        connection.execute(
            f"CREATE TEMP TRIGGER fact_{number} {when} "
            f"BEGIN INSERT INTO fact ({_COLUMNS}) SELECT '{kind}', {values}; END"
        )


def taken(connection: Connection) -> Iterator[Fact]:
    """Return what has been committed since the last call, in order."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM temp.fact ORDER BY position").fetchall()
    if rows:
        connection.execute("DELETE FROM temp.fact")
    for row in rows:
        yield Fact(
            kind=Kind(row["kind"]),
            id=row["id"],
            number=row["number"],
            deployment_id=row["deployment_id"],
            is_forced=bool(row["is_forced"]),
            source=row["source"],
            target=row["target"],
            source_attempt=row["source_attempt"],
            target_attempt=row["target_attempt"],
            is_stamped=bool(row["is_stamped"]),
            origin=row["origin"],
            error=row["error"],
        )
