"""Where the user has been: back, on, and to the last place, as in a browser."""

from dataclasses import dataclass, field

MOST = 100
"""Places that are remembered."""


@dataclass(frozen=True, slots=True)
class Place:
    """One screen that can be gone to again."""

    view: str
    kind: str = ""
    """`deployment`, `execution`, `blueprint` or `stored` for a detail; empty for the view itself."""
    id: str = ""


@dataclass(slots=True)
class Visits:
    """The places of one sitting, and which of them is shown."""

    places: list[Place] = field(default_factory=list)
    at: int = -1
    last: Place | None = None
    """The place before the one that is shown."""
    goal: Place | None = None
    """Where the history leads just now: what is shown on the way there is no visit."""

    @property
    def here(self) -> Place | None:
        return self.places[self.at] if self.places else None

    def visit(self, place: Place) -> None:
        """Note that a place is shown."""
        if self.goal is not None:
            self.goal = self.goal if place != self.goal else None
            return
        if place == self.here:
            return
        self.last = self.here
        self.places = [*self.places[: self.at + 1], place][-MOST:]
        self.at = len(self.places) - 1

    def step(self, step: int) -> Place | None:
        """Return the place before (-1) or after (1) the one that is shown, which is then that one; None for none."""
        target = self.at + step
        if not 0 <= target < len(self.places):
            return None
        self.last, self.at = self.here, target
        self.goal = self.here
        return self.goal
