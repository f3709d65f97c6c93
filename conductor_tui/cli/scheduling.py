"""The options that schedule commands share, and what they say together."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

from conductor_tui.cli.listings import Listing
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Option, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.preview import PreviewLine
    from engine.domain.rehearsal import Rehearsed
    from engine.domain.schedule import Occurrence, Schedule

Choice = TypeVar("Choice", bound=StrEnum)

_TIME = "as YYYY-MM-DD HH:MM, HH:MM (today), or +N unit from now, such as +1h or '+1day +10min'"
_DAYS = "On which days it runs, such as mo,we or, for months and years, 1su,l-fr. Can be given several times."
_WHEN = (
    "The recurrence in plain English, such as 'every weekday at 7:30' or 'last friday of the month 22:00 Berlin time'."
)

SinceOption = Annotated[
    str | None, Option("-s", "--since", metavar="TIME", help=f"The earliest time it may run, {_TIME}.")
]
UntilOption = Annotated[
    str | None, Option("-u", "--until", metavar="TIME", help=f"The latest time it may run, {_TIME}.")
]
ZoneOption = Annotated[
    str | None,
    Option("--tz", metavar="ZONE", help="The time zone of since, until and the recurrence, such as Europe/Berlin."),
]
WhenOption = Annotated[str | None, Option("-w", "--when", metavar="TEXT", help=_WHEN)]
RecurrenceOption = Annotated[
    str | None, Option("-r", "--recurrence", metavar="'N UNIT'", help="How often it runs, such as '2 weeks'.")
]
CountOption = Annotated[
    int | None, Option("-c", "--count", minimum=1, metavar="NUMBER", help="How many times it runs at most.")
]
WeekdaysOption = Annotated[list[str] | None, Option("--weekdays", metavar="DAYS", help=_DAYS)]
RuleOption = Annotated[
    str | None,
    Option(
        "--rrule",
        metavar="RRULE",
        help="An iCalendar rule, or lines of RRULE, RDATE, EXDATE and DTSTART, instead of recurrence and weekdays.",
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    Option("--exclude", metavar="DATES", help="Days or times at which it does not run, such as 2026-12-24,2026-12-25."),
]
SLIP = Option("--slip", minimum=0, metavar="MINUTES", help="How late it may still run when the time was missed.")
OverlapOption = Annotated[
    str | None,
    Option("--overlap", metavar="POLICY", help="While the run before goes on: skip (the usual), queue, or parallel."),
]
CatchUpOption = Annotated[
    str | None,
    Option("--catch-up", metavar="POLICY", help="What was missed within the slip: skip, once (the usual), or all."),
]
JitterOption = Annotated[
    int | None,
    Option("--jitter", minimum=0, metavar="SECONDS", help="Start each run up to so much later, always by the same."),
]
GapOption = Annotated[
    str | None,
    Option(
        "--dst-gap",
        metavar="POLICY",
        help="A time that the clock skips: next (right after the gap, the usual), shift (later by the gap), or skip.",
    ),
]
RepeatOption = Annotated[
    str | None,
    Option("--dst-repeat", metavar="POLICY", help="A time that comes twice: first (the usual), second, or both."),
]
CalendarOption = Annotated[
    list[str] | None,
    Option("--calendar", metavar="CALENDAR_ID", help="A calendar in whose windows it does not run; repeatable."),
]
PreviewOption = Annotated[
    int | None,
    Option("--preview", minimum=1, metavar="NUMBER", help="Show so many coming runs and store nothing."),
]

PREVIEW: "Listing[PreviewLine]" = Listing(
    (Column("#", is_number=True), Column("local"), Column("utc"), Column("notes", is_elastic=True)),
    lambda one: ("", local(one.occurrence, one.zone), stamp(one.occurrence), one.note),
    "It will never run.",
)

HISTORY: "Listing[Occurrence]" = Listing(
    (
        Column("occurrence"),
        Column("decision"),
        Column("covered", is_number=True),
        Column("execution"),
        Column("decided_at"),
        Column("reason", is_elastic=True),
    ),
    lambda one: (
        stamp(one.occurrence),
        one.disposition.replace("_", " "),
        str(one.covered),
        one.execution_id or "-",
        stamp(one.decided_at),
        one.reason,
    ),
    "Nothing has been decided about this schedule yet.",
)


def rehearsal(zone: str) -> "Listing[Rehearsed]":
    """Return how decisions of the test clock are listed, in the clock of a zone."""
    return Listing(
        (Column("local"), Column("decision"), Column("begins"), Column("reason", is_elastic=True)),
        lambda one: (
            local(one.occurrence, zone),
            one.disposition.replace("_", " "),
            local(one.starts_at, zone) if one.starts_at else "-",
            one.reason,
        ),
        "It will never run.",
    )


def local(moment: "datetime", zone: str) -> str:
    """Return a moment as a clock of the zone shows it."""
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M:%S %Z}"


def preview_rows(lines: "Sequence[PreviewLine]") -> list[tuple[str, ...]]:
    return [(str(number), *PREVIEW.cells(one)[1:]) for number, one in enumerate(lines, 1)]


def choice(kind: type[Choice], text: str | None, option: str) -> Choice | None:
    """Return the member that the text names.

    Raises:
        WrongUsage: there is none.
    """
    if text is None:
        return None
    if text not in list(kind):
        raise WrongUsage(f"{option} is one of {', '.join(kind)}, not `{text}`")
    return kind(text)


def pieces(texts: list[str] | None) -> tuple[str, ...]:
    """Return the words of lists with commas."""
    return tuple(piece.strip() for text in texts or [] for piece in text.split(",") if piece.strip())


def refuse_two_rules(**given: object) -> None:
    """Raise WrongUsage where the recurrence is told in two ways."""
    ways = [name for name in ("when", "rrule") if given.get(name)]
    ways += ["recurrence"] if given.get("recurrence") or given.get("weekdays") else []
    if given.get("rrule") and given.get("count"):
        ways.append("count")
    if len(ways) > 1:
        raise WrongUsage(f"--{ways[0]} is mutually exclusive with --{ways[1]}")


def next_run(schedule: "Schedule") -> str:
    """Return when a schedule runs next, as a part of a sentence."""
    if not schedule.enabled:
        return "it is disabled" + (f": {schedule.pause_reason}" if schedule.pause_reason else "")
    return f"it runs next at {stamp(schedule.next_occurrence)}" if schedule.next_occurrence else "it will never run"
