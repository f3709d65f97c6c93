"""What the workers of a screen tell it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.message import Message

from engine.domain.view import EngineView, HomeView

View = TypeVar("View")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[View]):
    """All that a screen shows, at one moment."""

    version: int
    engine: EngineView
    home: HomeView
    view: View
    is_maintained: bool
    """Maintenance mode is on, or about to be."""


class Read(Message):
    """The view was read."""

    def __init__(self, reading: Reading[object]) -> None:
        self.reading = reading
        super().__init__()


class News(Message):
    """The newest look brought something that concerns the whole cockpit."""

    def __init__(self, home: HomeView) -> None:
        self.home = home
        super().__init__()


class Unreadable(Message):
    """A look failed."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()


class Done(Message):
    """A deed that the user asked for succeeded."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__()


class Refused(Message):
    """A deed that the user asked for was refused."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__()
