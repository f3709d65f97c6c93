"""`conductor executions`: look at executions, cancel them."""

from typing import Annotated

from conductor_tui.cli import details, listings, options
from conductor_tui.cli.session import Session, confirm
from conductor_tui.cli.words import Argument, Offers, Option, WrongUsage
from engine.domain.execution import CancelKind, Execution, Status


def list_(
    session: Session,
    deployment_id: options.DeploymentFilter = None,
    status: Annotated[
        list[str] | None,
        Option(
            "--status",
            metavar="STATUS",
            help="Only those with this status. Can be given several times.",
        ),
    ] = None,
    size: options.SizeOption = 1000,
    offset: options.OffsetOption = 0,
    descending: Annotated[bool, Option("--descending", help="List the newest first.")] = False,
    json: options.JsonOption = False,
) -> None:
    """List executions, oldest first."""
    chosen = [status_of(text) for text in status] if status else None
    found = session.conductor.executions(
        deployment_id=deployment_id, status=chosen, limit=size, offset=offset, is_newest_first=descending
    )
    if json:
        session.out.json([listings.execution_shape(one) for one in found])
        return
    listings.show(session.out, listings.EXECUTIONS, found)
    if len(found) == size:
        session.out.talk(f"There may be more; see them with --offset {offset + size}")


def status_of(text: str) -> Status:
    """Return the status that a word means.

    Raises:
        WrongUsage: it is none.
    """
    by_word = {one.display: one for one in Status} | {one.value: one for one in Status}
    if text not in by_word:
        raise WrongUsage(f"--status: `{text}` is none of {', '.join(one.display for one in Status)}")
    return by_word[text]


def get(session: Session, execution_id: options.ExecutionArgument, json: options.JsonOption = False) -> None:
    """Show one execution in full."""
    view = session.conductor.execution_view(execution_id)
    if json:
        shape = listings.execution_shape(view.execution)
        session.out.json({**shape, "operations": view.operations, "blockers": listings.blocker_shapes(view.blockers)})
        return
    listings.show_execution(session.out, view)


def cancel(
    session: Session,
    execution_id: Annotated[
        str | None,
        Argument(
            metavar="EXECUTION_ID",
            help="The id of an execution; its first characters are enough when no other id begins so.",
            offers=Offers.UNFINISHED,
        ),
    ] = None,
    deployment_id: Annotated[
        str | None,
        Option(
            "-d",
            "--deployment-id",
            metavar="DEPLOYMENT_ID",
            help="Cancel all executions of this deployment, those that wait too.",
            offers=Offers.DEPLOYMENTS,
        ),
    ] = None,
    force: Annotated[
        bool, Option("-f", "--force", help="Stop waiting for the workflow; running operations are left alone.")
    ] = False,
    kill: Annotated[
        bool, Option("-k", "--kill", help="End every process of the execution, daemons it started included.")
    ] = False,
    yes: options.YesOption = False,
    json: options.JsonOption = False,
) -> None:
    """Cancel an execution, or all of a deployment.

    Without an option it starts no further operation and lets the running ones end. An execution that still waits in
    the queue is cancelled at once.
    """
    if force and kill:
        raise WrongUsage("--force is mutually exclusive with --kill")
    kind = CancelKind.KILL if kill else CancelKind.FORCE if force else CancelKind.CANCEL
    what = _what(execution_id, deployment_id)
    if kind is CancelKind.KILL:
        confirm(session, f"Kill every process of {what}?", is_agreed=yes)
    if execution_id is None:
        _cancel_all(session, deployment_id or "", kind, is_json=json)
        return
    execution = session.conductor.cancel_execution(execution_id, kind)
    if json:
        session.out.json(listings.execution_shape(execution))
    _say_cancelled(session, execution, kind)


def _what(execution_id: str | None, deployment_id: str | None) -> str:
    if execution_id is not None and deployment_id is None:
        return f"execution {execution_id}"
    if execution_id is None and deployment_id is not None:
        return f"all executions of deployment {deployment_id}"
    raise WrongUsage("give either an EXECUTION_ID or --deployment-id")


def _cancel_all(session: Session, deployment_id: str, kind: CancelKind, *, is_json: bool) -> None:
    asked = session.conductor.cancel_executions(deployment_id, kind)
    if is_json:
        session.out.json([listings.execution_shape(one) for one in asked])
    for one in asked:
        _say_cancelled(session, one, kind)
    if not asked:
        session.out.talk(f"No execution of `{deployment_id}` runs or waits.")


_CANCELLING = {
    CancelKind.CANCEL: "Cancelling",
    CancelKind.FORCE: "Force-cancelling",
    CancelKind.KILL: "Killing",
}


def _say_cancelled(session: Session, execution: Execution, kind: CancelKind) -> None:
    if execution.is_final:
        session.out.talk(f"Execution {execution.id} is {execution.status.display}")
        if kind is CancelKind.KILL:
            _say_what_was_ended(session, execution)
        return
    session.out.talk(f"{_CANCELLING[kind]} execution {execution.id}; it is {execution.status.display} now{_fate(kind)}")
    session.out.talk(f"* Run 'conductor executions get {execution.id}' to see its status")


def _say_what_was_ended(session: Session, execution: Execution) -> None:
    """Print the report of a kill that found its execution ended already."""
    for event in session.conductor.events_before(None, execution_id=execution.id, limit=1):
        session.out.talk(f"* {event.message}")


def _fate(kind: CancelKind) -> str:
    if kind is not CancelKind.KILL:
        return ""
    return ": its processes, daemons included, are being ended, by force after 5 seconds"


def why(session: Session, execution_id: options.ExecutionArgument, json: options.JsonOption = False) -> None:
    """Say what an execution waits for, and what would free it."""
    explanation = session.conductor.explain(execution_id)
    if json:
        session.out.json(details.explanation_shape(explanation))
        return
    session.out.lines(details.explanation_lines(explanation))
    if explanation.position is None:
        one = explanation.execution
        session.out.talk(f"Execution {one.id} does not wait: it is {one.status.display}.")
