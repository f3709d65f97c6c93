"""The schedules that a blueprint asks for in `deployment_settings.default_schedules` (semantics §3.10)."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from engine.domain.daylight import Gap, Repeat
from engine.domain.errors import InvalidSchedule
from engine.domain.json import Json, JsonObject
from engine.domain.naming import check_id
from engine.domain.schedule import ExecutionArguments, Origin, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies, check_policies, check_slip
from engine.domain.schedulerequest import Timing, rule_of

Choice = TypeVar("Choice", bound=StrEnum)
_SPELLINGS = {"stop_on_fail": "stop_after_fail", "enabled": "default_enabled"}
_ARGUMENT_SPELLINGS = {"is_dry_run": "dry_run"}
_KEYS = (
    "workflow",
    "since",
    "until",
    "timezone",
    "recurrence",
    "weekdays",
    "count",
    "rrule",
    "when",
    "exclude",
    "dst_gap",
    "dst_repeat",
    "overlap",
    "catch_up",
    "jitter",
    "calendars",
    "slip",
    "stop_after_fail",
    "default_enabled",
    "workflow_parameters",
    "execution_arguments",
)
_ARGUMENTS = ("force", "dry_run", "wait_after_fail", "allow_custom_parameters")


def from_settings(
    name: str, entry: JsonObject, *, deployment_id: str, now: datetime, default_zone: str = "UTC"
) -> Schedule:
    """Return the schedule of one entry; its times mean what they mean at `now`, the deployment's creation.

    Raises:
        InvalidValue: the name or a key does not fit; the text says which schedule and why.
    """
    check_id("schedule", name)
    try:
        return _schedule(name, entry, deployment_id, now, default_zone)
    except InvalidSchedule as error:
        raise InvalidSchedule(f"default schedule `{name}`: {error}") from error


def _schedule(name: str, entry: JsonObject, deployment_id: str, now: datetime, default_zone: str) -> Schedule:
    values = _named(_mapping(entry, "the entry"), _SPELLINGS, _KEYS)
    is_own = any(values.get(key) for key in ("when", "rrule"))
    for key in ("workflow",) if is_own else ("workflow", "since"):
        if values.get(key) is None:
            raise InvalidSchedule(f"'{key}' key is required but it is currently missing")
    timing = Timing(
        since=_text(values, "since"),
        until=_text(values, "until"),
        timezone=_text(values, "timezone"),
        recurrence=_text(values, "recurrence"),
        weekdays=_texts(values, "weekdays"),
        count=_count(values),
        rrule=_text(values, "rrule"),
        when=_text(values, "when"),
        excluded=_texts(values, "exclude"),
        gap=_choice(values, "dst_gap", Gap.NEXT),
        repeat=_choice(values, "dst_repeat", Repeat.FIRST),
    )
    rule = rule_of(timing, now=now, default_zone=default_zone)
    enabled = _flag(values, "default_enabled", True)
    return Schedule(
        id=name,
        deployment_id=deployment_id,
        workflow_id=_text(values, "workflow") or "",
        parameters=_mapping(values.get("workflow_parameters") or {}, "workflow_parameters"),
        arguments=_arguments(_mapping(values.get("execution_arguments") or {}, "execution_arguments")),
        rule=rule,
        slip=check_slip(_number(values, "slip") or 0),
        stop_on_fail=_flag(values, "stop_after_fail", False),
        policies=_policies(values),
        enabled=enabled,
        next_occurrence=rule.after(now),
        origin=Origin.BLUEPRINT,
        created_at=now,
    )


def _policies(values: JsonObject) -> Policies:
    return check_policies(
        Policies(
            overlap=_choice(values, "overlap", Overlap.SKIP),
            catch_up=_choice(values, "catch_up", CatchUp.ONCE),
            jitter=_number(values, "jitter") or 0,
            calendars=_texts(values, "calendars"),
        )
    )


def _arguments(entry: JsonObject) -> ExecutionArguments:
    values = _named(entry, _ARGUMENT_SPELLINGS, _ARGUMENTS)
    wait = _number(values, "wait_after_fail")
    return ExecutionArguments(
        force=_flag(values, "force", False),
        dry_run=_flag(values, "dry_run", False),
        allow_custom_parameters=_flag(values, "allow_custom_parameters", False),
        wait_after_fail=600 if wait is None else wait,
    )


def _named(entry: JsonObject, spellings: Mapping[str, str], known: tuple[str, ...]) -> JsonObject:
    """Return the entry with one spelling of each key."""
    values = {spellings.get(key, key): value for key, value in entry.items()}
    for key in values:
        if key not in known:
            raise InvalidSchedule(f"'{key}' is not in schema. Valid keys are: {', '.join(known)}")
    if len(values) != len(entry):
        raise InvalidSchedule("a key is given in both of its spellings")
    return values


def _text(values: JsonObject, key: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise InvalidSchedule(f"'{key}' must be a text, not `{value}`")
    return value


def _texts(values: JsonObject, key: str) -> tuple[str, ...]:
    value = values.get(key)
    entries = [value] if isinstance(value, str) else value or []
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise InvalidSchedule(f"'{key}' must be a list of texts, not `{value}`")
    return tuple(entries)


def _choice(values: JsonObject, key: str, default: Choice) -> Choice:
    text = _text(values, key)
    kinds = type(default)
    if text is not None and text not in list(kinds):
        raise InvalidSchedule(f"'{key}' must be one of {', '.join(kinds)}, not `{text}`")
    return default if text is None else kinds(text)


def _count(values: JsonObject) -> int | None:
    """Return how often it runs: once, where nothing is said but when it begins."""
    says_more = any(values.get(key) is not None for key in ("count", "recurrence", "weekdays", "rrule", "when"))
    return _number(values, "count") if says_more else 1


def _number(values: JsonObject, key: str) -> int | None:
    value = values.get(key)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidSchedule(f"invalid parameter {key}, should be int, got: {value}")
    return value


def _flag(values: JsonObject, key: str, default: bool) -> bool:
    value = values.get(key)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if value is not None and not isinstance(value, bool):
        raise InvalidSchedule(f"'{key}' must be <true/false>, got {value}")
    return default if value is None else value


def _mapping(value: Json, what: str) -> JsonObject:
    if not isinstance(value, dict):
        raise InvalidSchedule(f"{what} must be a mapping, not `{value}`")
    return value
