"""What one sitting at the cockpit knows beside the data: the user's wishes, the journal, what is remembered."""

from dataclasses import dataclass, field
from pathlib import Path

from conductor_tui.config import DEFAULT, Config
from conductor_tui.journal import Journal
from conductor_tui.state import State, save
from conductor_tui.visits import Visits


@dataclass(slots=True, kw_only=True)
class Sitting:
    """One for the whole cockpit; the only thing in its surroundings that changes."""

    config: Config = DEFAULT
    state: State = field(default_factory=State)
    state_path: Path | None = None
    """Where the state is kept; None keeps it nowhere."""
    journal: Journal = field(default_factory=Journal)
    visits: Visits = field(default_factory=Visits)
    pins: dict[str, set[str]] = field(default_factory=dict)
    """Which operations of an execution are kept in sight, by its id."""
    is_frozen: bool = False
    has_mouse: bool = True

    def keep(self) -> None:
        """Write down what is to be remembered."""
        save(self.state, self.state_path)

    @property
    def badges(self) -> tuple[str, ...]:
        """The words that the status line shows at its right end."""
        shown = (
            ("READ-ONLY", self.config.read_only),
            ("FROZEN", self.is_frozen),
            ("NO MOUSE", self.config.mouse and not self.has_mouse),
        )
        return tuple(word for word, is_so in shown if is_so)
