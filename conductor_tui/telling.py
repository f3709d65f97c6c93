"""What the terminal is told outside the picture: its title, and a sign that an execution has ended."""

from dataclasses import dataclass, field

from conductor_tui.cells import share_done
from conductor_tui.config import Notice
from conductor_tui.glyphs import Glyphs, status_sign
from conductor_tui.spans import safe
from engine.domain.execution import Execution
from engine.domain.view import HomeView

NAME = "conductor"


@dataclass(slots=True)
class Telling:
    """What was told so far."""

    _title: str = ""
    _running: frozenset[str] | None = field(default=None)
    """Ids at the last look; None before the first."""

    def opening(self) -> str:
        """Return what keeps the terminal's own title for later."""
        return "\x1b[22;2t"

    def closing(self) -> str:
        """Return what gives the terminal its own title back."""
        return "\x1b[23;2t" if self._title else ""

    def title(self, home: HomeView, glyphs: Glyphs) -> str:
        """Return what sets the title; empty where it would stay the same."""
        wanted = title(home, glyphs)
        if wanted == self._title:
            return ""
        self._title = wanted
        return f"\x1b]2;{wanted}\x07"

    def ended(self, home: HomeView) -> list[Execution]:
        """Return the executions that have ended since the last look."""
        before, self._running = self._running, frozenset(one.id for one in home.running)
        return [one for one in home.recent if before and one.id in before]


def title(home: HomeView, glyphs: Glyphs) -> str:
    """Return the title: the execution that runs longest with its progress, and how many more there are."""
    if not home.running:
        return f"{glyphs.idle} {NAME}"
    first = min(home.running, key=lambda one: one.number)
    share = share_done(first)
    done = f"{int(share * 100)}% " if share is not None else ""
    more = f" +{len(home.running) - 1}" if len(home.running) > 1 else ""
    return f"{glyphs.running} {done}{safe(first.deployment_id or first.workflow_id, 40)}{more}"


def notice(ended: list[Execution], kind: Notice) -> str:
    """Return the sequence that tells of ends: a bell, or a notification of the desktop."""
    if kind is Notice.OFF:
        return ""
    if kind is Notice.BELL:
        return "\x07"
    first = ended[0]
    more = f" and {len(ended) - 1} more" if len(ended) > 1 else ""
    word = status_sign(first.status, _PLAIN).word
    told = safe(f"{first.workflow_id} {first.deployment_id or ''} is {word}{more}".replace(";", ","), 120)
    return f"\x1b]9;{told}\x07"


_PLAIN = Glyphs()
