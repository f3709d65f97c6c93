"""The settings that every deployment of a blueprint begins with: its default schedules above all."""

from datetime import UTC, datetime

from engine.domain.errors import InvalidValue
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import calls_in
from engine.dsl.document import Document
from engine.dsl.problems import Kind
from engine.dsl.words import kind_of

_ONCE = {"count": 1}
"""A schedule without a recurrence runs once."""
_ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Whether a schedule is well written does not depend on when it is read."""


def settings(document: Document) -> JsonObject:
    """Return the deployment settings as they were written, after a check."""
    found = document.section("deployment_settings")
    schedules: JsonObject = found.get("default_schedules") or {}
    for name in schedules:
        _check_schedule(document, name, schedules)
    _check_display_name(document, found.get("display_name"))
    return found


def _check_schedule(document: Document, name: str, schedules: JsonObject) -> None:
    from engine.domain.schedulesettings import from_settings  # calendars are slow to load and rarely needed

    entry = schedules[name]
    parameters = entry.get("workflow_parameters")
    if any(function == "get_attribute" for function, _ in calls_in(parameters)):
        message = f"the schedule `{name}` is made before there are attributes, so `get_attribute` has no value yet"
        document.problems.at_key(Kind.BAD_SCHEDULE, message, entry, "workflow_parameters", "use `get_input`")
        return
    try:
        from_settings(name, {**_ONCE, **entry} if _is_single(entry) else entry, deployment_id="any", now=_ANY_MOMENT)
    except InvalidValue as error:
        document.problems.at_key(Kind.BAD_SCHEDULE, str(error), schedules, name)


def _is_single(entry: JsonObject) -> bool:
    return not any(entry.get(key) for key in ("recurrence", "rrule", "count"))


def _check_display_name(document: Document, value: Json) -> None:
    if value is not None and not isinstance(value, str | dict):
        message = f"`display_name` must be a text or a function, but it is {kind_of(value)}"
        document.problems.at_value(Kind.WRONG_KIND, message, document.section("deployment_settings"), "display_name")
