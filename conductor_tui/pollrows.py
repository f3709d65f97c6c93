"""How punctual the poller is: the last polls as a line of bars, and what they decided."""

from collections.abc import Sequence
from datetime import timedelta

from conductor_tui.glyphs import Glyphs
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import took
from engine.domain.poll import PollRecord

SHOWN = 40
"""Polls that are drawn, the newest at the right."""
STEP = 4.0
"""How much later than the bar before a bar tells: from milliseconds to minutes there are eight."""
FIRST = timedelta(milliseconds=10)
"""The lateness that the second bar tells."""
LATE = timedelta(seconds=1)
"""From here on a poll is called late."""


def lateness(polls: Sequence[PollRecord], glyphs: Glyphs) -> Line:
    """Return the newest polls as bars, and how late they usually and at worst began."""
    if not polls:
        return (Span("no poll yet", Tone.DIM),)
    late = sorted(one.late for one in polls)
    worst = late[-1]
    drawn = tuple(_bar(one, glyphs) for one in polls[-SHOWN:])
    told = f"  usually {took(late[len(late) // 2])}, at worst {took(worst)}"
    return (*drawn, span(told, Tone.WARN if worst >= LATE else Tone.PLAIN))


def _bar(poll: PollRecord, glyphs: Glyphs) -> Span:
    """Return one bar; each next height is some times later than the one before."""
    height, bound = 0, FIRST
    while poll.late >= bound and height < len(glyphs.heights) - 1:
        height, bound = height + 1, bound * STEP
    tone = Tone.BAD if poll.failed else Tone.WARN if poll.late >= LATE or poll.skipped else Tone.GOOD
    return Span(glyphs.heights[height], tone)


def decided(polls: Sequence[PollRecord]) -> Span:
    """Return what the polls that are remembered did with what was due."""
    started, skipped, failed = (sum(getattr(one, name) for one in polls) for name in ("started", "skipped", "failed"))
    if not started and not skipped and not failed:
        return span(f"nothing was due in {_polls(polls)}", Tone.DIM)
    tone = Tone.BAD if failed else Tone.WARN if skipped else Tone.PLAIN
    return span(f"{started} started, {skipped} skipped, {failed} failed in {_polls(polls)}", tone)


def _polls(polls: Sequence[PollRecord]) -> str:
    return "the last poll" if len(polls) == 1 else f"the last {len(polls)} polls"
