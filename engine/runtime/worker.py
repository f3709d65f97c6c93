"""Runs one attempt of one execution, from its first write to its last."""

import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from sqlite3 import Connection
from threading import Event, Thread
from traceback import format_exception
from typing import TYPE_CHECKING, TypeVar

from engine.domain.deployment import Deployment
from engine.domain.errors import ConductorError, StaleAttempt
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import CancelKind, Execution, Status
from engine.domain.json import JsonObject
from engine.domain.parameters import merge
from engine.dsl.secretcalls import needs_secret
from engine.runtime import system_workflows
from engine.runtime.backend import WorkerBackend
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.descriptors import heard, silent
from engine.runtime.doorbell import ring
from engine.runtime.history import load_history
from engine.runtime.home import Home
from engine.runtime.loglines import LogSink
from engine.runtime.operations import SLOTS, Operations
from engine.runtime.patience import persist
from engine.runtime.plugins import Plugins
from engine.runtime.recorder import Recorder
from engine.runtime.site import Site
from engine.runtime.speakers import Hear, Speakers, deaf
from engine.runtime.streams import routed, voiced
from engine.runtime.verdict import Verdict, record, verdict_of, without_secrets
from engine.runtime.watcher import CancelWatcher, heed
from engine.runtime.workflow_function import call_workflow
from engine.sdk.cancel import CancelFlag
from engine.sdk.history import History
from engine.sdk.workflow_context import ExecutionFacts, RetrySettings, WorkflowContext
from engine.services import plugincontent, plugins, settings
from storage import blueprints, deployments, events, executions, updates
from storage.database import Database

if TYPE_CHECKING:
    from engine.runtime.updating import Updating

logger = logging.getLogger(__name__)

T = TypeVar("T")

DONE = 0
STALE = 3
"""The exit status of an attempt that was not, or no longer, the current one."""
KILLED = 4
"""The exit status of a worker that leaves its end to whoever ends its processes."""
BROKEN = 5
"""The exit status of a worker that could not write."""

SWITCH = 0.0005
"""Seconds after which a busy thread lets another one go on; Python's own 5 ms would hold up every commit."""


def _leave_at_once() -> None:
    os._exit(STALE)  # whatever still runs here has lost its right to write


def serve(home: Path, execution_id: str, attempt: int) -> int:
    """Run an attempt in a process that is there for nothing else: all that it and its children print is heard."""
    with silent():
        return run(home, execution_id, attempt, hear=heard)


def run(
    home: Path,
    execution_id: str,
    attempt: int,
    *,
    clock: Clock | None = None,
    on_stale: Callable[[], None] = _leave_at_once,
    hear: Hear = deaf,
) -> int:
    """Run an attempt and return the exit status for its process; operations that were left may outlive the call."""
    clock = clock or SystemClock()
    try:
        database = Database.open(home)
        try:
            return _run(home, database, execution_id, attempt, clock, on_stale, hear)
        finally:
            ring(home)
    except StaleAttempt:
        return STALE
    except ConductorError as error:
        logger.error("execution %s: %s", execution_id, error)
        return BROKEN


def _run(
    home: Path,
    database: Database,
    execution_id: str,
    attempt: int,
    clock: Clock,
    on_stale: Callable[[], None],
    hear: Hear,
) -> int:
    execution = _begin(database, execution_id, attempt, clock)
    if execution is None:
        return STALE
    if execution.deployment_id is None:
        return _record(database, execution, system_workflows.run(database, home, execution, clock), clock)
    try:
        site = load_site(database, home, execution)
    except (ConductorError, OSError) as error:
        return _record(database, execution, verdict_of(error), clock)
    verdict = _Attempt(database, site, clock, on_stale).run(hear)
    return KILLED if verdict is None else _record(database, execution, verdict, clock)


def _begin(database: Database, id: str, attempt: int, clock: Clock) -> Execution | None:
    """Take the execution; None means that this attempt may not run."""

    def begin() -> Execution | None:
        with database.write() as connection:
            if not executions.begin(connection, id, attempt, clock.wall()):
                return None
            execution = executions.get(connection, id)
            events.append(connection, [_started(execution, clock)])
            return execution

    return _persist(begin, clock)


def _persist(action: Callable[[], T], clock: Clock) -> T:
    return persist(action, monotonic=clock.monotonic, wait=Event().wait)


def _started(execution: Execution, clock: Clock) -> Draft:
    verb = "Resuming" if execution.is_resumed else "Starting"
    dry = " (dry run)" if execution.dry_run else ""
    return Draft(
        type=EventType.WORKFLOW_STARTED,
        message=f"{verb} '{execution.workflow_id}' workflow execution{dry}",
        timestamp=clock.wall(),
        execution_id=execution.id,
        deployment_id=execution.deployment_id,
        workflow_id=execution.workflow_id,
    )


def load_site(database: Database, home: Path, execution: Execution) -> Site:
    """Read what an execution works on, and make its folder.

    Raises:
        NotFound: the deployment or its blueprint does not exist.
        ConductorError: the execution has no deployment.
    """
    if execution.deployment_id is None:
        raise ConductorError(f"workflow `{execution.workflow_id}` needs a deployment, and the execution has none")
    with database.read() as connection:
        return settle(connection, home, execution, deployments.get(connection, execution.deployment_id))


def settle(connection: Connection, home: Path, execution: Execution, deployment: Deployment) -> Site:
    """Return what an execution works on where its deployment is as described, and make its folder.

    Raises:
        NotFound: the deployment's blueprint or a plugin of it does not exist.
    """
    content, main_file = blueprints.location(connection, deployment.blueprint_id)
    imported = _imported(connection, home, deployment.plan.namespaces)
    history = load_history(connection, execution.id) if execution.is_resumed else History()
    stored = settings.load_in(connection)
    workdir = Home(home).work(deployment.id)
    workdir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Home(home).blueprints / content
    return Site(
        home=home,
        execution=execution,
        deployment=deployment,
        blueprint_folder=folder,
        main_folder=(folder / main_file).parent,
        imported=imported,
        plugins=tuple(plugincontent.folder_of(home, one.content) for one in plugins.used_by(connection, deployment)),
        workdir=workdir,
        history=history,
        retries=RetrySettings(
            task_retries=stored.task_retries,
            task_retry_interval=stored.task_retry_interval,
            subgraph_retries=stored.subgraph_retries,
        ),
        is_update=updates.of_execution(connection, execution.id) is not None,
    )


def _imported(connection: Connection, home: Path, namespaces: Mapping[str, str]) -> dict[str, Path]:
    places = {namespace: blueprints.location(connection, id) for namespace, id in namespaces.items()}
    folder = Home(home).blueprints
    return {namespace: (folder / content / main).parent for namespace, (content, main) in places.items()}


def _record(database: Database, execution: Execution, verdict: Verdict, clock: Clock) -> int:
    def write() -> bool:
        with database.write() as connection:
            return record(connection, execution, verdict, clock.wall())

    return DONE if _persist(write, clock) else STALE


class _Attempt:
    """The moving parts of a running attempt."""

    def __init__(self, database: Database, site: Site, clock: Clock, on_stale: Callable[[], None]) -> None:
        self._database, self._site, self._clock = database, site, clock
        self._cancel = CancelFlag()
        self._plugins = Plugins(site)
        id, attempt = site.execution.id, site.execution.attempt
        self._recorder = Recorder(
            database, id, attempt, site.deployment.id, heed=partial(heed, self._cancel), on_stale=on_stale
        )
        self._watcher = CancelWatcher(database, id, attempt, self._cancel, on_stale=on_stale)
        self._sink = LogSink(site, self._recorder, clock)
        self._speakers = Speakers(self._sink)
        self._operations = Operations(site, self._recorder, clock, self._plugins, self._speakers)
        self._backend = WorkerBackend(site, database, self._recorder, clock, self._operations.begin, slots=SLOTS)
        self._operations.backend = self._backend

    def run(self, hear: Hear) -> Verdict | None:
        """Run the workflow until it ends or is not waited for any more; None leaves the verdict to the killer."""
        with ExitStack() as parts:
            parts.callback(sys.setswitchinterval, sys.getswitchinterval())
            sys.setswitchinterval(SWITCH)
            parts.enter_context(routed())
            parts.enter_context(self._plugins.importable())
            parts.callback(self._operations.close)
            parts.callback(self._recorder.close)
            parts.callback(self._watcher.close)
            parts.enter_context(self._speakers.heard(hear))
            verdict = self._await_end()
            if verdict is not None and verdict.status is Status.FAILED:
                self._operations.end_programs()
            self._sink.finish()
            return None if verdict is None else without_secrets(verdict, self._site.secrecy)

    def _await_end(self) -> Verdict | None:
        ends: SimpleQueue[Verdict | None] = SimpleQueue()
        self._cancel.wake(ends)  # type: ignore[arg-type] # it only ever puts None
        Thread(target=self._work, args=(ends,), name="workflow", daemon=True).start()
        while True:
            verdict = ends.get()
            if self._cancel.kind is CancelKind.KILL:
                return None
            if self._cancel.kind is CancelKind.FORCE:
                return Verdict(status=Status.CANCELLED)
            if verdict is not None:
                return verdict

    def _work(self, ends: "SimpleQueue[Verdict | None]") -> None:
        try:
            with voiced(partial(self._sink.line, Level.INFO), partial(self._sink.line, Level.INFO)):
                call_workflow(self._site, self._plugins, self._context(), self._parameters(), self._updating())
            self._recorder.flush()
        except (Exception, SystemExit) as error:  # a workflow is an author's code: whatever it raises is its verdict
            if not isinstance(error, ConductorError):
                trace = self._site.secrecy.hide("".join(format_exception(error)))
                logger.info("execution %s failed\n%s", self._site.execution.id, trace)
            ends.put(verdict_of(error))
        else:
            ends.put(verdict_of(None))

    def _parameters(self) -> JsonObject:
        """Return the parameters with the secrets that were not stored with them.

        Those of an update hold inputs of the deployment, which stay as they are written.
        """
        execution = self._site.execution
        if self._site.is_update or not needs_secret(execution.parameters):
            return execution.parameters
        workflow = self._site.deployment.plan.workflows.get(execution.workflow_id)
        return merge(
            execution.workflow_id,
            workflow.parameters if workflow else {},
            execution.parameters,
            allow_custom=True,
            evaluate=lambda values: self._operations.evaluated(values, None),
        )

    def _updating(self) -> "Updating | None":
        """Return the update that the execution makes; None where it makes none."""
        if not self._site.is_update:
            return None
        from engine.runtime.updating import Updating  # few executions need it

        return Updating(
            self._database,
            self._site,
            self._recorder,
            self._clock,
            self._plugins,
            settle=self._settled,
            turn=self._turn,
            evaluated=lambda values: self._operations.evaluated(values, None),
        )

    def _settled(self, deployment: Deployment) -> Site:
        with self._database.read() as connection:
            site = settle(connection, self._site.home, self._site.execution, deployment)
        return replace(site, secrecy=self._site.secrecy)  # what was heard is hidden everywhere

    def _turn(self, site: Site) -> None:
        """Let everything that begins from now on see the deployment so; nothing of it runs meanwhile."""
        self._plugins.turn(site)
        self._operations.turn(site)
        self._backend.turn(site)

    def _context(self) -> WorkflowContext:
        execution, deployment = self._site.execution, self._site.deployment
        facts = ExecutionFacts(
            execution_id=execution.id,
            workflow_id=execution.workflow_id,
            deployment_id=deployment.id,
            blueprint_id=deployment.blueprint_id,
            plan=deployment.plan,
            inputs=deployment.inputs,
            dry_run=execution.dry_run,
            resume=execution.is_resumed,
            wait_after_fail=execution.wait_after_fail,
            retries=self._site.retries,
            attempt=execution.attempt,
            history=self._site.history,
        )
        return WorkflowContext(facts, self._backend, self._cancel, self._sink)
