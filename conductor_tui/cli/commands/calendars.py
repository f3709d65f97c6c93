"""`conductor deployments schedule calendar`: windows in which schedules start nothing."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options, scheduling
from conductor_tui.cli.listings import Listing, fields_lines
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm, tell
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import stamp
from conductor_tui.cli.words import Argument, Option

if TYPE_CHECKING:
    from engine.domain.blackout import Calendar

CalendarArgument = Annotated[str, Argument(metavar="CALENDAR_ID", help="The id of a calendar.")]
_WINDOW = "A window, such as '2026-12-24 18:00 .. 2027-01-02 06:00' or 'every saturday at 0:00 for 2 days'; repeatable."
DescriptionOption = Annotated[str | None, Option("--description", metavar="TEXT", help="What the calendar is about.")]

CALENDARS: "Listing[Calendar]" = Listing(
    (Column("id"), Column("windows", is_elastic=True), Column("description", is_elastic=True), Column("created_at")),
    lambda one: (one.id, "; ".join(window.text for window in one.windows), one.description, stamp(one.created_at)),
    "No calendars. Create one with: conductor deployments schedule calendar create CALENDAR_ID --window '...'",
)


def create(
    session: Session,
    calendar_id: Annotated[str, Argument(metavar="CALENDAR_ID", help="The id to give.")],
    window: Annotated[list[str], Option("--window", metavar="WINDOW", help=_WINDOW)],
    tz: scheduling.ZoneOption = None,
    description: DescriptionOption = None,
    json: options.JsonOption = False,
) -> None:
    """Create a calendar; schedules refer to it by --calendar."""
    calendar = session.conductor.create_calendar(calendar_id, window, description=description or "", timezone=tz)
    if json:
        session.out.json(calendar)
        return
    session.out.line(calendar.id)
    session.out.talk(f"Calendar `{calendar.id}` created with {len(calendar.windows)} windows.")


def update(
    session: Session,
    calendar_id: CalendarArgument,
    window: Annotated[list[str] | None, Option("--window", metavar="WINDOW", help=_WINDOW)] = None,
    tz: scheduling.ZoneOption = None,
    description: DescriptionOption = None,
    json: options.JsonOption = False,
) -> None:
    """Change a calendar; windows that are given replace all it had."""
    calendar = session.conductor.update_calendar(calendar_id, windows=window, description=description, timezone=tz)
    if json:
        session.out.json(calendar)
    session.out.talk(f"Calendar `{calendar.id}` has {len(calendar.windows)} windows now.")


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List calendars."""
    found = session.conductor.calendars()
    if json:
        session.out.json(found)
    else:
        listings.show(session.out, CALENDARS, found)


def get(session: Session, calendar_id: CalendarArgument, json: options.JsonOption = False) -> None:
    """Show a calendar and the schedules that refer to it."""
    calendar, users = session.conductor.calendar(calendar_id)
    if json:
        session.out.json({**plain(calendar), "schedules": users})
        return
    windows = [("window", f"{one.text} ({one.rule.zone})") for one in calendar.windows]
    facts = [("id", calendar.id), ("description", calendar.description), ("created_at", stamp(calendar.created_at))]
    session.out.lines(fields_lines([*facts, *windows, ("schedules", ", ".join(users))]))


def delete(
    session: Session, calendar_id: CalendarArgument, yes: options.YesOption = False, json: options.JsonOption = False
) -> None:
    """Delete a calendar that no schedule refers to."""
    session.conductor.calendar(calendar_id)
    confirm(session, f"Delete calendar {calendar_id}?", is_agreed=yes)
    session.conductor.delete_calendar(calendar_id)
    tell(session, f"Calendar `{calendar_id}` deleted.", {"id": calendar_id, "deleted": True}, is_json=json)
