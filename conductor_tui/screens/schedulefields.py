"""The fields of a schedule's form, from top to bottom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Label, Select

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
    Entry("when", "When", "every weekday at 7:30, or once"),
    Entry("zone", "Time zone", "as said, else this machine's"),
    Entry("since", "Since", "now (or 2026-12-31 22:00, +1h)"),
    Entry("until", "Until", "for ever (or 2027-03-31 23:59)"),
    Entry("count", "Max runs", "unlimited (or 10)"),
    Entry("exclude", "Not on", "no day (or 2026-12-24, ...)"),
    Entry("slip", "If late", "0 (minutes it may start late)"),
    Entry("jitter", "Jitter", "0 (seconds to spread starts)"),
    Entry("calendars", "Calendars", "none (ids of those it rests in)"),
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


def mark_mistakes(screen: Screen[Any], wrong: Mapping[str, str]) -> None:
    """Let the names of the fields that are wrong say so: by a sign, and in colour."""
    for entry in ENTRIES:
        row = screen.query_one(f"#{entry.id}", Input).parent
        if row is not None:
            row.set_class(entry.id in wrong, "-wrong")
            sign = "!" if entry.id in wrong else ""
            row.query_one(Label).update(Content(f"{entry.title:11}{sign}"))


def read_texts(screen: Screen[Any]) -> Texts:
    """Return what stands in the fields."""
    typed = {entry.id: screen.query_one(f"#{entry.id}", Input).value.strip() for entry in ENTRIES}
    chosen = {choice.id: str(screen.query_one(f"#{choice.id}", Select).value) for choice in CHOICES}
    return Texts(**typed, **chosen, stops=screen.query_one(f"#{STOPS}", Tick).value)
