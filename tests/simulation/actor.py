"""What acts in a simulated world: a process, or a thread of one, that goes on from transaction to transaction."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

from engine.domain.errors import StorageFailed

T = TypeVar("T")
Life = Generator[None, None, None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The making or the return of a snapshot."""

    execution_id: str
    snapshot_id: str
    is_return: bool
    began: str
    """When, as the database writes it."""


class Actor:
    """Something that has its turn now and then; between two turns anybody else may act."""

    weight = 1.0
    """How often it has its turn, compared with others."""
    epoch: int | None = None
    """Of the engine for which it polls schedules."""
    job: "Job | None" = None
    """What it does with the whole state."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.is_gone = False
        self.frozen_until = 0
        """The step from which on it acts again."""
        self._turns: Iterator[None] = self.life()

    def life(self) -> Life:
        """Act; every `yield` is the end of a turn."""
        raise NotImplementedError

    def step(self) -> None:
        """Have a turn."""
        try:
            next(self._turns)
        except StopIteration:
            self.leave()

    def crash(self) -> None:
        """Die in the middle of a turn; a thread takes its process along."""
        self.leave()

    def leave(self) -> None:
        """Be no more, by an end of one's own or not; the kernel frees what was held."""
        self.is_gone = True


def tried(action: Callable[[], T]) -> Generator[None, None, T]:
    """Return what the action returns, in a later turn while the database is locked."""
    while True:
        try:
            return action()
        except StorageFailed:
            yield
