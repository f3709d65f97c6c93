"""The command line that does what a verb of the facade does, and the verb that undoes it."""

from collections.abc import Callable, Mapping, Sequence
from shlex import quote

from engine.domain.json import JsonObject

Given = Mapping[str, object]
Call = tuple[str, tuple[object, ...]]
"""A verb with its arguments."""

CHANGING = frozenset(
    {
        "activate",
        "add",
        "cancel",
        "change",
        "create",
        "deactivate",
        "delete",
        "disable",
        "enable",
        "ensure",
        "purge",
        "remove",
        "requeue",
        "rerun",
        "reset",
        "restore",
        "resume",
        "set",
        "start",
        "stop",
        "test",
        "update",
        "upload",
    }
)
"""First words of the verbs that change something; all others look."""


def is_changing(verb: str) -> bool:
    """Whether a verb of the facade changes what is stored or what runs."""
    return verb.partition("_")[0] in CHANGING


def command_of(verb: str, arguments: Sequence[object], given: Given) -> str:
    """Return the command line that does the same; the bare verb where none is known."""
    known = _LINES.get(verb)
    if known is not None:
        return known(arguments, given)
    return " ".join([verb.replace("_", " "), *(quote(str(one)) for one in arguments)])


def undoing(verb: str, arguments: tuple[object, ...]) -> Call | None:
    """Return the call that takes back this one; None where nothing does."""
    inverse = _INVERSE.get(verb)
    if verb == "disable_schedule":
        arguments = arguments[:2]  # the reason goes with the rest
    return (inverse, arguments) if inverse else None


def _words(line: str, flags: Mapping[str, str] | None = None) -> Callable[[Sequence[object], Given], str]:
    """Return a line of these words, the arguments, and the flags that are set."""

    def made(arguments: Sequence[object], given: Given) -> str:
        said = [quote(str(one)) for one in arguments if one is not None and one is not False]
        chosen = [flag for name, flag in (flags or {}).items() if given.get(name)]
        return " ".join(["conductor", line, *said, *chosen])

    return made


def _start(arguments: Sequence[object], given: Given) -> str:
    from conductor_tui.fields import start_command  # it imports YAML, which no first screen needs

    deployment, workflow = str(arguments[0]), str(arguments[1])
    values = arguments[2] if len(arguments) > 2 else given.get("parameters")
    chosen = [f"--{name.replace('_', '-')}" for name in ("force", "queue", "dry_run") if given.get(name)]
    return start_command(deployment, workflow, _object(values), tuple(chosen))


def _create(arguments: Sequence[object], given: Given) -> str:
    from conductor_tui.fields import create_command

    blueprint, id = str(arguments[0]), arguments[1] if len(arguments) > 1 else given.get("id")
    values = arguments[2] if len(arguments) > 2 else given.get("inputs")
    return create_command(blueprint, str(id or blueprint), _object(values))


def _object(values: object) -> JsonObject:
    return {str(key): value for key, value in values.items()} if isinstance(values, dict) else {}


def _cancel(arguments: Sequence[object], given: Given) -> str:
    kind = str(arguments[1] if len(arguments) > 1 else given.get("kind", "cancel"))
    flag = "" if kind == "cancel" else f" --{kind}"
    return f"conductor executions cancel {quote(str(arguments[0]))}{flag}"


def _add_schedule(arguments: Sequence[object], given: Given) -> str:
    from conductor_tui.schedulecommands import create_command  # no first screen needs recurrence
    from engine.domain.schedulerequest import ScheduleRequest

    [request] = arguments
    return create_command(request) if isinstance(request, ScheduleRequest) else ""


def _update_schedule(arguments: Sequence[object], given: Given) -> str:
    from conductor_tui.schedulecommands import update_command  # as above
    from engine.domain.schedulechanges import ScheduleChanges

    deployment, id, changes = arguments
    return update_command(str(deployment), str(id), changes) if isinstance(changes, ScheduleChanges) else ""


def _disable_schedule(arguments: Sequence[object], given: Given) -> str:
    deployment, id, *reason = (quote(str(one)) for one in arguments if one)
    because = f" --reason {reason[0]}" if reason else ""
    return f"conductor {_SCHEDULE} disable {deployment} {id}{because}"


def _upload(arguments: Sequence[object], given: Given) -> str:
    id = arguments[1] if len(arguments) > 1 else given.get("id")
    named = f" -b {quote(str(id))}" if id else ""
    return f"conductor blueprints upload {quote(str(arguments[0]))}{named}"


_SCHEDULE = "deployments schedule"
_LINES: dict[str, Callable[[Sequence[object], Given], str]] = {
    "activate_maintenance": _words("maintenance-mode activate"),
    "cancel_execution": _cancel,
    "change_setting": _words("settings set"),
    "create_deployment": _create,
    "deactivate_maintenance": _words("maintenance-mode deactivate"),
    "delete_blueprint": _words("blueprints delete"),
    "delete_deployment": _words("deployments delete"),
    "delete_hook": _words("hooks delete"),
    "create_snapshot": _words("snapshots create", {"queue": "--queue"}),
    "delete_snapshot": _words("snapshots delete"),
    "restore_snapshot": _words("snapshots restore", {"force": "--force"}),
    "delete_schedule": _words(f"{_SCHEDULE} delete"),
    "disable_hook": _words("hooks disable"),
    "add_schedule": _add_schedule,
    "disable_schedule": _disable_schedule,
    "enable_hook": _words("hooks enable"),
    "enable_schedule": _words(f"{_SCHEDULE} enable"),
    "ensure_engine": _words("engine start"),
    "requeue_execution": _words("executions requeue"),
    "rerun_execution": _words("executions rerun", {"force": "--force", "queue": "--queue"}),
    "reset_setting": _words("settings reset"),
    "resume_execution": _words("executions resume", {"force": "--force", "queue": "--queue"}),
    "start_execution": _start,
    "stop_engine": _words("engine stop"),
    "test_hook": _words("hooks test"),
    "update_schedule": _update_schedule,
    "upload_blueprint": _upload,
}
_INVERSE = {
    "activate_maintenance": "deactivate_maintenance",
    "deactivate_maintenance": "activate_maintenance",
    "disable_hook": "enable_hook",
    "disable_schedule": "enable_schedule",
    "enable_hook": "disable_hook",
    "enable_schedule": "disable_schedule",
}
