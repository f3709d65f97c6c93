"""Which sign stands for which state: always beside a word and a tone, never alone."""

from dataclasses import dataclass

from conductor_tui.spans import Tone
from engine.domain.deployment import InstanceState
from engine.domain.execution import OperationState, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """One set of signs, each one cell wide."""

    running: str = "●"
    good: str = "✓"
    bad: str = "✗"
    queued: str = "‖"
    idle: str = "○"
    retry: str = "↻"
    warn: str = "!"
    change: str = "◆"
    """The clock changes."""
    cursor: str = "▌"
    folded: str = "▸"
    crumb: str = "›"
    full: str = "█"
    half: str = "▌"
    empty: str = "░"
    bar: str = "│"
    enter: str = "↵"
    tee: str = "├"
    corner: str = "└"
    drift: str = "~"
    to: str = "→"
    mark: str = "◆"
    more: str = "…"
    dot: str = "·"
    heights: str = "▁▂▃▄▅▆▇█"
    """Bars from the lowest to the highest."""

    def written(self, text: str) -> str:
        """Return words of the cockpit's own in the characters of this set."""
        return text.replace("…", self.more).replace("·", self.dot)


UNICODE = Glyphs()
ASCII = Glyphs(
    running="*",
    good="+",
    bad="x",
    queued="=",
    idle="o",
    retry="r",
    warn="!",
    change="#",
    cursor=">",
    folded=">",
    crumb=">",
    full="#",
    half="#",
    empty=".",
    bar="|",
    enter="enter",
    tee="|",
    corner="`",
    to=">",
    mark="+",
    more="...",
    dot="-",
    heights="_.-:=+*#",
)


@dataclass(frozen=True, slots=True)
class Sign:
    """How a state is shown."""

    glyph: str
    word: str
    tone: Tone


def status_sign(status: Status, glyphs: Glyphs) -> Sign:
    """Return the sign of an execution's status."""
    match status:
        case Status.TERMINATED:
            return Sign(glyphs.good, status.display, Tone.GOOD)
        case Status.FAILED:
            return Sign(glyphs.bad, status.display, Tone.BAD)
        case Status.CANCELLED:
            return Sign(glyphs.warn, status.display, Tone.DIM)
        case Status.QUEUED | Status.SCHEDULED:
            return Sign(glyphs.queued, status.display, Tone.WAIT)
        case Status.PENDING:
            return Sign(glyphs.idle, status.display, Tone.BUSY)
        case Status.STARTED:
            return Sign(glyphs.running, status.display, Tone.BUSY)
        case Status.CANCELLING | Status.FORCE_CANCELLING | Status.KILL_CANCELLING:
            return Sign(glyphs.running, status.display.replace("_", "-"), Tone.WARN)


def operation_sign(state: OperationState, glyphs: Glyphs) -> Sign:
    """Return the sign of an operation's state."""
    return {
        OperationState.PENDING: Sign(glyphs.idle, "pending", Tone.DIM),
        OperationState.STARTED: Sign(glyphs.running, "running", Tone.BUSY),
        OperationState.SUCCEEDED: Sign(glyphs.good, "ok", Tone.GOOD),
        OperationState.FAILED: Sign(glyphs.bad, "failed", Tone.BAD),
        OperationState.RESCHEDULED: Sign(glyphs.retry, "retry", Tone.WARN),
    }[state]


_SETTLED = {
    InstanceState.STARTED: Tone.GOOD,
    InstanceState.UNINITIALIZED: Tone.DIM,
    InstanceState.DELETED: Tone.DIM,
    InstanceState.STOPPED: Tone.WARN,
}


def instance_sign(state: str, glyphs: Glyphs) -> Sign:
    """Return the sign of a node instance's state; plugins may set states of their own."""
    tone = {str(known): tone for known, tone in _SETTLED.items()}.get(state, Tone.BUSY)
    glyph = {Tone.GOOD: glyphs.good, Tone.DIM: glyphs.idle, Tone.WARN: glyphs.warn}.get(tone, glyphs.running)
    return Sign(glyph, state, tone)
