"""The verbs of snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.execution import Execution
    from engine.domain.snapshot import Snapshot
    from engine.services import snapshots
else:
    snapshots = lazy("engine.services.snapshots")


class SnapshotVerbs(Door):
    """Copy the whole state into an archive, and bring it back."""

    def create_snapshot(self, id: str | None = None, *, queue: bool = False) -> Execution:
        """Start the execution that makes a snapshot; its parameter `snapshot_id` tells the id.

        Raises:
            AlreadyExists: the id is taken.
            InvalidValue: the id cannot be one.
            OthersRunning: executions run, and it may not wait for them.
        """
        execution = snapshots.ask_for(self._database, id, queue=queue, now=self._clock.wall())
        self._wake_engine()
        return execution

    def restore_snapshot(self, id: str, *, force: bool = False) -> Execution:
        """Start the execution that replaces the whole state by that of a snapshot.

        Raises:
            NotFound: there is no such snapshot, or its archive is gone.
            InvalidValue: it has failed, or there is something to lose and `force` is not given.
            OthersRunning: executions run.
        """
        now = self._clock.wall()
        execution = snapshots.ask_for_return(self._database, self.home.root, id, force=force, now=now)
        self._wake_engine()
        return execution

    def upload_snapshot(self, path: Path, id: str | None = None) -> Snapshot:
        """Store the archive of a snapshot that was made elsewhere; its file name is the id where none is given.

        Raises:
            NotFound: there is no such file.
            AlreadyExists: the id is taken.
            InvalidValue: the id cannot be one, or the archive is damaged.
        """
        return snapshots.take_in(self._database, self.home.root, path, id)

    def snapshots(self) -> list[Snapshot]:
        """Return all snapshots, oldest first."""
        return snapshots.listing(self._database)

    def snapshot(self, id: str) -> Snapshot:
        return snapshots.get(self._database, id)

    def snapshot_archive(self, id: str) -> Path:
        """Return where the archive of a snapshot lies."""
        return snapshots.file_of(self.home.root, snapshots.get(self._database, id).id)

    def delete_snapshot(self, id: str) -> None:
        """Remove a snapshot with its archive."""
        snapshots.delete(self._database, self.home.root, id)
