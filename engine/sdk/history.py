"""What earlier attempts of an execution have done, by the places of its steps in the workflow.

A place is made of what a step does and of how often the same was asked for before, so that a workflow that is run
again finds its steps even where it builds fewer of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from engine.domain.json import Json

ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """The last try of an operation in the attempts before."""

    id: str
    is_succeeded: bool = False
    was_begun: bool = False
    """Any try of it has begun."""
    is_interrupted: bool = False
    """It was cut off while it ran, and nobody has said that it may run again."""
    result: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The steps that an execution has behind it; empty in its first attempt."""

    stored: Mapping[str, Stored] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    """Steps that only record something, and have."""


class Places:
    """Gives each step of a workflow its place."""

    def __init__(self) -> None:
        self._scope = ""
        self._counts: Counter[str] = Counter()

    @property
    def scope(self) -> str:
        return self._scope

    def next(self, label: str) -> str:
        """Return the place of the next step that does this."""
        place = f"{self._scope}/{label}"
        self._counts[place] += 1
        count = self._counts[place]
        return place if count == 1 else f"{place}#{count}"

    @contextmanager
    def within(self, scope: str) -> Iterator[None]:
        """Let the steps that are made meanwhile belong to a part of the workflow."""
        before, self._scope = self._scope, scope
        try:
            yield
        finally:
            self._scope = before


def ended(place: str) -> str:
    """Return the place that tells that a graph or subgraph has ended."""
    return f"{place}/{ENDED}"
