"""What is to be expected of a schedule, as lines: its coming runs, what they meet, the ways out, the test clock."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from conductor_tui.glyphs import Glyphs
from conductor_tui.schedulelines import local
from conductor_tui.spans import Line, Span, Tone, safe, span
from conductor_tui.times import lasting
from engine.domain.daylight import Mark, Repeat
from engine.domain.outlook import Outlook
from engine.domain.preview import PreviewLine
from engine.domain.rehearsal import Rehearsed
from engine.domain.remedy import Remedy
from engine.domain.schedule import SYSTEM, Disposition

MOST_CHECKS = 2
"""How many collisions, and closures, are told of."""
LAST = 2
"""How many of the last runs stand below those that are left out."""
_MARKS = {Mark.GAP: "gap", Mark.REPEAT: "twice", Mark.CHANGE: "DST change"}

PRIMER: tuple[Line, ...] = (
    (span("Write into When, in plain English, when it runs:", Tone.KEY),),
    (),
    (span("  every weekday at 7:30"),),
    (span("  every 15 minutes between 9 and 17"),),
    (span("  sun and wed 2:30am until 31 mar"),),
    (span("  last friday of the month 22:00 Berlin time, 10 times"),),
    (span("  daily at 3:00, starting tomorrow, skip if still running"),),
    (),
    (span("  once             at the time in Since", Tone.DIM),),
    (span("  FREQ=DAILY;…     an iCalendar RRULE", Tone.DIM),),
    (),
    (span("Its coming runs stand here before anything is stored.", Tone.DIM),),
)
"""What stands in place of the coming runs until there are any."""


def names_of(found: Sequence[PreviewLine]) -> dict[str, str]:
    """Return a short name for each schedule and calendar that coming runs meet, such as `S1`, most met first."""
    met: dict[str, int] = {}
    for one in found:
        for name in (
            *(f"S {other}" for other in one.collides_with),
            *((f"C {one.closed_by}",) if one.closed_by else ()),
        ):
            met[name] = met.get(name, 0) + 1
    numbered: dict[str, str] = {}
    for name in sorted(met, key=lambda one: -met[one]):
        sort, _, whole = name.partition(" ")
        numbered[f"{sort} {whole}"] = f"{sort}{1 + sum(short.startswith(sort) for short in numbered.values())}"
    return numbered


def coming_lines(seen: Outlook, *, now: datetime, most: int, glyphs: Glyphs) -> list[Line]:
    """Return the coming runs, first and last, in local time and UTC, with what is special about them."""
    zone, found, names = seen.schedule.rule.zone, seen.lines, names_of(seen.lines)
    if not found:
        return [(span("Next runs  ", Tone.KEY), span("it would never run", Tone.WARN))]
    amount = f"{len(found)} in all" if seen.is_whole else f"{len(found)} looked at"
    title: Line = (span("Next runs  ", Tone.KEY), span(amount), span("  preview: by the rules of the poller", Tone.DIM))
    head: Line = (span(f"  #  {f'LOCAL {safe(zone, 19)}':26}  {'UTC':13}  {'IN':6} NOTES", Tone.DIM),)
    rows = [_coming_line(number, one, names, now, glyphs) for number, one in enumerate(found, 1)]
    if len(rows) > most:
        tail = LAST if seen.is_whole else 0
        rest = len(rows) - (most - 1)
        gap: Line = (span(f"     … {rest} more between" if tail else f"     … {rest} more looked at", Tone.DIM),)
        rows = [*rows[: most - 1 - tail], gap, *rows[len(rows) - tail :]]
    return [title, head, *rows]


def _coming_line(number: int, one: PreviewLine, names: dict[str, str], now: datetime, glyphs: Glyphs) -> Line:
    utc = f"{one.occurrence.astimezone(UTC):%d %b %H:%M}Z"
    times = f"{number:3}  {local(one.occurrence, one.zone):26}  {utc}  {ahead(one.occurrence - now):6}"
    note = " ".join(_notes(one, names, glyphs))
    return (span(times), span(f" {safe(note, 60)}", Tone.WARN)) if note else (span(times), span(" ok", Tone.DIM))


def _notes(one: PreviewLine, names: dict[str, str], glyphs: Glyphs) -> Iterator[str]:
    if one.mark:
        yield f"{glyphs.change} {_MARKS[one.mark]}"
    if one.closed_by:
        yield f"{glyphs.warn} {names[f'C {one.closed_by}']}"
    met = " ".join(names[f"S {other}"] for other in one.collides_with)
    if met:
        yield f"{glyphs.warn} {met}"


def ahead(duration: timedelta) -> str:
    """Return how far ahead a moment lies, such as `7m`, `12h07` or `11d12h`, in six cells."""
    minutes = max(0, int(duration.total_seconds())) // 60
    hours, minute = divmod(minutes, 60)
    if hours < 1:
        return f"{minute}m"
    if hours < 24:
        return f"{hours}h{minute:02}"
    days, hour = divmod(hours, 24)
    return f"{days}d{hour:02}h" if days < 100 else f"{days}d"


def checks(seen: Outlook, glyphs: Glyphs) -> list[Line]:
    """Return what a look at all coming runs finds: collisions, closures, changes of the clock."""
    names = names_of(seen.lines)
    told = [*_collisions(seen, names, glyphs), *_closures(seen, names, glyphs), *_changes(seen, glyphs)]
    return [(span(safe(text, 200), Tone.WARN),) for text in told]


def _collisions(seen: Outlook, names: dict[str, str], glyphs: Glyphs) -> Iterator[str]:
    for key, short in [item for item in names.items() if item[0].startswith("S ")][:MOST_CHECKS]:
        name = key[2:]
        hit = [one for one in seen.lines if name in one.collides_with]
        kind = " (system-wide)" if name.startswith(f"{SYSTEM}/") else ""
        runs = "run would wait" if len(hit) == 1 else "runs would wait"
        amount = f"{len(hit)} of {len(seen.lines)} {runs} for it"
        yield f"{glyphs.warn} {short} {name}{kind}{_hold(seen, name, hit[0])}: {amount}"


def _hold(seen: Outlook, name: str, hit: PreviewLine) -> str:
    """Return from when to when another schedule's execution usually goes, where that is known."""
    deployment_id, _, id = name.partition("/")
    taken = seen.around.holds.get((deployment_id, id))
    rule = next((one.rule for one in seen.around.others if (one.deployment_id, one.id) == (deployment_id, id)), None)
    begins = rule.after(hit.occurrence - max(taken or timedelta(), timedelta(minutes=5))) if rule else None
    if begins is None:
        return ""
    zone = ZoneInfo(hit.zone)
    begin, end = begins.astimezone(zone), (begins + (taken or timedelta())).astimezone(zone)
    return f" holds {begin:%H:%M}-{end:%H:%M} (p90)" if taken else f" starts at {begin:%H:%M}"


def _closures(seen: Outlook, names: dict[str, str], glyphs: Glyphs) -> Iterator[str]:
    for key, short in [item for item in names.items() if item[0].startswith("C ")][:MOST_CHECKS]:
        count = sum(one.closed_by == key[2:] for one in seen.lines)
        yield f"{glyphs.warn} {short} calendar {key[2:]}: {count} of {len(seen.lines)} runs would be skipped"


def _changes(seen: Outlook, glyphs: Glyphs) -> Iterator[str]:
    repeat = seen.schedule.rule.repeat
    for one in seen.lines:
        day = f"{one.occurrence.astimezone(ZoneInfo(one.zone)):%d %b %Y %H:%M %Z}"
        if one.mark is Mark.REPEAT:
            passes = {Repeat.FIRST: "in the first pass", Repeat.SECOND: "in the second pass", Repeat.BOTH: "both times"}
            yield f"{glyphs.change} {day} comes twice: it runs {passes[repeat]}"
        elif one.mark is Mark.GAP:
            yield f"{glyphs.change} the time does not exist on that day: it runs at {day}"
        elif one.mark is Mark.CHANGE:
            offset = f"{one.occurrence.astimezone(ZoneInfo(one.zone)):%z}"
            yield f"{glyphs.change} the clock has changed before {day}: UTC{offset[:3]}:{offset[3:]} from then on"


def remedies_line(ways: Sequence[Remedy], *, is_focused: bool) -> Line:
    """Return the ways out with their keys; they are pressed once the line has the focus."""
    first: tuple[Span, ...] = () if is_focused else (span(" ^r", Tone.KEY), span(" then "))
    told = [one for way in ways for one in (span(f" {way.key}", Tone.KEY), span(f" {safe(way.sentence, 60)}  "))]
    return (*first, *told)


def rehearsed_lines(told: Sequence[Rehearsed], seen: Outlook) -> list[Line]:
    """Return what would be decided about the coming runs."""
    zone = seen.schedule.rule.zone
    return [_rehearsed_line(number, one, zone) for number, one in enumerate(told, 1)]


def _rehearsed_line(number: int, one: Rehearsed, zone: str) -> Line:
    decision = one.disposition.replace("_", " ", 1)
    tone = Tone.GOOD if one.disposition is Disposition.FIRED else Tone.WARN
    begins = one.starts_at if one.starts_at != one.occurrence else None
    at = f"begins {begins.astimezone(ZoneInfo(zone)):%H:%M}" if begins else ""
    why = ", ".join(text for text in (at, safe(one.reason, 120)) if text)
    return (
        span(f"{number:3}  {local(one.occurrence, zone):26} "),
        span(f"{decision:16}", tone),
        span(f" {why}", Tone.DIM),
    )


def assumption(seen: Outlook) -> str:
    """Return on what a rehearsal rests, in a sentence."""
    takes = seen.around.takes
    if takes is None:
        return "No run of its workflow is known, so each is taken to end before the next; nobody else starts anything."
    return f"Each run takes {lasting(takes)}, as nine of ten did at most; nothing fails, nobody else starts anything."
