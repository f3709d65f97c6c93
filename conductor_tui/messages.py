"""What the workers of a screen tell it."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from textual.message import Message

from engine.domain.view import EngineView, HomeView

View = TypeVar("View")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading(Generic[View]):
    """One look at the database."""

    version: int
    engine: EngineView
    home: HomeView | None = None
    """None while nothing has changed."""
    view: View | None = None
    is_maintained: bool = False
    """Maintenance mode is on, or about to be."""


class Read(Message):
    """A look succeeded."""

    def __init__(self, reading: Reading[object]) -> None:
        self.reading = reading
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A newer reading stands for an older one that brought nothing new."""
        return isinstance(message, Read) and message.reading.home is None


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
