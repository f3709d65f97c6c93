"""What every verb needs: the state directory, its database, a clock, and a way to wake the engine."""

from functools import cached_property
from pathlib import Path

from engine.runtime.clock import Clock, SystemClock
from engine.runtime.home import Home, resolve
from storage.database import Database


class Door:
    """One state directory, opened. May be used from any thread."""

    def __init__(self, home: Path | None = None, clock: Clock | None = None) -> None:
        self.home: Home = resolve(home).ensure()
        self._clock = clock or SystemClock()

    @cached_property
    def _database(self) -> Database:
        return Database.open(self.home.root)

    def close(self) -> None:
        """Close the database; the engine and its executions go on."""
        if "_database" in self.__dict__:
            self._database.close()

    def data_version(self) -> int:
        """Return a number that changes whenever anything was stored."""
        return self._database.data_version()

    def _wake_engine(self) -> None:
        """See to it that an engine runs and looks now.

        Raises:
            EngineUnavailable: none could be started; what was stored stays stored.
        """
        from engine.runtime import doorbell, launch  # reading needs no engine

        launch.ensure_engine(self.home)
        doorbell.ring(self.home.root)
