"""What stands in the fields of a schedule's form: of a schedule as it is, and what the fields ask for."""

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.domain import english, ruleset, ruletext
from engine.domain.daylight import Gap, Repeat
from engine.domain.errors import InvalidSchedule
from engine.domain.json import JsonObject
from engine.domain.recurrence import Rule
from engine.domain.rulewriting import text_of
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulepolicy import CatchUp, Overlap
from engine.domain.schedulerequest import ScheduleRequest, Timing, policies_of
from engine.domain.timetext import moment

ONCE = "once"
_RULES = ("FREQ=", "RRULE", "DTSTART", "RDATE", "EXDATE")
_LINE = re.compile(r"\s+(?=(?:RRULE|RDATE|EXDATE|DTSTART)[:;])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The fields, as typed and chosen."""

    name: str = ""
    when: str = ""
    zone: str = ""
    since: str = ""
    until: str = ""
    count: str = ""
    exclude: str = ""
    slip: str = ""
    jitter: str = ""
    calendars: str = ""
    overlap: str = ""
    """Empty takes what the sentence says, else to skip."""
    catch_up: str = CatchUp.ONCE.value
    gap: str = Gap.NEXT.value
    repeat: str = Repeat.FIRST.value
    stops: bool = False


def texts_of(schedule: Schedule, *, now: datetime) -> Texts:
    """Return the fields that stand for a schedule."""
    rule, policies = schedule.rule, schedule.policies
    when, count = _recurrence(rule)
    return Texts(
        name=schedule.id,
        when=when,
        zone=rule.zone,
        since=_written(rule.since, rule.zone, now),
        until=_written(rule.until, rule.zone, now) if rule.until else "",
        count=count,
        exclude=", ".join(rule.excluded),
        slip=str(schedule.slip or ""),
        jitter=str(policies.jitter or ""),
        calendars=", ".join(policies.calendars),
        overlap=policies.overlap.value,
        catch_up=policies.catch_up.value,
        gap=rule.gap.value,
        repeat=rule.repeat.value,
        stops=schedule.stop_on_fail,
    )


def remedied(typed: Texts, before: Schedule, after: Schedule, *, now: datetime) -> Texts:
    """Return the fields with what one schedule has other than the other; the rest stays as it was typed.

    A recurrence that changes is written anew with all that a sentence may have said beside it.
    """
    old, new = texts_of(before, now=now), texts_of(after, now=now)
    changed = {one.name for one in fields(Texts) if getattr(old, one.name) != getattr(new, one.name)}
    if "when" in changed:
        changed |= {"zone", "since", "until", "count", "overlap"}
    return replace(typed, **{name: getattr(new, name) for name in changed})


def _recurrence(rule: Rule) -> tuple[str, str]:
    """Return how a rule recurs, in English where that says all of it, and its count."""
    if rule.is_single:
        return ONCE, ""
    if rule.rrule is None:
        text = text_of(ruletext.simple(rule.recurrence or "", rule.weekdays))
        return english.words(text) or text, "" if rule.count is None else str(rule.count)
    if ruleset.is_set(rule.rrule):
        return " ".join(rule.rrule.split()), ""
    count = ruletext.rrule(rule.rrule).count
    text = ruletext.with_count(rule.rrule, None)
    return english.words(text) or text, "" if count is None else str(count)


def _written(instant: datetime, zone: str, now: datetime) -> str:
    """Return a moment as the zone's clock shows it, or in UTC where that would be read as another one."""
    here = instant.astimezone(ZoneInfo(zone))
    text = f"{here:%Y-%m-%d %H:%M}" + (f":{here:%S}" if here.second else "")
    return text if moment(text, now=now, zone=zone) == instant else f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def request_of(
    texts: Texts,
    *,
    deployment_id: str,
    workflow_id: str,
    values: JsonObject,
    model: Schedule | None = None,
    before: Texts | None = None,
) -> ScheduleRequest:
    """Return the new schedule that the fields ask for, like a `model` in what was not touched.

    Raises:
        InvalidSchedule: a number is none.
    """
    return ScheduleRequest(
        deployment_id=deployment_id,
        workflow_id=workflow_id,
        id=texts.name or None,
        timing=_timing(texts, model.rule if model and before and texts.when == before.when else None),
        parameters=values,
        arguments=model.arguments if model else ExecutionArguments(),
        slip=number_of(texts.slip, "the slip") or 0,
        stop_on_fail=texts.stops,
        policies=policies_of(
            overlap=Overlap(texts.overlap) if texts.overlap else None,
            catch_up=CatchUp(texts.catch_up),
            jitter=number_of(texts.jitter, "the jitter"),
            calendars=pieces_of(texts.calendars),
            when=told_of(texts.when)["when"],
        ),
    )


def _timing(texts: Texts, kept: Rule | None) -> Timing:
    told = told_of(texts.when)
    count = number_of(texts.count, "max runs")
    if kept is not None:
        told = {"when": None, "rrule": kept.rrule, "recurrence": kept.recurrence}
    if kept is not None and kept.is_single:
        count = 1
    rrule = told["rrule"]
    if rrule is not None and count is not None and not ruleset.is_set(rrule):
        rrule, count = ruletext.with_count(rrule, count), None
    return Timing(
        since=texts.since or None,
        until=texts.until or None,
        timezone=texts.zone or None,
        recurrence=told["recurrence"],
        weekdays=kept.weekdays if kept else (),
        count=1 if texts.when == ONCE else count,
        rrule=rrule,
        when=told["when"],
        excluded=pieces_of(texts.exclude),
        gap=Gap(texts.gap),
        repeat=Repeat(texts.repeat),
    )


def told_of(text: str) -> dict[str, str | None]:
    """Return how the recurrence is told: as a rule, in English, or not at all for a single run."""
    is_rule = text.upper().startswith(_RULES)
    return {
        "rrule": _LINE.sub("\n", text) if is_rule else None,
        "when": None if is_rule or text in ("", ONCE) else text,
        "recurrence": None,
    }


def changes_of(
    texts: Texts, before: Texts, *, workflow_id: str | None = None, parameters: JsonObject | None = None
) -> ScheduleChanges:
    """Return what was touched.

    Raises:
        InvalidSchedule: a number is none, or a schedule that recurs is to run once.
    """
    touched = {one.name for one in fields(Texts) if getattr(texts, one.name) != getattr(before, one.name)}

    def text(name: str) -> str | None:
        return str(getattr(texts, name)) or None if name in touched else None

    if "when" in touched and texts.when in ("", ONCE):
        raise InvalidSchedule("a schedule that recurs cannot become one that runs once; make another one")
    told = told_of(texts.when) if "when" in touched else told_of("")
    rrule, count = told["rrule"], number_of(texts.count, "max runs") if touched & {"count", "when"} else None
    if rrule is not None and count is not None and not ruleset.is_set(rrule):
        rrule, count = ruletext.with_count(rrule, count), None
    overlap = text("overlap")
    return ScheduleChanges(
        workflow_id=workflow_id,
        since=text("since"),
        until=text("until"),
        timezone=text("zone"),
        count=count,
        rrule=rrule,
        when=told["when"],
        excluded=pieces_of(texts.exclude) if text("exclude") else None,
        gap=Gap(texts.gap) if "gap" in touched else None,
        repeat=Repeat(texts.repeat) if "repeat" in touched else None,
        clear=frozenset(_CLEARED[name] for name in touched & _CLEARED.keys() if not getattr(texts, name)),
        parameters=parameters,
        slip=number_of(texts.slip, "the slip") or 0 if "slip" in touched else None,
        stop_on_fail=texts.stops if "stops" in touched else None,
        overlap=Overlap(overlap) if overlap else None,
        catch_up=CatchUp(texts.catch_up) if "catch_up" in touched else None,
        jitter=number_of(texts.jitter, "the jitter") or 0 if "jitter" in touched else None,
        calendars=pieces_of(texts.calendars) if text("calendars") else None,
    )


_CLEARED = {"until": "until", "count": "count", "exclude": "excluded", "calendars": "calendars"}
"""The fields that may be emptied, and what is cleared then."""


def pieces_of(text: str) -> tuple[str, ...]:
    return tuple(piece.strip() for piece in text.split(",") if piece.strip())


def number_of(text: str, what: str) -> int | None:
    if text and not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise InvalidSchedule(f"{what} must be a whole number, not `{text}`")
    return int(text) if text else None
