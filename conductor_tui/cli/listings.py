"""Which columns and lines each kind of thing is shown with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from conductor_tui.cli.output import Output
from conductor_tui.cli.plain import as_json, plain
from conductor_tui.cli.table import Column, cells_wide
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.spans import UNLIMITED, safe

if TYPE_CHECKING:
    from engine.domain.admission import Blocker
    from engine.domain.execution import Execution
    from engine.domain.json import JsonObject
    from engine.domain.view import BlueprintRow, DeploymentRow, ExecutionView, QueueRow, ScheduleRow

Row = TypeVar("Row")

WIDEST_NAME = 60
"""Cells up to which values are aligned after the longest name."""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """How rows of one kind are listed."""

    columns: tuple[Column, ...]
    cells: Callable[[Row], Sequence[str]]
    hint: str
    """What to do when there is none."""


def show(out: Output, listing: Listing[Row], rows: Sequence[Row]) -> None:
    """Print a listing; an empty one says what to do next."""
    if rows:
        out.table(listing.columns, [listing.cells(row) for row in rows])
    else:
        out.talk(listing.hint)


def progress(execution: "Execution") -> str:
    """Return how many operations have ended, such as `13/21`."""
    if execution.total_operations is None:
        return NONE
    return f"{execution.finished_operations or 0}/{execution.total_operations}"


EXECUTIONS: "Listing[Execution]" = Listing(
    (
        Column("id"),
        Column("workflow_id"),
        Column("status"),
        Column("deployment_id"),
        Column("operations", is_number=True),
        Column("created_at"),
        Column("started_at"),
        Column("ended_at"),
    ),
    lambda one: (
        one.id,
        one.workflow_id + (" (dry run)" if one.dry_run else ""),
        one.status.display,
        one.deployment_id or NONE,
        progress(one),
        stamp(one.created_at),
        stamp(one.started_at),
        stamp(one.ended_at),
    ),
    "No executions. Start one with: conductor executions start WORKFLOW_ID -d DEPLOYMENT_ID",
)

BLUEPRINTS: "Listing[BlueprintRow]" = Listing(
    (
        Column("id"),
        Column("state"),
        Column("nodes", is_number=True),
        Column("deployments", is_number=True),
        Column("main_file"),
        Column("created_at"),
        Column("description", is_elastic=True),
    ),
    lambda one: (
        one.id,
        one.state.value,
        str(one.nodes) if one.is_uploaded else NONE,
        str(one.deployments),
        one.main_file or NONE,
        stamp(one.created_at),
        " ".join((one.error or one.description).split()),
    ),
    "No blueprints. Upload one with: conductor blueprints upload BLUEPRINT_PATH, or try: conductor demo",
)

DEPLOYMENTS: "Listing[DeploymentRow]" = Listing(
    (
        Column("id"),
        Column("blueprint_id"),
        Column("instances", is_number=True),
        Column("latest_execution"),
        Column("running", is_number=True),
        Column("queued", is_number=True),
        Column("next_run"),
        Column("created_at"),
    ),
    lambda one: (
        one.id,
        one.blueprint_id,
        f"{one.started_instances}/{one.instances} started",
        f"{one.latest.workflow_id} {one.latest.status.display}" if one.latest else NONE,
        str(one.running),
        str(one.queued),
        stamp(one.next_run),
        stamp(one.created_at),
    ),
    "No deployments. Create one with: conductor deployments create DEPLOYMENT_ID -b BLUEPRINT_ID",
)

SCHEDULES: "Listing[ScheduleRow]" = Listing(
    (
        Column("id"),
        Column("deployment_id"),
        Column("workflow_id"),
        Column("rule", is_elastic=True),
        Column("next_occurrence"),
        Column("since"),
        Column("until"),
        Column("enabled"),
        Column("latest_status"),
    ),
    lambda one: (
        one.id,
        one.deployment_id,
        one.workflow_id,
        one.rule,
        stamp(one.next_occurrence),
        stamp(one.since),
        stamp(one.until),
        "yes" if one.enabled else "no",
        _shown_status(one.latest_status),
    ),
    "No schedules. Create one with: conductor deployments schedule create DEPLOYMENT_ID WORKFLOW_ID --since +1min ...",
)

QUEUE: "Listing[QueueRow]" = Listing(
    (
        Column("position", is_number=True),
        Column("id"),
        Column("workflow_id"),
        Column("deployment_id"),
        Column("created_at"),
        Column("starts_about"),
        Column("waits_because", is_elastic=True),
    ),
    lambda one: (
        str(one.position),
        one.execution.id,
        one.execution.workflow_id,
        one.execution.deployment_id or NONE,
        stamp(one.execution.created_at),
        stamp(one.starts_at),
        "; ".join(blocker.sentence for blocker in one.blockers) or "it starts now",
    ),
    "Nothing waits.",
)

VALUES: "Listing[tuple[str, object]]" = Listing(
    (Column("name"), Column("value")),
    lambda one: (one[0], one[1] if isinstance(one[1], str) else as_json(one[1])),
    "None.",
)


def _shown_status(status: str | None) -> str:
    return "completed" if status == "terminated" else status or NONE


def execution_shape(execution: "Execution") -> "JsonObject":
    """Return an execution as JSON; `status_display` is the word that people see."""
    return {**plain(execution), "status_display": execution.status.display}


def blocker_shapes(blockers: "Iterable[Blocker]") -> "list[JsonObject]":
    """Return blockers as JSON, each with its sentence."""
    return [{**plain(one), "sentence": one.sentence} for one in blockers]


def reasons(blockers: "Iterable[Blocker]") -> list[str]:
    """Return one line per blocker."""
    return [safe(one.sentence, UNLIMITED) for one in blockers]


def fields_lines(fields: Iterable[tuple[str, object]]) -> list[str]:
    """Return one aligned line per field; further lines of a value are indented under it."""
    pairs = [(safe(name), NONE if value is None or value == "" else str(value)) for name, value in fields]
    wide = min(WIDEST_NAME, max((cells_wide(name) for name, _ in pairs), default=0))
    return [line for name, value in pairs for line in _field(name, value, wide)]


def _field(name: str, value: str, wide: int) -> list[str]:
    first, *rest = (safe(line, UNLIMITED) for line in value.split("\n"))
    padding = " " * (wide - cells_wide(name))
    return [f"{name}{padding}  {first}", *(f"{'':<{wide}}  {line}" for line in rest)]


def section(title: str, values: "JsonObject") -> list[str]:
    """Return a titled block of names and values; nothing when there are none."""
    if not values:
        return []
    shown = [(name, value if isinstance(value, str) else as_json(value)) for name, value in values.items()]
    return ["", f"{title}:", *(f"  {line}" for line in fields_lines(shown))]


def show_execution(out: Output, view: "ExecutionView") -> None:
    """Print one execution in full."""
    one = view.execution
    out.lines(
        [
            *fields_lines(
                [
                    ("id", one.id),
                    ("workflow_id", one.workflow_id),
                    ("deployment_id", one.deployment_id),
                    ("blueprint_id", one.blueprint_id),
                    ("status", one.status.display),
                    ("error", one.error),
                    ("operations", progress(one)),
                    ("created_at", stamp(one.created_at)),
                    ("started_at", stamp(one.started_at)),
                    ("ended_at", stamp(one.ended_at)),
                    ("started_by", one.origin),
                    ("force", "yes" if one.force else "no"),
                    ("dry_run", "yes" if one.dry_run else "no"),
                    ("attempt", one.attempt),
                ]
            ),
            *section("parameters", one.parameters),
            *([] if not view.blockers else ["", "waits because:", *(f"  {line}" for line in reasons(view.blockers))]),
        ]
    )
