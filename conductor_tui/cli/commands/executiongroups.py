"""`conductor executions group`: one workflow on all deployments of a group."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.following import counted
from conductor_tui.cli.listings import Listing
from conductor_tui.cli.plain import plain
from conductor_tui.cli.session import Session, confirm, values_of
from conductor_tui.cli.table import Column, layout
from conductor_tui.cli.times import NONE, stamp
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage
from engine.domain.execution import CancelKind, Status

if TYPE_CHECKING:
    from engine.domain.group import ExecutionGroupView
    from engine.domain.json import JsonObject

GroupArgument = Annotated[
    str, Argument(metavar="GROUP_ID", help="The id of an execution group.", offers=Offers.EXECUTION_GROUPS)
]
SuccessOption = Annotated[
    str | None,
    Option("--success-group", metavar="GROUP_ID", help="The deployment group to join where it ended well."),
]
FailedOption = Annotated[
    str | None, Option("--failed-group", metavar="GROUP_ID", help="The deployment group to join where it failed.")
]

GROUPS: "Listing[ExecutionGroupView]" = Listing(
    (
        Column("id"),
        Column("workflow_id"),
        Column("deployment_group"),
        Column("status"),
        Column("concurrency", is_number=True),
        Column("executions", is_elastic=True),
        Column("created_at"),
    ),
    lambda one: (
        one.group.id,
        one.group.workflow_id,
        one.group.deployment_group_id or NONE,
        _status(one),
        str(one.group.concurrency) if one.group.concurrency else "paused",
        _counts(one.counts),
        stamp(one.group.created_at),
    ),
    "No execution groups. Start one with: conductor executions group start WORKFLOW_ID -g DEPLOYMENT_GROUP_ID",
)


def _status(view: "ExecutionGroupView") -> str:
    return view.status.display if view.status else NONE


def _counts(counts: "Mapping[Status, int]") -> str:
    return counted(counts) or NONE


def start(
    session: Session,
    workflow_id: options.WorkflowArgument,
    group: Annotated[
        str,
        Option(
            "-g",
            "--deployment-group",
            metavar="GROUP_ID",
            help="The deployments to start it on.",
            offers=Offers.DEPLOYMENT_GROUPS,
        ),
    ],
    group_id: Annotated[
        str | None, Option("--id", metavar="GROUP_ID", help="The id to give; one is made up otherwise.")
    ] = None,
    concurrency: Annotated[
        int, Option("--concurrency", minimum=0, metavar="NUMBER", help="How many run at once; 0 lets all of them wait.")
    ] = 5,
    parameters: options.ParametersOption = None,
    allow_custom_parameters: options.CustomParametersOption = False,
    force: options.ForceOption = False,
    dry_run: options.DryRunOption = False,
    wait_after_fail: options.WaitAfterFailOption = 600,
    success_group: SuccessOption = None,
    failed_group: FailedOption = None,
    json: options.JsonOption = False,
) -> None:
    """Start a workflow on all deployments of a group.

    Prints the id of the execution group and returns at once. Deployments without the workflow are left out.
    """
    from engine.domain.group import GroupStart

    request = GroupStart(
        workflow_id=workflow_id,
        deployment_group_id=group,
        id=group_id,
        concurrency=concurrency,
        parameters=_values(session, group, workflow_id, parameters or []),
        force=force,
        dry_run=dry_run,
        allow_custom_parameters=allow_custom_parameters,
        wait_after_fail=wait_after_fail,
        success_group_id=success_group,
        failed_group_id=failed_group,
    )
    view = session.conductor.start_execution_group(request)
    if json:
        session.out.json(_shape(view))
        return
    session.out.line(view.group.id)
    session.out.talk(f"{_counts(view.counts)} in execution group `{view.group.id}`.")
    session.out.talk(f"* Run 'conductor executions group get {view.group.id}' to see its status")
    session.out.talk(f"* Run 'conductor events list -g {view.group.id} --tail' to follow it")


def _values(session: Session, group_id: str, workflow_id: str, texts: list[str]) -> "JsonObject":
    """Return what the texts of `-p` say, read as the workflow of the first deployment that has it declares them."""
    if not texts:
        return {}
    for deployment_id in session.conductor.deployment_group(group_id).deployments:
        workflow = session.conductor.workflows(deployment_id).get(workflow_id)
        if workflow is not None:
            return values_of(texts, workflow.parameters, "--parameters")
    return values_of(texts, {}, "--parameters")


def list_(session: Session, json: options.JsonOption = False) -> None:
    """List execution groups, oldest first."""
    found = session.conductor.execution_groups()
    if json:
        session.out.json([_shape(one) for one in found])
    else:
        listings.show(session.out, GROUPS, found)


def get(session: Session, group_id: GroupArgument, json: options.JsonOption = False) -> None:
    """Show one execution group with its executions."""
    view = session.conductor.execution_group(group_id)
    if json:
        session.out.json({**_shape(view), "executions": [listings.execution_shape(one) for one in view.executions]})
        return
    group = view.group
    columns, cells = listings.EXECUTIONS.columns, listings.EXECUTIONS.cells
    session.out.lines(
        [
            *listings.fields_lines(
                [
                    ("id", group.id),
                    ("workflow_id", group.workflow_id),
                    ("deployment_group", group.deployment_group_id),
                    ("status", _status(view)),
                    ("concurrency", str(group.concurrency) if group.concurrency else "paused"),
                    ("success_group", group.success_group_id),
                    ("failed_group", group.failed_group_id),
                    ("created_at", stamp(group.created_at)),
                    ("executions", _counts(view.counts)),
                ]
            ),
            "",
            *layout(columns, [cells(one) for one in view.executions]),
        ]
    )


def _shape(view: "ExecutionGroupView") -> "JsonObject":
    counts = {status.value: number for status, number in view.counts.items()}
    return {**plain(view.group), "status": view.status, "counts": counts}


def add(
    session: Session,
    group_id: GroupArgument,
    execution_id: Annotated[
        list[str],
        Option(
            "-e",
            "--execution-id",
            metavar="EXECUTION_ID",
            help="An execution that is meant. Can be given several times.",
            offers=Offers.UNFINISHED,
        ),
    ],
    json: options.JsonOption = False,
) -> None:
    """Add executions to a group.

    What waits must then satisfy the limits of all its groups.
    """
    view = session.conductor.add_to_execution_group(group_id, execution_id)
    if json:
        session.out.json(_shape(view))
    else:
        session.out.talk(f"{_counts(view.counts)} in execution group `{group_id}`.")


def update(
    session: Session,
    group_id: GroupArgument,
    concurrency: Annotated[
        int | None, Option("--concurrency", minimum=0, metavar="NUMBER", help="How many run at once; 0 is a pause.")
    ] = None,
    success_group: SuccessOption = None,
    failed_group: FailedOption = None,
    json: options.JsonOption = False,
) -> None:
    """Change how many of a group run at once, or pause it.

    A lower number stops nothing that runs.
    """
    if concurrency is None and success_group is None and failed_group is None:
        raise WrongUsage("give --concurrency, --success-group or --failed-group")
    view = session.conductor.update_execution_group(
        group_id, concurrency=concurrency, success_group_id=success_group, failed_group_id=failed_group
    )
    if json:
        session.out.json(_shape(view))
        return
    limit = f"runs {view.group.concurrency} at once" if view.group.concurrency else "is paused"
    session.out.talk(f"Execution group `{group_id}` {limit}: {_counts(view.counts)}.")


def cancel(
    session: Session,
    group_id: GroupArgument,
    force: Annotated[
        bool, Option("-f", "--force", help="Stop waiting for the workflows; running operations are left alone.")
    ] = False,
    kill: Annotated[bool, Option("-k", "--kill", help="End every process of the executions.")] = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Cancel every execution of a group that has not ended.

    What still waits in the queue is cancelled at once.
    """
    if force and kill:
        raise WrongUsage("--force is mutually exclusive with --kill")
    kind = CancelKind.KILL if kill else CancelKind.FORCE if force else CancelKind.CANCEL
    if kind is CancelKind.KILL:
        confirm(session, f"Kill every process of execution group {group_id}?", is_agreed=yes)
    asked = session.conductor.cancel_execution_group(group_id, kind)
    if json:
        session.out.json([listings.execution_shape(one) for one in asked])
        return
    session.out.talk(f"{len(asked)} executions of group `{group_id}` were asked to stop.")


def resume(
    session: Session,
    group_id: GroupArgument,
    reset_operations: Annotated[
        bool, Option("--reset-operations", help="Let operations run again that were interrupted.")
    ] = False,
    json: options.JsonOption = False,
) -> None:
    """Let go on what of a group has failed or been cancelled.

    The executions begin in their order, as many at once as the group may run; what has succeeded does not run again.
    """
    resumed = session.conductor.resume_execution_group(group_id, force=reset_operations)
    if json:
        session.out.json([listings.execution_shape(one) for one in resumed])
        return
    if not resumed:
        session.out.talk(f"No execution of group `{group_id}` has failed or been cancelled.")
        return
    session.out.talk(f"{len(resumed)} executions of group `{group_id}` go on.")
    session.out.talk(f"* Run 'conductor events list -g {group_id} --tail' to follow it")
