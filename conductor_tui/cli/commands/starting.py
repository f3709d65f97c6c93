"""`conductor executions start`: start a workflow and stay with it to its end."""

from typing import Annotated

from conductor_tui.cli import listings, options
from conductor_tui.cli.following import conclude, follow, say_queued
from conductor_tui.cli.session import Session, values_of
from conductor_tui.cli.words import Option, WrongUsage
from engine.domain.execution import Execution, Status
from engine.domain.json import JsonObject


def start(
    session: Session,
    workflow_id: options.WorkflowArgument,
    deployment_id: options.DeploymentOption,
    parameters: options.ParametersOption = None,
    allow_custom_parameters: options.CustomParametersOption = False,
    force: options.ForceOption = False,
    queue: Annotated[
        bool, Option("--queue", help="Wait in the queue when it cannot start now, instead of being refused.")
    ] = False,
    dry_run: options.DryRunOption = False,
    wait_after_fail: options.WaitAfterFailOption = 600,
    timeout: options.TimeoutOption = 900,
    no_logs: options.NoLogsOption = False,
    detach: Annotated[
        bool, Option("--detach", help="Print the execution's id and return at once, without following it.")
    ] = False,
    json: Annotated[bool, Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Start a workflow on a deployment and follow it to its end.

    Exits with 1 when the execution failed or was cancelled, or when the timeout passed. Ctrl-C stops the following
    only: the execution keeps running.
    """
    if queue and (force or dry_run):
        raise WrongUsage(f"--queue is mutually exclusive with {'--force' if force else '--dry-run'}")
    execution = session.conductor.start_execution(
        deployment_id,
        workflow_id,
        workflow_values(session, deployment_id, workflow_id, parameters or []),
        force=force,
        queue=queue,
        dry_run=dry_run,
        allow_custom_parameters=allow_custom_parameters,
        wait_after_fail=wait_after_fail,
    )
    if execution.status is Status.QUEUED or detach:
        leave(session, execution, is_json=json)
        return
    accompany(session, execution, timeout=timeout, no_logs=no_logs, is_json=json)


def workflow_values(session: Session, deployment_id: str, workflow_id: str, texts: list[str]) -> JsonObject:
    """Return the parameters that the texts of `-p` say, read as the workflow declares them."""
    if not texts:
        return {}
    workflow = session.conductor.workflows(deployment_id).get(workflow_id)
    return values_of(texts, workflow.parameters if workflow else {}, "--parameters")


def leave(session: Session, execution: Execution, *, is_json: bool) -> None:
    """Print the id of an execution that is not followed, and why it waits where it does."""
    if is_json:
        session.out.json_lines([listings.execution_shape(execution)])
    else:
        session.out.line(execution.id)
    if execution.status is Status.QUEUED:
        say_queued(session, execution)


def accompany(
    session: Session, execution: Execution, *, timeout: int, no_logs: bool, is_json: bool, after: int = 0
) -> None:
    """Follow a started execution from the event `after` on, and tell how it ended.

    Raises:
        Ended: it did not end well, or not in time.
    """
    where = f" on deployment `{execution.deployment_id}`" if execution.deployment_id else ""
    session.out.talk(
        f"Executing workflow `{execution.workflow_id}`{where}; this command stops following after {timeout} seconds"
    )
    style = session.event_style(no_logs=no_logs, is_json=is_json)
    conclude(session, follow(session, execution, style, after=after, timeout=timeout), timeout=timeout)
