"""The schedules that a blueprint asks for in `deployment_settings.default_schedules` (semantics §3.10)."""

from collections.abc import Mapping
from datetime import datetime

from engine.domain.errors import InvalidSchedule
from engine.domain.json import Json, JsonObject
from engine.domain.naming import check_id
from engine.domain.recurrence import make_rule
from engine.domain.schedule import ExecutionArguments, Origin, Schedule, check_slip
from engine.domain.timetext import moment

_SPELLINGS = {"stop_on_fail": "stop_after_fail", "enabled": "default_enabled"}
_ARGUMENT_SPELLINGS = {"is_dry_run": "dry_run"}
_REQUIRED = ("workflow", "since")
_KEYS = (
    *_REQUIRED,
    "until",
    "timezone",
    "recurrence",
    "weekdays",
    "count",
    "rrule",
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
    for key in _REQUIRED:
        if values.get(key) is None:
            raise InvalidSchedule(f"'{key}' key is required but it is currently missing")
    zone = _text(values, "timezone") or default_zone
    until = _text(values, "until")
    rule = make_rule(
        moment(_text(values, "since") or "", now=now, zone=zone),
        until=moment(until, now=now, zone=zone) if until else None,
        recurrence=_text(values, "recurrence"),
        weekdays=_texts(values, "weekdays"),
        count=_number(values, "count"),
        rrule=_text(values, "rrule"),
        zone=zone,
    )
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
        enabled=enabled,
        next_occurrence=rule.after(now),
        origin=Origin.BLUEPRINT,
        created_at=now,
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
