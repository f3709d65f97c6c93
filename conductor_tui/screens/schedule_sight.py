"""The half of a schedule's form that shows what the other half says: the rule, its runs, what they meet."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from textual.screen import Screen

from conductor_tui.cells import Look
from conductor_tui.outlooklines import PRIMER, assumption, checks, coming_lines, rehearsed_lines
from conductor_tui.schedulelines import months
from conductor_tui.screens.schedule_rehearsal import RehearsalScreen
from conductor_tui.spans import Line, Tone, safe, span
from conductor_tui.widgets.checks import Checks
from conductor_tui.widgets.lines import Lines
from engine.domain import english, ruleset, ruletext
from engine.domain.outlook import Outlook
from engine.domain.rehearsal import rehearse
from engine.domain.schedule import Schedule
from engine.domain.schedulepolicy import Overlap

SHOWN, MONTHS = 12, 3
ROWS = SHOWN + 3
"""The height of the coming runs, with their head and a line of room."""


def show_sight(screen: Screen[Any], seen: Outlook, look: Look) -> None:
    """Draw what is to be expected."""
    glyphs, lines = look.glyphs, seen.lines
    screen.query_one("#preview", Lines).show(coming_lines(seen, now=look.now, most=SHOWN, glyphs=glyphs))
    first = lines[0].occurrence if lines else look.now
    legend: Line = (span(glyphs.written(f"{glyphs.dot} run  {glyphs.warn} conflict  {glyphs.change} DST"), Tone.DIM),)
    drawn = months(lines, first.date().replace(day=1), MONTHS, glyphs)
    screen.query_one("#months", Lines).show([*drawn, legend])
    screen.query_one("#checks", Checks).tell(checks(seen, glyphs), seen.remedies)
    screen.query_one("#understood", Lines).show(understood(seen.schedule, look.now))


def clear_sight(screen: Screen[Any]) -> None:
    """Show how one begins, in place of what cannot be expected yet."""
    screen.query_one("#preview", Lines).show(PRIMER)
    for id in ("months", "understood"):
        screen.query_one(f"#{id}", Lines).show([])
    screen.query_one("#checks", Checks).tell([], ())


def understood(schedule: Schedule, now: datetime) -> list[Line]:
    """Return a rule in English, as far as that says it, what else was said, and the rule as it is stored."""
    rule = schedule.rule
    is_plain = rule.rrule is not None and not ruleset.is_set(rule.rrule)
    bare = ruletext.with_count(rule.rrule, None) if rule.rrule is not None and is_plain else ""
    said = english.words(bare) if bare else None
    beside: Line = (span(f"    {safe(', '.join(_beside(schedule, now)), 200)}", Tone.GOOD),)
    lines: list[Line] = [(span(f"  = {safe(said or rule.words, 200)}", Tone.GOOD),), beside]
    return [*lines, (span(f"    {safe(rule.rrule, 200)}", Tone.DIM),)] if said and rule.rrule else lines


def _beside(schedule: Schedule, now: datetime) -> Iterator[str]:
    """Yield what was said beside the recurrence: how often, from when, until when, and what of overlaps."""
    rule = schedule.rule
    is_plain = rule.rrule is not None and not ruleset.is_set(rule.rrule)
    count = ruletext.rrule(rule.rrule).count if rule.rrule is not None and is_plain else None
    if count is not None:
        yield f"{count} times"
    zone = ZoneInfo(rule.zone)
    if rule.since > now:
        yield f"from {rule.since.astimezone(zone):%d %b %Y}"
    if rule.until is not None:
        yield f"until {rule.until.astimezone(zone):%d %b %Y}"
    yield _OVERLAPS[schedule.policies.overlap]


_OVERLAPS = {Overlap.SKIP: "skips overlaps", Overlap.QUEUE: "queues overlaps", Overlap.PARALLEL: "runs beside itself"}


def rehearsal_of(seen: Outlook, look: Look, most: int) -> RehearsalScreen:
    """Return the screen of the test clock."""
    told = rehearse(seen.schedule, seen.around, now=look.now, limit=most)
    name = f"{seen.schedule.workflow_id} on the test clock: what the poller would decide"
    return RehearsalScreen(name, assumption(seen), rehearsed_lines(told, seen))
