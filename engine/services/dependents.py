"""What dependents mean for a deployment: what would take away what they read is refused, or told of when forced."""

from collections.abc import Container, Sequence
from datetime import datetime
from sqlite3 import Connection

from engine.domain.admission import Live
from engine.domain.dependents import CHECKED, hindering, listed
from engine.domain.errors import DependentsExist
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import Execution, StartRequest
from storage import dependencies, events


def refuse_start(connection: Connection, asked: StartRequest | Live) -> None:
    """Let a workflow pass unless others depend on what it takes away; a forced one always passes.

    Raises:
        DependentsExist: others depend on the deployment, and are not being dealt with themselves.
    """
    if not asked.force and (found := _hindering(connection, asked)):
        first = "uninstall" if asked.workflow_id == "uninstall" else "delete"
        action = f"execute workflow `{asked.workflow_id}` on"
        mend = f"{first} those first, or start it with --force"
        raise DependentsExist(action, asked.deployment_id or "", listed(found), mend)


def tell_of_force(connection: Connection, begun: Execution | Live, *, now: datetime) -> None:
    """Tell who depends on what a forced workflow takes away, when it begins; nothing where it needed no force."""
    if begun.force and (found := _hindering(connection, begun)):
        message = f"'{begun.workflow_id}' runs by force, although existing installations depend on it: {listed(found)}"
        events.append(
            connection,
            [
                Draft(
                    type=EventType.ENGINE_EVENT,
                    message=message,
                    timestamp=now,
                    level=Level.WARNING,
                    execution_id=begun.id,
                    deployment_id=begun.deployment_id,
                    workflow_id=begun.workflow_id,
                )
            ],
        )


def _hindering(connection: Connection, asked: StartRequest | Execution | Live) -> Sequence[str]:
    if asked.deployment_id is None or asked.workflow_id not in CHECKED:  # most starts: nothing is read for them
        return ()
    return hindering(asked.workflow_id, dependencies.dependents(connection, asked.deployment_id))


def refuse_delete(connection: Connection, id: str, *, force: bool, going: Container[str] = (), now: datetime) -> None:
    """Let a deployment be deleted unless others depend on it that stay; by force, each of those is told.

    Raises:
        DependentsExist: others depend on it.
    """
    staying = [one.id for one in dependencies.dependents(connection, id) if one.id not in going]
    if staying and not force:
        raise DependentsExist("delete", id, listed(staying), "delete those first, or add --force")
    message = f"deployment `{id}`, whose capabilities this one reads, was deleted by force"
    events.append(
        connection,
        [
            Draft(type=EventType.ENGINE_EVENT, message=message, timestamp=now, level=Level.WARNING, deployment_id=one)
            for one in staying
        ],
    )
