"""`conductor events`: the record of what happened."""

import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated

from conductor_tui.cli import options
from conductor_tui.cli.eventlines import EventStyle, shown
from conductor_tui.cli.exit_codes import ExitCode
from conductor_tui.cli.following import conclude, conclude_group, follow, follow_group, print_events
from conductor_tui.cli.session import Session
from conductor_tui.cli.words import Argument, Ended, Offers, Option, WrongUsage
from engine.domain.event import Event

BATCH = 1000
POLL = 0.2
"""Seconds between two looks at the database's version."""


def list_(
    session: Session,
    execution_id: Annotated[
        str | None,
        Argument(
            metavar="[EXECUTION_ID]",
            help="The execution that is meant; those of all executions otherwise.",
            offers=Offers.EXECUTIONS,
        ),
    ] = None,
    deployment_id: options.DeploymentFilter = None,
    group_id: Annotated[
        str | None,
        Option(
            "-g",
            "--execution-group",
            metavar="GROUP_ID",
            help="What is told of this execution group: each change of status of an execution of it.",
            offers=Offers.EXECUTION_GROUPS,
        ),
    ] = None,
    tail: Annotated[
        bool, Option("--tail", help="Go on printing what happens, until the execution or group has ended or Ctrl-C.")
    ] = False,
    no_logs: options.NoLogsOption = False,
    size: Annotated[
        int | None, Option("-s", "--size", minimum=1, metavar="NUMBER", help="Print at most so many.")
    ] = None,
    offset: options.OffsetOption = 0,
    last: Annotated[int | None, Option("--last", minimum=1, metavar="NUMBER", help="Print the newest so many.")] = None,
    json: Annotated[bool, Option("--json", help="Print one JSON object per event.")] = False,
) -> None:
    """Print events and logs, oldest first.

    With --tail and an execution or a group it exits with 1 when that failed or was cancelled.
    """
    if sum(one is not None for one in (execution_id, deployment_id, group_id)) > 1:
        raise WrongUsage("give one of EXECUTION_ID, --deployment-id and --execution-group")
    if tail and (size or offset):
        raise WrongUsage("--tail is mutually exclusive with --size and --offset")
    style = session.event_style(no_logs=no_logs, is_json=json)
    full_id = session.conductor.execution(execution_id).id if execution_id else None
    if group_id is not None:
        session.conductor.execution_group(group_id)  # an unknown one is an error, not silence
    every = shown(_stored(session, full_id, deployment_id, group_id), style)
    chosen = islice(every, offset, offset + size if size else None)
    cursor = _print(session, deque(chosen, last) if last else chosen, style)
    if tail and group_id is not None:
        conclude_group(session, follow_group(session, group_id, style, after=cursor))
    elif tail:
        _tail(session, full_id, deployment_id, cursor, style)
    elif not cursor:
        session.out.talk("No events.")


def _stored(
    session: Session,
    execution_id: str | None,
    deployment_id: str | None,
    group_id: str | None = None,
    after: int = 0,
) -> Iterator[Event]:
    while events := session.conductor.events(
        after, execution_id=execution_id, deployment_id=deployment_id, group_id=group_id, limit=BATCH
    ):
        yield from events
        after = events[-1].id


def _print(session: Session, events: Iterable[Event], style: EventStyle) -> int:
    """Print events and return the id of the last one; 0 when there was none."""
    cursor, waiting = 0, iter(events)
    while batch := list(islice(waiting, BATCH)):
        print_events(session.out, batch, style)
        cursor = batch[-1].id
    return cursor


def _tail(
    session: Session, execution_id: str | None, deployment_id: str | None, cursor: int, style: EventStyle
) -> None:
    if execution_id is not None:
        execution = session.conductor.execution(execution_id)
        conclude(session, follow(session, execution, style, after=cursor))
        return
    try:
        _watch(session, deployment_id, cursor, style)
    except KeyboardInterrupt:
        raise Ended(ExitCode.INTERRUPTED) from None


def _watch(session: Session, deployment_id: str | None, cursor: int, style: EventStyle) -> None:
    while True:
        version = session.conductor.data_version()
        cursor = max(cursor, _print(session, _stored(session, None, deployment_id, after=cursor), style))
        while session.conductor.data_version() == version:
            time.sleep(POLL)
