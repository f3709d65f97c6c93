"""The making and the return of snapshots with one rule broken, as `mutants` breaks those of running."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from engine.runtime import system_workflows
from engine.services import restoring
from engine.services.snapshots import Job
from storage import replacing
from storage import snapshots as stored
from storage.database import Database

Change = tuple[Any, str, Any]


def brings_back_old_attempts() -> Sequence[Change]:
    """What is restored has the attempts of the copy, which somebody may still serve."""
    return [(replacing, "_raise_attempts", lambda *_: None)]


def brings_back_what_ran() -> Sequence[Change]:
    """What ran when the copy was made is said to run still."""
    return [(restoring, "_settle", lambda *_: None)]


def fires_for_the_time_between() -> Sequence[Change]:
    """Schedules go on where they were when the copy was made."""
    return [(restoring, "_advance_schedules", lambda *_: None)]


def brings_back_most() -> Sequence[Change]:
    """One of the tables is forgotten."""
    return [(replacing, "KEPT", replacing.KEPT | {"occurrence"})]


def brings_back_in_two_steps() -> Sequence[Change]:
    """The rows are replaced in one transaction, and set right in another."""
    real, replace = replacing.replace_all, restoring._replace
    at: list[Database] = []

    def replace_all(connection: Connection, copy: str, *, own: str) -> None:
        real(connection, copy, own=own)
        connection.execute("COMMIT")
        at[-1]._doors.after_commit(connection)  # type: ignore[attr-defined] # of the simulation
        connection.execute("BEGIN IMMEDIATE")

    def watched(database: Database, *arguments: Any) -> Any:
        at.append(database)
        try:
            return replace(database, *arguments)
        finally:
            at.pop()

    return [(replacing, "replace_all", replace_all), (restoring, "_replace", watched)]


def restores_beside_the_queue_of_today() -> Sequence[Change]:
    """What waits now goes on waiting, beside what waited then."""
    condition = "id <> ? AND status <> 'queued'"
    return [(replacing, "_CONDITIONS", {**replacing._CONDITIONS, "execution": condition})]


def shows_a_snapshot_before_it_is_whole() -> Sequence[Change]:
    """The database tells of a snapshot whose archive is yet to be written."""
    real = system_workflows._WORKFLOWS["create_snapshot"]

    def make(database: Database, job: Job, clock: Any) -> None:
        with database.write() as connection:
            stored.finish(connection, job.snapshot_id, job.execution.id, size=0, digest="")
        real(database, job, clock)

    return [(system_workflows, "_WORKFLOWS", {**system_workflows._WORKFLOWS, "create_snapshot": make})]


MUTANTS = (
    brings_back_old_attempts,
    brings_back_what_ran,
    fires_for_the_time_between,
    brings_back_most,
    brings_back_in_two_steps,
    restores_beside_the_queue_of_today,
    shows_a_snapshot_before_it_is_whole,
)

RARE = (brings_back_old_attempts, restores_beside_the_queue_of_today, shows_a_snapshot_before_it_is_whole)
"""Those that take some ten thousand steps."""

LASTING = (shows_a_snapshot_before_it_is_whole,)
"""Those that only a look at the archives in the calm at the end shows."""
