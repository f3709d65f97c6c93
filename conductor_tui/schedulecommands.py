"""The command lines that do with schedules what the cockpit does."""

import json
from collections.abc import Iterable
from shlex import quote

from engine.domain.daylight import Gap, Repeat
from engine.domain.execution import StartRequest
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulepolicy import CatchUp, Overlap
from engine.domain.schedulerequest import ScheduleRequest

_SCHEDULE = "conductor deployments schedule"
Options = Iterable[tuple[str, object]]


def create_command(request: ScheduleRequest) -> str:
    """Return the command line that makes the same schedule."""
    timing, arguments, policies = request.timing, request.arguments, request.policies
    options: Options = (
        ("-n", request.id),
        ("--when", timing.when),
        ("--rrule", timing.rrule),
        ("-r", timing.recurrence),
        ("--weekdays", ",".join(timing.weekdays)),
        ("-s", timing.since),
        ("-u", timing.until),
        ("-c", timing.count),
        ("--tz", timing.timezone),
        ("--exclude", ",".join(timing.excluded)),
        ("--slip", request.slip),
        ("--overlap", _unusual(policies.overlap if policies else None, Overlap.SKIP)),
        ("--catch-up", _unusual(policies.catch_up if policies else None, CatchUp.ONCE)),
        ("--jitter", policies.jitter if policies else 0),
        *(("--calendar", one) for one in (policies.calendars if policies else ())),
        ("--dst-gap", _unusual(timing.gap, Gap.NEXT)),
        ("--dst-repeat", _unusual(timing.repeat, Repeat.FIRST)),
        ("--stop-on-fail", request.stop_on_fail),
        ("--force", arguments.force),
        ("--dry-run", arguments.dry_run),
        ("--allow-custom-parameters", arguments.allow_custom_parameters),
        ("--wait-after-fail", arguments.wait_after_fail if arguments.wait_after_fail != 600 else None),
        ("-p", request.parameters or None),
    )
    return f"{_SCHEDULE} create {quote(request.deployment_id)} {quote(request.workflow_id)}{_words(options)}"


def update_command(deployment_id: str, id: str, changes: ScheduleChanges) -> str:
    """Return the command line that makes the same changes."""
    options: Options = (
        ("--workflow", changes.workflow_id),
        ("--when", changes.when),
        ("--rrule", changes.rrule),
        ("-s", changes.since),
        ("-u", changes.until),
        ("-c", changes.count),
        ("--tz", changes.timezone),
        ("--exclude", ",".join(changes.excluded or ())),
        ("--clear", ",".join(sorted(changes.clear))),
        ("--slip", _or_zero(changes.slip)),
        ("--overlap", changes.overlap),
        ("--catch-up", changes.catch_up),
        ("--jitter", _or_zero(changes.jitter)),
        *(("--calendar", one) for one in changes.calendars or ()),
        ("--dst-gap", changes.gap),
        ("--dst-repeat", changes.repeat),
        ("--stop-on-fail", changes.stop_on_fail is True),
        ("--continue-on-fail", changes.stop_on_fail is False),
        ("-p", changes.parameters),
    )
    return f"{_SCHEDULE} update {quote(deployment_id)} {quote(id)}{_words(options)}"


def run_command(request: StartRequest) -> str:
    """Return the command line that starts what a schedule starts."""
    if request.deployment_id is None:
        return "conductor snapshots create --queue"
    options: Options = (
        ("--force", request.force),
        ("--dry-run", request.dry_run),
        ("--allow-custom-parameters", request.allow_custom_parameters),
        ("-p", request.parameters or None),
    )
    start = f"conductor executions start {quote(request.workflow_id)} -d {quote(request.deployment_id)} --queue"
    return start + _words(options)


def _unusual(value: object, usual: object) -> object:
    return None if value == usual else value


def _or_zero(value: int | None) -> str | None:
    return None if value is None else str(value)


def _words(options: Options) -> str:
    return "".join(f" {name}{_value(value)}" for name, value in options if value)


def _value(value: object) -> str:
    if value is True:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return f" {quote(text)}"
