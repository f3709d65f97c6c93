"""The ids and names that the shell offers when Tab is pressed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from engine.domain.errors import ConductorError
from engine.domain.execution import ACTIVE, WAITING, Execution

if TYPE_CHECKING:
    from engine.conductor import Conductor

Offer = tuple[str, str]
"""A word and what it means."""
NEWEST = 50


def blueprint_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of uploaded blueprints."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.description) for one in facade.blueprints()))


def deployment_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of deployments."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.blueprint_id) for one in facade.deployments()))


def workflow_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the workflows of the deployment named before, else of every one."""
    named = ctx.params.get("deployment_id")

    def workflows(facade: "Conductor") -> Iterator[Offer]:
        deployments = [named] if named else [one.id for one in facade.deployments()]
        names = {name: "" for deployment in deployments for name in facade.workflows(deployment)}
        yield from names.items()

    return _offers(ctx, incomplete, workflows)


def execution_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the newest executions."""
    return _offers(
        ctx, incomplete, lambda facade: map(_execution, facade.executions(limit=NEWEST, is_newest_first=True))
    )


def unfinished_execution_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the executions that run or wait."""
    return _offers(ctx, incomplete, lambda facade: map(_execution, facade.executions(status=ACTIVE | WAITING)))


def schedule_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the schedules of the deployment named before."""
    named = ctx.params.get("deployment_id")
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.rule) for one in facade.schedules(named)))


def snapshot_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of snapshots."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.status) for one in facade.snapshots()))


def hook_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of hooks."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, ", ".join(one.events)) for one in facade.hooks()))


def secret_keys(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the keys of secrets."""
    return _offers(ctx, incomplete, lambda facade: ((one.key, "") for one in facade.secrets()))


def plugin_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of uploaded plugins."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.archive_name) for one in facade.plugins()))


def deployment_group_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of deployment groups."""
    return _offers(ctx, incomplete, lambda facade: ((one.id, one.description) for one in facade.deployment_groups()))


def execution_group_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of execution groups."""
    return _offers(
        ctx, incomplete, lambda facade: ((one.group.id, one.group.workflow_id) for one in facade.execution_groups())
    )


def update_ids(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the ids of the newest updates."""
    return _offers(
        ctx,
        incomplete,
        lambda facade: ((one.id, f"{one.deployment_id} {one.state}") for one in facade.deployment_updates()[-NEWEST:]),
    )


def setting_keys(ctx: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the names of settings."""
    return _offers(ctx, incomplete, lambda facade: ((one.key, one.summary) for one in facade.settings()))


def function_names(incomplete: str) -> list[Offer]:
    """Offer the functions that blueprints may call."""
    from engine.conductor import Conductor

    return _named(incomplete, ((one.name, one.summary) for one in Conductor.blueprint_functions()))


def type_names(incomplete: str) -> list[Offer]:
    """Offer the types that need no declaration."""
    from engine.conductor import Conductor

    return _named(incomplete, ((one.name, one.kind) for one in Conductor.blueprint_types()))


def drawing_names(incomplete: str) -> list[Offer]:
    """Offer the ways to draw a blueprint."""
    from engine.dsl.graph import Drawing

    return _named(incomplete, ((one.value, "") for one in Drawing))


def _execution(one: Execution) -> Offer:
    return one.id, f"{one.workflow_id} {one.deployment_id or ''} {one.status.display}"


def _offers(ctx: typer.Context, incomplete: str, ask: "Callable[[Conductor], Iterable[Offer]]") -> list[Offer]:
    """Ask the facade; Tab stays silent where it cannot answer."""
    from engine.conductor import Conductor

    try:
        with closing(Conductor(ctx.find_root().params.get("home"))) as facade:
            return _named(incomplete, ask(facade))
    except ConductorError:
        return []


def _named(incomplete: str, offers: Iterable[Offer]) -> list[Offer]:
    return [(word, _line(meaning)) for word, meaning in offers if word.startswith(incomplete)]


def _line(text: str) -> str:
    return " ".join(text.split())[:60]
