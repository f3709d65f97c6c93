"""`conductor install` and `conductor uninstall`: the whole way there and back in one command."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

from conductor_tui.cli import options
from conductor_tui.cli.commands.blueprints import IdOption, MainFileOption, PathArgument
from conductor_tui.cli.commands.starting import accompany, workflow_values
from conductor_tui.cli.following import say_queued
from conductor_tui.cli.progressline import ProgressLine
from conductor_tui.cli.session import Session, confirm, values_of
from conductor_tui.cli.words import Ended, Option
from engine.domain.deployment import InstanceState
from engine.domain.errors import ConductorError, InUse
from engine.domain.execution import Execution, Status

_GONE = frozenset({InstanceState.UNINITIALIZED, InstanceState.DELETED})


def install(
    session: Session,
    blueprint_path: PathArgument,
    blueprint_id: IdOption = None,
    blueprint_filename: MainFileOption = None,
    deployment_id: Annotated[
        str | None,
        Option("-d", "--deployment-id", metavar="DEPLOYMENT_ID", help="The id to give; the blueprint's id otherwise."),
    ] = None,
    inputs: options.InputsOption = None,
    parameters: options.ParametersOption = None,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    json: Annotated[bool, Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Upload a blueprint, deploy it and install it.

    The same as blueprints upload, deployments create and executions start install, one after another; the blueprint
    does not stay when no deployment can be made of it.
    """
    facade = session.conductor
    plan = facade.validate_blueprint(blueprint_path, main_file=blueprint_filename)
    values = values_of(inputs or [], plan.inputs, "--inputs")
    with ProgressLine(session.out) as line:
        blueprint = facade.upload_blueprint(
            blueprint_path, blueprint_id, main_file=blueprint_filename, watch=line.watch
        )
    session.out.talk(f"Blueprint `{blueprint.id}` uploaded.")
    with _taken_back(session, blueprint.id):
        deployment = facade.create_deployment(blueprint.id, deployment_id or blueprint.id, values)
    session.out.talk(f"Deployment `{deployment.id}` created.")
    arguments = workflow_values(session, deployment.id, "install", parameters or [])
    execution = facade.start_execution(deployment.id, "install", arguments)
    _accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=json)


@contextmanager
def _taken_back(session: Session, blueprint_id: str) -> Iterator[None]:
    """Leave no new blueprint behind when what is done with it is refused."""
    try:
        yield
    except ConductorError:
        _delete_unused(session, blueprint_id)
        raise


def uninstall(
    session: Session,
    deployment_id: options.DeploymentArgument,
    parameters: options.ParametersOption = None,
    keep_blueprint: Annotated[
        bool, Option("--keep-blueprint", help="Leave the blueprint, even when no other deployment is made of it.")
    ] = False,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    yes: options.YesOption = False,
    json: Annotated[bool, Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Uninstall a deployment, then delete it.

    Its blueprint is deleted too if no other deployment is made of it. When the uninstall workflow fails nothing is
    deleted.
    """
    facade = session.conductor
    view = facade.deployment(deployment_id)
    confirm(session, f"Uninstall deployment {deployment_id} and delete it?", is_agreed=yes)
    if any(one.state not in _GONE for one in view.instances):
        arguments = workflow_values(session, deployment_id, "uninstall", parameters or [])
        execution = facade.start_execution(deployment_id, "uninstall", arguments)
        _accompany_removal(session, execution, timeout=timeout, no_logs=no_logs, is_json=json)
    else:
        session.out.talk(f"Nothing of `{deployment_id}` is installed.")
    facade.delete_deployment(deployment_id)
    session.out.talk(f"Deployment `{deployment_id}` deleted.")
    if not keep_blueprint:
        _delete_unused(session, view.row.blueprint_id)


def _accompany_removal(session: Session, execution: Execution, *, timeout: int, no_logs: bool, is_json: bool) -> None:
    try:
        _accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=is_json)
    except Ended:
        session.out.talk("Nothing was deleted. To go on in spite of failing operations, add: -p ignore_failure=true")
        raise


def _accompany(session: Session, execution: Execution, *, timeout: int, no_logs: bool, is_json: bool) -> None:
    if execution.status is Status.QUEUED:
        say_queued(session, execution)
    accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=is_json)


def _delete_unused(session: Session, blueprint_id: str) -> None:
    with suppress(InUse):
        session.conductor.delete_blueprint(blueprint_id)
        session.out.talk(f"Blueprint `{blueprint_id}` deleted.")
