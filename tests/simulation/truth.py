"""What really happened in a simulated world, known to no part of the product."""

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.returned import Content


class Stop(BaseException):
    """A rule is broken; nobody between here and the judge may catch it."""


class Crashed(BaseException):
    """The process that acts dies here."""


@dataclass(slots=True)
class Truth:
    """What processes did, and what users asked for."""

    asked_to_stop: set[tuple[str, int]] = field(default_factory=set)
    """Attempts of which somebody tried to ask for a cancel."""
    completed: set[tuple[str, int]] = field(default_factory=set)
    """Attempts whose workflow came to its end, whatever was stored of it."""
    effects: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """How often each operation of an attempt had its effect on the world."""
    done: set[tuple[str, str]] = field(default_factory=set)
    """Operations of an execution whose success is stored."""
    working: set[tuple[str, int]] = field(default_factory=set)
    """Attempts of which a worker lives that a kill can reach."""
    orphaned: set[str] = field(default_factory=set)
    """Executions of which a worker has outlived its shim."""
    told: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often each hook has heard of each event, and said that it did."""
    tried: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often each hook was called for each event."""
    copies: dict[str, Content] = field(default_factory=dict)
    """What each snapshot was made of."""
    returns: int = 0
    """How often the whole state was replaced."""
    seen: Counter[str] = field(default_factory=Counter)
    """What has happened, by name: the proof that a simulation reaches what it is for."""

    def touch(self, execution_id: str, attempt: int, operation_id: str) -> None:
        """Let an operation have its effect."""
        self.effects[execution_id, attempt, operation_id] += 1
        if self.effects[execution_id, attempt, operation_id] > 1:
            raise Stop(f"S7 operation {operation_id} of attempt {attempt} ran twice")
        if (execution_id, operation_id) in self.done:
            raise Stop(f"S7 operation {operation_id} had succeeded and ran again in attempt {attempt}")
