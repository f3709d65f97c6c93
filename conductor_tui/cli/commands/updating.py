"""`conductor deployments update` and `updates`: bring deployments to another blueprint, and see how that went."""

from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options, updatelines
from conductor_tui.cli.commands.starting import accompany, leave
from conductor_tui.cli.session import Session, values_of
from conductor_tui.cli.words import Argument, Ended, Offers, Option, WrongUsage
from engine.domain.execution import Status
from engine.domain.update import UpdateOptions

if TYPE_CHECKING:
    from engine.domain.updatepreview import UpdatePreview


def update(
    session: Session,
    deployment_id: options.DeploymentArgument,
    blueprint_id: Annotated[
        str | None,
        Option(
            "-b",
            "--blueprint-id",
            metavar="BLUEPRINT_ID",
            help="The blueprint that it is to be made of; the one it has otherwise.",
            offers=Offers.BLUEPRINTS,
        ),
    ] = None,
    inputs: options.InputsOption = None,
    preview: Annotated[bool, Option("--preview", help="Only tell what would be done; nothing changes.")] = False,
    skip_install: Annotated[bool, Option("--skip-install", help="Do not install what is new.")] = False,
    skip_uninstall: Annotated[
        bool, Option("--skip-uninstall", help="Forget what goes without uninstalling it.")
    ] = False,
    skip_reinstall: Annotated[bool, Option("--skip-reinstall", help="Reinstall nothing but what -r names.")] = False,
    reinstall: Annotated[
        list[str] | None,
        Option(
            "-r",
            "--reinstall-list",
            metavar="NODE",
            help="Reinstall this node or node instance in any case. Can be given several times.",
        ),
    ] = None,
    install_first: Annotated[
        bool, Option("--install-first", help="Install what is new before anything is taken away.")
    ] = False,
    ignore_failure: Annotated[
        bool, Option("--ignore-failure", help="Go on where something cannot be uninstalled.")
    ] = False,
    force_reinstall: Annotated[
        bool, Option("--force-reinstall", help="Reinstall what has changed, also where it can be updated in place.")
    ] = False,
    workflow_id: Annotated[
        str | None,
        Option(
            "-w",
            "--workflow",
            metavar="WORKFLOW_ID",
            help="Run this workflow of the new blueprint instead of installing and uninstalling.",
            offers=Offers.WORKFLOWS,
        ),
    ] = None,
    force: options.ForceOption = False,
    queue: Annotated[
        bool, Option("--queue", help="Wait in the queue when it cannot start now, instead of being refused.")
    ] = False,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    detach: Annotated[
        bool, Option("--detach", help="Print the execution's id and return at once, without following it.")
    ] = False,
    json: Annotated[bool, Option("--json", help="Print the preview as JSON, or one JSON object per event.")] = False,
) -> None:
    """Bring a deployment to another blueprint or other inputs.

    Uninstalls what the new plan has no more, switches the plan, then installs what is new; what has changed is updated
    by its own operations or reinstalled. Inputs are merged over those that the deployment has. Schedules, labels and
    outputs follow. A failed update is not taken back: the deployment says which blueprint it has, and `executions
    resume` goes on.
    """
    _check_usage(preview=preview, queue=queue, force=force, detach=detach)
    wanted = UpdateOptions(
        skip_install=skip_install,
        skip_uninstall=skip_uninstall,
        skip_reinstall=skip_reinstall,
        reinstall=tuple(reinstall or ()),
        install_first=install_first,
        ignore_failure=ignore_failure,
        force_reinstall=force_reinstall,
        workflow=workflow_id or "",
    )
    conductor = session.conductor
    target = blueprint_id or conductor.deployment(deployment_id).row.blueprint_id
    values = values_of(inputs, conductor.blueprint(target).plan.inputs, "--inputs") if inputs else {}
    foreseen = conductor.preview_update(deployment_id, target, values, wanted)
    if preview or not foreseen.changes_anything:
        _show(session, foreseen, is_json=json)
        return
    session.out.talk("\n".join(updatelines.headline(foreseen)))
    execution = conductor.update_deployment(deployment_id, target, values, wanted, force=force, queue=queue)
    if execution.status is Status.QUEUED or detach:
        leave(session, execution, is_json=json)
        return
    try:
        accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=json)
    except Ended:
        session.out.talk("\n".join(updatelines.fate_lines(conductor.deployment_update(execution.id))))
        raise


def _check_usage(*, preview: bool, queue: bool, force: bool, detach: bool) -> None:
    if queue and force:
        raise WrongUsage("--queue is mutually exclusive with --force")
    for option, is_given in (("--queue", queue), ("--force", force), ("--detach", detach)):
        if preview and is_given:
            raise WrongUsage(f"--preview starts nothing, so {option} has no meaning with it")


def _show(session: Session, preview: "UpdatePreview", *, is_json: bool) -> None:
    if is_json:
        session.out.json(updatelines.preview_shape(preview))
    elif preview.changes_anything:
        session.out.lines(updatelines.preview_lines(preview))
        session.out.talk("This was a preview: nothing has changed.")
    else:
        session.out.talk(
            f"Nothing to update: `{preview.deployment_id}` is already as blueprint `{preview.new_blueprint_id}` "
            "and the inputs say."
        )


def list_(
    session: Session,
    deployment_id: Annotated[
        str | None,
        Argument(metavar="[DEPLOYMENT_ID]", help="Only those of this deployment.", offers=Offers.DEPLOYMENTS),
    ] = None,
    json: options.JsonOption = False,
) -> None:
    """List the updates of deployments, oldest first."""
    found = session.conductor.deployment_updates(deployment_id)
    if json:
        session.out.json([updatelines.update_shape(one) for one in found])
    else:
        listings.show(session.out, updatelines.UPDATES, found)


def get(
    session: Session,
    update_id: Annotated[
        str,
        Argument(
            metavar="UPDATE_ID",
            help="The id of an update, which is its execution's; its first characters are enough.",
            offers=Offers.UPDATES,
        ),
    ],
    json: options.JsonOption = False,
) -> None:
    """Show one update in full: what it changes, how far it is."""
    found = session.conductor.deployment_update(update_id)
    if json:
        session.out.json(updatelines.update_shape(found))
    else:
        session.out.lines(updatelines.update_lines(found))
