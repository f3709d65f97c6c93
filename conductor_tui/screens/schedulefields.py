"""The fields of a schedule's form, from top to bottom."""

from dataclasses import dataclass
from typing import Any

from textual.screen import Screen
from textual.widgets import Input, Select

from conductor_tui.scheduletexts import Texts
from conductor_tui.spans import safe
from conductor_tui.widgets.tick import Tick

STOPS = "stops"


@dataclass(frozen=True, slots=True)
class Entry:
    """A field to type in; its id is that of the text."""

    id: str
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A field to choose in."""

    id: str
    title: str
    options: tuple[tuple[str, str], ...]


ENTRIES = (
    Entry("name", "Name", "the workflow's name"),
    Entry("when", "When", "last friday of the month 22:00 Berlin time, starting tomorrow, 10 times"),
    Entry("zone", "Time zone", "this machine's, or as said: Europe/Berlin"),
    Entry("since", "Since", "now, or as said: 2026-12-31 22:00, +1h"),
    Entry("until", "Until", "for ever, or as said: 2027-03-31 23:59"),
    Entry("count", "Max runs", "unlimited, or as said: 10"),
    Entry("exclude", "Not on", "no day: 2026-12-24, 2026-12-25"),
    Entry("slip", "If late", "start up to so many minutes late: 0"),
    Entry("jitter", "Jitter", "start up to so many seconds later: 0"),
    Entry("calendars", "Calendars", "in whose windows it rests: none"),
)
CHOICES = (
    Choice(
        "overlap",
        "On overlap",
        (
            ("as said above, else skip", ""),
            ("skip while the last one runs", "skip"),
            ("queue behind the last one", "queue"),
            ("run beside the last one (force)", "parallel"),
        ),
    ),
    Choice(
        "catch_up",
        "If missed",
        (("run once, if not too late", "once"), ("skip all", "skip"), ("run all, if not too late", "all")),
    ),
    Choice("gap", "DST gap", (("run right after it", "next"), ("run later by its length", "shift"), ("skip", "skip"))),
    Choice("repeat", "DST repeat", (("first only", "first"), ("second only", "second"), ("both", "both"))),
)


def show_texts(screen: Screen[Any], texts: Texts, *, is_named: bool) -> None:
    """Put the texts into the fields; a stored schedule keeps its name."""
    for entry in ENTRIES:
        field = screen.query_one(f"#{entry.id}", Input)
        field.value = safe(getattr(texts, entry.id))
        field.disabled = entry.id == "name" and not is_named
    for choice in CHOICES:
        screen.query_one(f"#{choice.id}", Select).value = getattr(texts, choice.id)
    tick = screen.query_one(f"#{STOPS}", Tick)
    if tick.value is not texts.stops:
        tick.action_turn()


def read_texts(screen: Screen[Any]) -> Texts:
    """Return what stands in the fields."""
    typed = {entry.id: screen.query_one(f"#{entry.id}", Input).value.strip() for entry in ENTRIES}
    chosen = {choice.id: str(screen.query_one(f"#{choice.id}", Select).value) for choice in CHOICES}
    return Texts(**typed, **chosen, stops=screen.query_one(f"#{STOPS}", Tick).value)
