"""The shop as a deployment: how it comes, whether it stands, how it goes."""

import http.client
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from engine.conductor import Conductor
from engine.domain.errors import ConductorError
from engine.domain.execution import ACTIVE, WAITING, CancelKind, Execution
from engine.domain.view import DeploymentRow

SHOP = "shop"
BLUEPRINT = Path(__file__).with_name("shop") / "blueprint.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the shop answered over HTTP."""

    url: str
    size: int
    """Bytes."""
    server: str
    """The application server that made the page."""


class EndedBadly(ConductorError):
    """An execution of the demo did not end well."""

    def __init__(self, execution: Execution) -> None:
        reason = f": {execution.error.splitlines()[0]}" if execution.error else ""
        super().__init__(f"{execution.workflow_id} {execution.id} is {execution.status.display}{reason}")


class ShopClosed(ConductorError):
    """The shop does not answer, or not with its page."""


def exists(conductor: Conductor) -> bool:
    """Say whether there is a deployment of the shop, in whatever state."""
    return _row(conductor) is not None


def installation_under_way(conductor: Conductor) -> Execution | None:
    """Return an installation that an earlier demo has begun, and see to it that an engine takes care of it."""
    for execution in _unfinished(conductor, "install"):
        conductor.ensure_engine()
        return execution
    return None


def stands(conductor: Conductor) -> bool:
    """Say whether the shop is installed and open: a reboot ends its processes without telling anybody."""
    row = _row(conductor)
    if row is None or row.started_instances < row.instances:
        return False
    try:
        look_at(conductor)
    except ShopClosed:
        return False
    return True


def begin_installation(conductor: Conductor, *, pace: float) -> Execution:
    """Create the shop, of which nothing may be there, and start its installation."""
    _forget_blueprint(conductor)
    conductor.upload_blueprint(BLUEPRINT, SHOP)
    conductor.create_deployment(SHOP, SHOP, {"pace": pace})
    return conductor.start_execution(SHOP, "install")


def begin_removal(conductor: Conductor) -> Execution | None:
    """Take the shop off its schedules and start to uninstall it; None when nothing of it is installed."""
    if not exists(conductor):
        return None
    for schedule in conductor.schedules(SHOP):
        conductor.delete_schedule(SHOP, schedule.id)
    for execution in _unfinished(conductor, "smoke_test"):
        if not execution.is_active:
            conductor.cancel_execution(execution.id)
    for execution in _unfinished(conductor, "install"):
        conductor.cancel_execution(execution.id, CancelKind.KILL)
    if running := _unfinished(conductor, "uninstall"):
        return running[0]
    if all(instance.state in {"uninitialized", "deleted"} for instance in conductor.deployment(SHOP).instances):
        return None
    return conductor.start_execution(SHOP, "uninstall", queue=True)


def forget(conductor: Conductor) -> None:
    """Remove what is left of the uninstalled deployment, and its blueprint."""
    if exists(conductor):
        conductor.delete_deployment(SHOP)
    _forget_blueprint(conductor)


def look_at(conductor: Conductor) -> Page:
    """Fetch the shop's page through its proxy.

    Raises:
        ShopClosed: there is no answer, or a wrong one.
    """
    url = str(conductor.outputs(SHOP)["url"])
    name = str(conductor.deployment(SHOP).inputs["shop_name"])
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection:
        try:
            connection.request("GET", "/")
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise ShopClosed(f"the shop does not answer at {url}: {error}") from error
    if response.status != 200 or escape(name).encode() not in body:
        raise ShopClosed(f"the shop answered {response.status} at {url}, without its name on the page")
    return Page(url=url, size=len(body), server=response.getheader("Served-By", ""))


def _forget_blueprint(conductor: Conductor) -> None:
    if any(row.id == SHOP and row.is_uploaded for row in conductor.blueprints()):
        conductor.delete_blueprint(SHOP)


def _row(conductor: Conductor) -> DeploymentRow | None:
    return next((row for row in conductor.deployments() if row.id == SHOP), None)


def _unfinished(conductor: Conductor, workflow: str) -> list[Execution]:
    executions = conductor.executions(deployment_id=SHOP, status=ACTIVE | WAITING)
    return [one for one in executions if one.workflow_id == workflow]
