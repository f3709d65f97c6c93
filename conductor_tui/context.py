"""What every screen is given: the facade, a clock and how to draw."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from conductor_tui.cells import Look
from conductor_tui.facade import Facade
from conductor_tui.glyphs import UNICODE, Glyphs
from conductor_tui.keys import Keymap
from conductor_tui.sitting import Sitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The cockpit's surroundings."""

    facade: Facade
    clock: Callable[[], datetime]
    """Returns the moment, aware."""
    name: str = "conductor"
    """What the status line calls the state directory."""
    again: str = "conductor"
    """The command that opens the cockpit on the same state directory."""
    zone: tzinfo | None = None
    """None is the machine's own."""
    glyphs: Glyphs = UNICODE
    starts_engine: bool = True
    """Start a background engine when work waits for one."""
    sitting: Sitting = field(default_factory=Sitting)
    interval: float = 0.5
    """Seconds between two looks at the database; 0 looks only when asked."""

    @property
    def keymap(self) -> Keymap:
        return self.sitting.config.keymap

    def look(self) -> Look:
        return Look(now=self.clock(), zone=self.zone, glyphs=self.glyphs, keymap=self.keymap)
