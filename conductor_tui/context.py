"""What every screen is given: the facade, a clock and how to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from conductor_tui.cells import Look
from conductor_tui.facade import Facade
from conductor_tui.glyphs import UNICODE, Glyphs


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The cockpit's surroundings."""

    facade: Facade
    clock: Callable[[], datetime]
    """Returns the moment, aware."""
    name: str = "conductor"
    """What the status line calls the state directory."""
    zone: tzinfo | None = None
    """None is the machine's own."""
    glyphs: Glyphs = UNICODE
    starts_engine: bool = True
    """Start a background engine when work waits for one."""
    interval: float = 0.5
    """Seconds between two looks at the database; 0 looks only when asked."""

    def look(self) -> Look:
        return Look(now=self.clock(), zone=self.zone, glyphs=self.glyphs)
