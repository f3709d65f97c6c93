"""How an update of a deployment is shown, before and after, as lines and as JSON."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from conductor_tui.cli.details import block
from conductor_tui.cli.listings import Listing, fields_lines
from conductor_tui.cli.plain import as_json, plain
from conductor_tui.cli.table import Column
from conductor_tui.cli.times import stamp
from conductor_tui.spans import UNLIMITED, safe

if TYPE_CHECKING:
    from engine.domain.json import JsonObject
    from engine.domain.update import DeploymentUpdate
    from engine.domain.updatepreview import UpdatePreview

_STEPS = (Column("what"), Column("effect"))
_INPUTS = (Column("input"), Column("before"), Column("after"))

UPDATES: "Listing[DeploymentUpdate]" = Listing(
    (
        Column("id"),
        Column("deployment_id"),
        Column("state"),
        Column("old_blueprint"),
        Column("new_blueprint"),
        Column("created_at"),
        Column("ended_at"),
    ),
    lambda one: (
        one.id,
        one.deployment_id,
        one.state,
        one.old_blueprint_id,
        one.new_blueprint_id,
        stamp(one.created_at),
        stamp(one.ended_at),
    ),
    "No updates. Start one with: conductor deployments update DEPLOYMENT_ID -b BLUEPRINT_ID",
)


def preview_shape(preview: "UpdatePreview") -> "JsonObject":
    """Return a preview as JSON."""
    return {**plain(preview), "changes_anything": preview.changes_anything}


def headline(preview: "UpdatePreview") -> list[str]:
    """Return what an update comes to in one line, and what it warns of."""
    old, new = preview.old_blueprint_id, preview.new_blueprint_id
    blueprints = f"blueprint `{old}`" if old == new else f"blueprint `{old}` → `{new}`"
    summary = preview.summary if preview.is_installed else "nothing of it is installed, so only its description changes"
    return [f"Update of `{preview.deployment_id}`, {blueprints}: {summary}", *_warned(preview)]


def _warned(preview: "UpdatePreview") -> list[str]:
    return [f"Warning: {one}" for one in preview.warnings]


def preview_lines(preview: "UpdatePreview") -> list[str]:
    """Return everything that an update would do."""
    moved = preview.schedules
    return [
        *(safe(line, UNLIMITED) for line in headline(preview)),
        *_listed("install", _counted(preview.installed)),
        *_listed("uninstall", preview.uninstalled),
        *_listed("reinstall", preview.reinstalled),
        *_listed("update in place", preview.updated),
        *_listed("schedules created", moved.created),
        *_listed("schedules replaced", moved.replaced),
        *_listed("schedules deleted", moved.deleted),
        *block("inputs", _INPUTS, _inputs(preview.old_inputs, preview.new_inputs)),
        *block("steps", _STEPS, [(f"{one.action} {one.entity} {one.name}", one.effect) for one in preview.steps]),
    ]


def _counted(nodes: Iterable[str]) -> list[str]:
    return [name if count == 1 else f"{name} ({count} instances)" for name, count in Counter(nodes).items()]


def _listed(title: str, names: Iterable[str]) -> list[str]:
    found = list(names)
    return ["", f"{title}:", *(f"  {safe(one, UNLIMITED)}" for one in found)] if found else []


def _inputs(old: "JsonObject", new: "JsonObject") -> list[tuple[str, ...]]:
    names = dict.fromkeys((*old, *new))
    return [(name, _value(old, name), _value(new, name)) for name in names if old.get(name) != new.get(name)]


def _value(values: "JsonObject", name: str) -> str:
    return as_json(values[name]) if name in values else "-"


def update_shape(update: "DeploymentUpdate") -> "JsonObject":
    """Return an update as JSON, with the state that people see."""
    return {**plain(update), "state": update.state.value}


def update_lines(update: "DeploymentUpdate") -> list[str]:
    """Return what there is to know about an update."""
    work = update.work
    return [
        *fields_lines(
            [
                ("id", update.id),
                ("deployment_id", update.deployment_id),
                ("state", update.state),
                ("stage", update.stage),
                ("old_blueprint_id", update.old_blueprint_id),
                ("new_blueprint_id", update.new_blueprint_id),
                ("created_at", stamp(update.created_at)),
                ("switched_at", stamp(update.switched_at)),
                ("ended_at", stamp(update.ended_at)),
            ]
        ),
        *_listed("uninstalled", work.removed),
        *_listed("reinstalled", work.reinstalled),
        *_listed("updated in place", work.updated),
        *_listed("installed", work.added),
        *block("inputs", _INPUTS, _inputs(update.old_inputs, update.new_inputs)),
        *_listed("steps", update.steps),
    ]


def fate_lines(update: "DeploymentUpdate") -> list[str]:
    """Return what a deployment is after an update that has not come to its end."""
    if update.is_switched:
        now = f"The deployment `{update.deployment_id}` has blueprint `{update.new_blueprint_id}` now"
        left = "what it adds is not all installed"
    else:
        now = f"The deployment `{update.deployment_id}` has blueprint `{update.old_blueprint_id}` still"
        left = "what goes is not all uninstalled" if update.is_begun else "nothing has changed"
    return [
        f"{now}; {left}.",
        f"* Run 'conductor executions resume {update.id}' to go on with the update",
        f"* Run 'conductor executions start install -d {update.deployment_id}' to complete the blueprint that it has",
    ]
