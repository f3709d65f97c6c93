"""The full view of one blueprint, deployment, schedule, workflow or engine, as lines and as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from conductor_tui.cli.listings import Listing, execution_shape, fields_lines, progress, section
from conductor_tui.cli.plain import as_json, plain
from conductor_tui.cli.table import Column, layout
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.spans import UNLIMITED, safe
from engine.domain.upload import UploadState

if TYPE_CHECKING:
    from engine.domain.blueprint import Parameter, Workflow
    from engine.domain.deployment import Blueprint
    from engine.domain.execution import Execution
    from engine.domain.json import JsonObject
    from engine.domain.schedule import Occurrence, Schedule
    from engine.domain.upload import Upload
    from engine.domain.view import DeploymentView, EngineView, Explanation, InstanceRow, Reason, ScheduleRow

_PARAMETER_COLUMNS = (Column("name"), Column("type"), Column("default"), Column("description"))
_INSTANCE_COLUMNS = (Column("instance"), Column("state"), Column("type"), Column("host"))
_RUN_COLUMNS = (Column("execution"), Column("workflow"), Column("status"), Column("operations"), Column("created_at"))
_UPCOMING_COLUMNS = (Column("UTC"), Column("in_its_own_zone"))
_HISTORY_COLUMNS = (Column("occurrence"), Column("disposition"), Column("execution"), Column("reason"))
_SCHEDULE_COLUMNS = (Column("schedule"), Column("workflow"), Column("rule"), Column("next_occurrence"))


def blueprint_shape(blueprint: "Blueprint") -> "JsonObject":
    """Return a blueprint as JSON, with its whole plan."""
    return {
        "id": blueprint.id,
        "state": UploadState.UPLOADED.value,
        "description": blueprint.description,
        "main_file": blueprint.main_file,
        "created_at": plain(blueprint.created_at),
        "plan": plain(blueprint.plan),
    }


def upload_shape(upload: "Upload") -> "JsonObject":
    """Return an upload that is under way or has failed as JSON."""
    return {
        "id": upload.id,
        "state": upload.state.value,
        "error": upload.error,
        "source": upload.source,
        "created_at": plain(upload.created_at),
        "changed_at": plain(upload.changed_at),
    }


def upload_lines(upload: "Upload") -> list[str]:
    """Return what there is to know about an upload that is under way or has failed."""
    return fields_lines(
        [
            ("id", upload.id),
            ("state", upload.state.value),
            ("source", upload.source),
            ("created_at", stamp(upload.created_at)),
            ("changed_at", stamp(upload.changed_at)),
            ("error", upload.error),
        ]
    )


def blueprint_lines(blueprint: "Blueprint") -> list[str]:
    """Return what there is to know about a blueprint."""
    plan = blueprint.plan
    nodes = {node.id: node.type for node in plan.nodes.values()}
    return [
        *fields_lines(
            [
                ("id", blueprint.id),
                ("state", UploadState.UPLOADED.value),
                ("description", blueprint.description.strip()),
                ("main_file", blueprint.main_file),
                ("created_at", stamp(blueprint.created_at)),
                ("workflows", ", ".join(plan.workflows)),
                ("outputs", ", ".join(plan.outputs)),
                ("capabilities", ", ".join(plan.capabilities)),
            ]
        ),
        *parameter_block("inputs", plan.inputs),
        *section("nodes", nodes),
    ]


def parameter_block(title: str, parameters: "Mapping[str, Parameter]") -> list[str]:
    """Return a titled table of inputs or parameters; nothing when there are none."""
    return block(title, _PARAMETER_COLUMNS, [_parameter_cells(name, one) for name, one in parameters.items()])


def _parameter_cells(name: str, one: "Parameter") -> tuple[str, ...]:
    missing = "(required)" if one.required else NONE
    default = as_json(one.default) if one.has_default else missing
    return name, one.type or "any", default, " ".join(one.description.split())


def block(title: str, columns: tuple[Column, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return a titled table; nothing when it has no rows."""
    return ["", f"{title}:", *(f"  {line}" for line in layout(columns, rows))] if rows else []


def deployment_lines(view: "DeploymentView") -> list[str]:
    """Return what there is to know about a deployment."""
    row = view.row
    return [
        *fields_lines(
            [
                ("id", row.id),
                ("blueprint_id", row.blueprint_id),
                ("created_at", stamp(row.created_at)),
                ("instances", f"{row.started_instances}/{row.instances} started"),
                ("next_run", stamp(row.next_run)),
                ("depends_on", ", ".join(view.depends_on)),
                ("needed_by", ", ".join(view.needed_by)),
            ]
        ),
        *section("inputs", view.inputs),
        *section("outputs", view.outputs),
        *section("capabilities", view.capabilities),
        *section("labels", {name: ", ".join(map(str, values)) for name, values in view.labels.items()}),
        *block("node instances", _INSTANCE_COLUMNS, [_instance_cells(one) for one in view.instances]),
        *block("schedules", _SCHEDULE_COLUMNS, [_schedule_cells(one) for one in view.schedules]),
        *block("executions", _RUN_COLUMNS, [_run_cells(one) for one in view.executions]),
    ]


def _instance_cells(one: "InstanceRow") -> tuple[str, ...]:
    return one.id, one.state, one.type, one.host_id or NONE


def _schedule_cells(one: "ScheduleRow") -> tuple[str, ...]:
    return one.id, one.workflow_id, one.rule, stamp(one.next_occurrence) if one.enabled else "disabled"


def _run_cells(one: "Execution") -> tuple[str, ...]:
    return one.id, one.workflow_id, one.status.display, progress(one), stamp(one.created_at)


WORKFLOWS: "Listing[Workflow]" = Listing(
    (Column("name"), Column("mandatory_parameters"), Column("optional_parameters", is_elastic=True)),
    lambda one: (
        one.name,
        ", ".join(name for name, parameter in one.parameters.items() if _is_mandatory(parameter)) or NONE,
        ", ".join(name for name, parameter in one.parameters.items() if not _is_mandatory(parameter)) or NONE,
    ),
    "This deployment has no workflows.",
)


def _is_mandatory(parameter: "Parameter") -> bool:
    return parameter.required and not parameter.has_default


def workflow_lines(workflow: "Workflow") -> list[str]:
    """Return what there is to know about a workflow."""
    block = parameter_block("parameters", workflow.parameters)
    return [*fields_lines([("name", workflow.name), ("plugin", workflow.plugin)]), *block]


def schedule_lines(schedule: "Schedule", upcoming: "Sequence[datetime]", history: "Sequence[Occurrence]") -> list[str]:
    """Return what there is to know about a schedule; `history` is newest first."""
    rule, arguments = schedule.rule, schedule.arguments
    return [
        *fields_lines(
            [
                ("id", schedule.id),
                ("deployment_id", schedule.deployment_id),
                ("workflow_id", schedule.workflow_id),
                ("enabled", _yes_no(schedule.enabled)),
                ("pause_reason", schedule.pause_reason),
                ("next_occurrence", stamp(schedule.next_occurrence)),
                ("rule", rule.words),
                ("since", stamp(rule.since)),
                ("until", stamp(rule.until)),
                ("recurrence", rule.recurrence),
                ("weekdays", ", ".join(rule.weekdays)),
                ("count", rule.count),
                ("rrule", rule.rrule),
                ("excluded", ", ".join(rule.excluded)),
                ("time_zone", rule.zone),
                ("dst_gap", rule.gap),
                ("dst_repeat", rule.repeat),
                ("overlap", schedule.policies.overlap),
                ("catch_up", schedule.policies.catch_up),
                ("jitter", f"{schedule.policies.jitter} seconds"),
                ("calendars", ", ".join(schedule.policies.calendars)),
                ("slip", f"{schedule.slip} minutes"),
                ("stop_on_fail", _yes_no(schedule.stop_on_fail)),
                ("force", _yes_no(arguments.force)),
                ("dry_run", _yes_no(arguments.dry_run)),
                ("latest_execution", schedule.latest_execution_id),
                ("created_at", stamp(schedule.created_at)),
                ("created_by", schedule.origin),
            ]
        ),
        *section("parameters", schedule.parameters),
        *block("coming occurrences", _UPCOMING_COLUMNS, [_upcoming_cells(one, rule.zone) for one in upcoming]),
        *block("latest occurrences", _HISTORY_COLUMNS, [_history_cells(one) for one in history]),
    ]


def _yes_no(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _upcoming_cells(moment: datetime, zone: str) -> tuple[str, str]:
    return stamp(moment), f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M:%S %Z}"


def _history_cells(one: "Occurrence") -> tuple[str, ...]:
    return stamp(one.occurrence), one.disposition.replace("_", " "), one.execution_id or NONE, one.reason


def explanation_shape(explanation: "Explanation") -> "JsonObject":
    """Return an explanation as JSON; each reason has the sentence that people see."""
    reasons = [{**plain(one), "sentence": one.blocker.sentence} for one in explanation.reasons]
    return {**plain(explanation), "execution": execution_shape(explanation.execution), "reasons": reasons}


def explanation_lines(explanation: "Explanation") -> list[str]:
    """Return what an execution waits for; nothing when it does not wait."""
    if explanation.position is None:
        return []
    told = [safe(line, UNLIMITED) for one in explanation.reasons for line in _reason_lines(one)]
    expected = [f"expected to start at {stamp(explanation.starts_at)}"] if explanation.starts_at else []
    return [f"position {explanation.position} in the queue", *told, *expected]


def _reason_lines(one: "Reason") -> list[str]:
    unknown = "; nobody can tell when it ends" if one.blocker.execution_id else ""
    until = f", probably until {stamp(one.ends_at)}" if one.ends_at else unknown
    late = ", longer than usual" if one.is_overdue else ""
    return [f"{one.blocker.sentence} since {stamp(one.since)}{until}{late}", f"  to end that: {one.remedy}"]


def engine_lines(view: "EngineView") -> list[str]:
    """Return what there is to know about the background engine."""
    from engine.domain.view import EngineState  # the only one of this module that is needed at run time

    if view.state is EngineState.ABSENT:
        return fields_lines([("engine", "not running")])
    return fields_lines(
        [
            ("engine", "running"),
            ("process", view.pid),
            ("epoch", view.epoch),
            ("started_at", stamp(view.started_at)),
            ("leaves_when_idle", "yes" if view.is_on_demand else "no"),
            ("last_poll", stamp(view.last_poll_at)),
            ("next_poll", stamp(view.next_poll_at)),
        ]
    )
