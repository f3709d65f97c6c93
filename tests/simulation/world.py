"""A simulated machine: one seed, one clock, one database, and processes that have their turns in random order."""

import logging
import os
import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.domain.errors import StorageFailed
from engine.runtime.home import Home
from storage.database import Database
from tests.simulation.actor import Actor
from tests.simulation.clock import VirtualClock
from tests.simulation.database import MemoryDatabase, WatchedDatabase, fill
from tests.simulation.judge import Judge
from tests.simulation.returned import content
from tests.simulation.truth import Crashed, Stop, Truth

FAST_DISK = Path("/dev/shm")
CONTENT = "0" * 64
"""The folder of the blueprint that all deployments are of."""
DEEPEST = 3
"""How many processes may stand between two transactions of theirs while another one acts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong, per transaction."""

    crash: float = 0.004
    lock: float = 0.004
    turn: float = 0.25
    """How often somebody else acts between two transactions of one turn."""
    hook: float = 0.3
    """How often a hook that is called does not hear."""


CALM = Faults(crash=0.0, lock=0.0, turn=0.1, hook=0.0)


class Violation(AssertionError):
    """An invariant is broken; the sentence says which, and how to see it again."""

    def __init__(self, seed: int, step: int, sentence: str) -> None:
        self.step = step
        super().__init__(f"seed {seed}, step {step}: {sentence}")


class World:
    """Everything that there is; it is also the doors through which all transactions go."""

    def __init__(self, seed: int, *, faults: Faults | None = None, is_on_disk: bool = False) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.faults = faults or Faults()
        self.clock = VirtualClock()
        self.truth = Truth()
        self.judge = Judge(self.truth)
        self.actors: list[Actor] = []
        self.steps = 0
        self.injected = 0
        """Locks that the database has reported for no reason."""
        self._acting: list[Actor] = []
        self._folder = TemporaryDirectory(dir=FAST_DISK if FAST_DISK.is_dir() else None)
        self.home = Home(Path(self._folder.name) / "home").ensure()
        (self.home.blueprints / CONTENT).mkdir(parents=True)
        self.database: Database = self._make_database(is_on_disk)

    def _make_database(self, is_on_disk: bool) -> Database:
        if not is_on_disk:
            return MemoryDatabase(self.home.root, self)
        fill(self.home.root)
        return WatchedDatabase(self.home.root, self)

    def add(self, actor: Actor) -> None:
        self.actors.append(actor)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def run(self, steps: int, until: Callable[[], bool] = lambda: False) -> None:
        """Let `steps` turns pass, or fewer when `until` comes true.

        Raises:
            Violation: an invariant is broken.
        """
        last = self.steps + steps
        try:
            while self.steps < last and not until():
                self._turn()
        except Stop as stop:
            raise Violation(self.seed, self.steps, str(stop)) from stop

    def close(self) -> None:
        """Take the machine apart."""
        for actor in self.actors:
            actor.leave()
        self.database.close()
        self._folder.cleanup()

    @property
    def trace(self) -> str:
        """Return what is the same for every run of the same seed."""
        return self.judge.trace.hexdigest()

    def before_read(self) -> None:
        """Let the actor die, or somebody else act."""
        if not self._acting:
            return
        actor = self._acting[-1]
        if self.chance(self.faults.crash):
            raise Crashed
        while len(self._acting) < DEEPEST and self.chance(self.faults.turn):
            self._turn()
            if actor.is_gone:
                raise Crashed

    def before_write(self) -> None:
        self.before_read()
        if self._acting and self.chance(self.faults.lock):
            self.injected += 1
            raise StorageFailed("the database is locked, as the simulation wants it")

    def before_commit(self) -> None:
        if self._acting and self.chance(self.faults.crash):
            raise Crashed

    def after_commit(self, connection: sqlite3.Connection) -> None:
        actor = self._acting[-1] if self._acting else None
        is_worker = actor is not None and actor.name.startswith("worker")
        job = actor.job if actor else None
        self.judge.committed(connection, actor.epoch if actor else None, is_worker=is_worker, job=job)
        if self._acting and self.chance(self.faults.crash):
            raise Crashed

    def after_copy(self, connection: sqlite3.Connection) -> None:
        job = self._acting[-1].job
        if job is not None:
            self.truth.copies[job.snapshot_id] = content(connection)

    def _turn(self) -> None:
        """Give a turn to one of those who can act."""
        actor = self._chosen()
        if actor is None:
            return
        self.steps += 1
        self._acting.append(actor)
        try:
            actor.step()
        except Crashed:
            self.truth.seen[f"crash of a {actor.name.split(' ')[0]}"] += 1
            actor.crash()
        except Exception as error:
            raise Stop(f"{actor.name} broke: {type(error).__name__}: {error}") from error
        finally:
            self._acting.pop()
        self.judge.trace.update(f"{self.steps} {actor.name} {self.clock.monotonic():.3f}".encode())

    def _chosen(self) -> Actor | None:
        """Return who acts next; between two transactions of somebody it is often a rival of the same kind."""
        self.actors = [one for one in self.actors if not one.is_gone]
        able = [one for one in self.actors if one.frozen_until <= self.steps and one not in self._acting]
        if not able:
            self.steps += 1
            return None
        if self._acting and self.chance(0.3):
            able = [one for one in able if type(one) is type(self._acting[-1])] or able
        return self.random.choices(able, [one.weight for one in able])[0]


def be_quiet() -> None:
    """Keep the log of the engine out of the way: a simulation provokes whatever it warns of."""
    logging.getLogger("engine").setLevel(logging.CRITICAL + 1)


def descriptors() -> int:
    """Return how many files this process has open."""
    return len(os.listdir("/proc/self/fd"))
