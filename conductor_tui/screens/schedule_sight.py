"""The half of a schedule's form that shows what the other half says: the rule, its runs, what they meet."""

from typing import Any

from textual.screen import Screen

from conductor_tui.cells import Look
from conductor_tui.outlooklines import PRIMER, assumption, checks, coming_lines, rehearsed_lines
from conductor_tui.schedulelines import months
from conductor_tui.screens.schedule_rehearsal import RehearsalScreen
from conductor_tui.spans import Line, Tone, safe, span
from conductor_tui.widgets.checks import Checks
from conductor_tui.widgets.lines import Lines
from engine.domain import english, ruleset
from engine.domain.outlook import Outlook
from engine.domain.recurrence import Rule
from engine.domain.rehearsal import rehearse

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
    screen.query_one("#understood", Lines).show(understood(seen.schedule.rule))


def clear_sight(screen: Screen[Any]) -> None:
    """Show how one begins, in place of what cannot be expected yet."""
    screen.query_one("#preview", Lines).show(PRIMER)
    for id in ("months", "understood"):
        screen.query_one(f"#{id}", Lines).show([])
    screen.query_one("#checks", Checks).tell([], ())


def understood(rule: Rule) -> list[Line]:
    """Return a rule in English, as far as that says it, and as it is stored."""
    is_plain = rule.rrule is not None and not ruleset.is_set(rule.rrule)
    said = english.words(rule.rrule) if rule.rrule is not None and is_plain else None
    lines: list[Line] = [(span(f"  = {safe(said or rule.words, 200)}", Tone.GOOD),)]
    return [*lines, (span(f"    {safe(rule.rrule, 200)}", Tone.DIM),)] if said and rule.rrule else lines


def rehearsal_of(seen: Outlook, look: Look, most: int) -> RehearsalScreen:
    """Return the screen of the test clock."""
    told = rehearse(seen.schedule, seen.around, now=look.now, limit=most)
    name = f"{seen.schedule.workflow_id} on the test clock: what the poller would decide"
    return RehearsalScreen(name, assumption(seen), rehearsed_lines(told, seen))
