"""The use case of stopping everything that runs or waits in a deployment."""

from datetime import datetime

from engine.domain.errors import IllegalAction
from engine.domain.execution import ACTIVE, CancelKind, Execution, Status
from engine.services import executions as execution_services
from storage import deployments, executions
from storage.database import Database


def cancel_all(database: Database, deployment_id: str, kind: CancelKind, *, now: datetime) -> list[Execution]:
    """Ask all executions of a deployment to stop, those that wait first, so that none of them starts meanwhile.

    Those that are being stopped as hard already are left as they are.

    Raises:
        NotFound: there is no such deployment.
    """
    with database.read() as connection:
        deployments.require(connection, deployment_id)
        live = executions.find(connection, deployment_id=deployment_id, statuses=[Status.QUEUED, *ACTIVE], limit=-1)
    ordered = sorted(live, key=lambda one: (one.status is not Status.QUEUED, -one.number))
    asked = [_cancel(database, one.id, kind, now) for one in ordered]
    return [one for one in asked if one is not None]


def _cancel(database: Database, id: str, kind: CancelKind, now: datetime) -> Execution | None:
    try:
        return execution_services.cancel(database, id, kind, now=now)
    except IllegalAction:
        return None
