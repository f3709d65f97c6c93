"""The shop as a deployment: how it comes, whether it stands, how it goes."""

import http.client
from contextlib import closing
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from engine.conductor import Conductor
from engine.domain.errors import ConductorError
from engine.domain.execution import ACTIVE, WAITING, Execution
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
        reason = f": {execution.error}" if execution.error else ""
        super().__init__(f"{execution.workflow_id} {execution.id} {execution.status.display}{reason}")


class ShopClosed(ConductorError):
    """The shop does not answer, or not with its page."""


def begin_installation(conductor: Conductor, *, pace: float) -> Execution | None:
    """Start the installation or return the one under way; None when the shop stands already.

    What an earlier demo left half done has to be removed before: see `is_left_over`.
    """
    if _row(conductor) is None:
        _create(conductor, pace)
    elif running := _unfinished(conductor, "install"):
        return running[0]
    elif stands(conductor):
        return None
    return conductor.start_execution(SHOP, "install", queue=True)


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


def is_left_over(conductor: Conductor) -> bool:
    """Say whether there is a shop that neither stands nor is being installed."""
    return _row(conductor) is not None and not stands(conductor) and not _unfinished(conductor, "install")


def begin_removal(conductor: Conductor) -> Execution | None:
    """Take the shop off its schedules and start to uninstall it; None when nothing of it is installed."""
    if _row(conductor) is None:
        return None
    for schedule in conductor.schedules(SHOP):
        conductor.delete_schedule(SHOP, schedule.id)
    for execution in _unfinished(conductor, "smoke_test"):
        if not execution.is_active:
            conductor.cancel_execution(execution.id)
    if running := _unfinished(conductor, "uninstall"):
        return running[0]
    if all(instance.state in {"uninitialized", "deleted"} for instance in conductor.deployment(SHOP).instances):
        return None
    return conductor.start_execution(SHOP, "uninstall", queue=True)


def forget(conductor: Conductor) -> None:
    """Remove what is left of the uninstalled deployment, and its blueprint."""
    if _row(conductor) is not None:
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


def _create(conductor: Conductor, pace: float) -> None:
    _forget_blueprint(conductor)
    conductor.upload_blueprint(BLUEPRINT, SHOP)
    conductor.create_deployment(SHOP, SHOP, {"pace": pace})


def _forget_blueprint(conductor: Conductor) -> None:
    if any(row.id == SHOP for row in conductor.blueprints()):
        conductor.delete_blueprint(SHOP)


def _row(conductor: Conductor) -> DeploymentRow | None:
    return next((row for row in conductor.deployments() if row.id == SHOP), None)


def _unfinished(conductor: Conductor, workflow: str) -> list[Execution]:
    executions = conductor.executions(deployment_id=SHOP, status=ACTIVE | WAITING)
    return [one for one in executions if one.workflow_id == workflow]
