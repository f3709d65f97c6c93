"""What is wrong in the fields of a schedule's form, each field by itself."""

from collections.abc import Callable
from datetime import datetime

from conductor_tui.scheduletexts import Texts, number_of, pieces_of, told_of
from engine.domain import english, ruleset, ruletext
from engine.domain.errors import InvalidValue
from engine.domain.naming import check_id
from engine.domain.timetext import moment
from engine.domain.zones import zone


def mistakes(texts: Texts, *, now: datetime, default_zone: str) -> dict[str, str]:
    """Return what is wrong by field, in the order of the fields; an empty field is never wrong."""
    place = texts.zone or default_zone
    checks: dict[str, Callable[[str], object]] = {
        "name": lambda text: check_id("schedule", text),
        "when": lambda text: _recurrence(text, now, default_zone),
        "zone": zone,
        "since": lambda text: moment(text, now=now, zone=place),
        "until": lambda text: moment(text, now=now, zone=place),
        "count": lambda text: number_of(text, "max runs"),
        "exclude": lambda text: ruleset.exclusions(pieces_of(text), now=now, zone=place),
        "slip": lambda text: number_of(text, "the slip"),
        "jitter": lambda text: number_of(text, "the jitter"),
    }
    if _error(zone, texts.zone):
        for name in ("since", "until", "exclude"):
            del checks[name]  # they are read in a zone that is none
    told = {name: _error(check, getattr(texts, name)) for name, check in checks.items()}
    return {name: error for name, error in told.items() if error}


def _error(check: Callable[[str], object], text: str) -> str:
    if not text:
        return ""
    try:
        check(text)
    except InvalidValue as error:
        return str(error)
    return ""


def _recurrence(text: str, now: datetime, place: str) -> None:
    told = told_of(text)
    if told["when"] is not None:
        english.read(text, now=now, zone=place)
    elif told["rrule"] is not None and not ruleset.is_set(told["rrule"]):
        ruletext.rrule(told["rrule"])
