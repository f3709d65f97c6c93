"""The verbs of executions and of what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.execution import FINAL, CancelKind, Execution, StartRequest, Status
from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.domain.admission import Blocker
    from engine.domain.event import Event
    from engine.domain.json import JsonObject
    from engine.domain.past import Past
    from engine.domain.view import ExecutionView, Explanation, QueueRow, QueueView
    from engine.runtime import ending, following, marks, processes
    from engine.services import again, cancelling, explaining, insight, purging
    from engine.services import executions as execution_services
    from engine.services import views as view_services
    from storage import events as event_rows
    from storage import executions as execution_rows
else:
    ending = lazy("engine.runtime.ending")
    following = lazy("engine.runtime.following")
    marks = lazy("engine.runtime.marks")
    processes = lazy("engine.runtime.processes")
    again = lazy("engine.services.again")
    cancelling = lazy("engine.services.cancelling")
    execution_services = lazy("engine.services.executions")
    explaining = lazy("engine.services.explaining")
    insight = lazy("engine.services.insight")
    purging = lazy("engine.services.purging")
    view_services = lazy("engine.services.views")
    event_rows = lazy("storage.events")
    execution_rows = lazy("storage.executions")


class ExecutionVerbs(Door):
    """Start, follow, explain, cancel and remove executions."""

    def start_execution(
        self,
        deployment_id: str | None,
        workflow_id: str,
        parameters: JsonObject | None = None,
        *,
        force: bool = False,
        queue: bool = False,
        dry_run: bool = False,
        allow_custom_parameters: bool = False,
        wait_after_fail: int = 600,
        origin: str = "user",
    ) -> Execution:
        """Start an execution or queue it, and see to it that an engine runs.

        Raises:
            ExecutionRefused: something runs that this start may neither join nor wait for.
            EngineUnavailable: it is stored, but no engine could be started.
        """
        request = StartRequest(
            workflow_id=workflow_id,
            deployment_id=deployment_id,
            parameters=parameters or {},
            force=force,
            queue=queue,
            dry_run=dry_run,
            allow_custom_parameters=allow_custom_parameters,
            wait_after_fail=wait_after_fail,
            origin=origin,
        )
        execution = execution_services.start(self._database, request, now=self._clock.wall())
        self._wake_engine()
        return execution

    def executions(
        self,
        *,
        deployment_id: str | None = None,
        status: Iterable[Status] | None = None,
        limit: int = 1000,
        offset: int = 0,
        is_newest_first: bool = False,
    ) -> list[Execution]:
        with self._database.read() as connection:
            return execution_rows.find(
                connection,
                deployment_id=deployment_id,
                statuses=status,
                limit=limit,
                offset=offset,
                is_newest_first=is_newest_first,
            )

    def execution(self, id: str) -> Execution:
        """Return one execution by its id or the unique beginning of it."""
        with self._database.read() as connection:
            return execution_rows.get(connection, execution_rows.resolve(connection, id))

    def execution_view(self, id: str) -> ExecutionView:
        return view_services.execution(self._database, id, now=self._clock.wall())

    def execution_past(self, id: str) -> Past:
        """Return what earlier runs of its workflow in its deployment let expect of an execution."""
        return insight.past(self._database, id)

    def count_executions(self, status: Iterable[Status] | None = None) -> int:
        """Count the executions with one of these statuses, or all."""
        with self._database.read() as connection:
            return execution_rows.count(connection, statuses=status)

    def cancel_execution(self, id: str, kind: CancelKind = CancelKind.CANCEL) -> Execution:
        """Ask an execution to stop; a kill of an ended one ends what it left running, and its last event says what."""
        full_id = self.execution(id).id
        execution = execution_services.cancel(self._database, full_id, kind, now=self._clock.wall())
        if kind is CancelKind.KILL and execution.is_final:
            self._end_leftovers(execution)
        else:
            self._wake_engine()
        return execution

    def cancel_executions(self, deployment_id: str, kind: CancelKind = CancelKind.CANCEL) -> list[Execution]:
        """Ask all executions of a deployment to stop, and return those that were asked."""
        asked = cancelling.cancel_all(self._database, deployment_id, kind, now=self._clock.wall())
        if asked:
            self._wake_engine()
        return asked

    def resume_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution:
        """Let a failed or cancelled execution go on where it stopped; `force` lets interrupted operations run again.

        Raises:
            IllegalAction: it has neither failed nor been cancelled.
            ExecutionRefused: something runs or waits that it may neither join nor wait for.
        """
        full_id = self.execution(id).id
        execution = again.resume(self._database, full_id, force=force, queue=queue, now=self._clock.wall())
        self._wake_engine()
        return execution

    def requeue_execution(self, id: str) -> Execution:
        """Let a failed or cancelled execution run from the start, at once or when its turn comes.

        Raises:
            IllegalAction: it has neither failed nor been cancelled.
        """
        execution = again.requeue(self._database, self.execution(id).id, now=self._clock.wall())
        self._wake_engine()
        return execution

    def rerun_execution(self, id: str, *, force: bool = False, queue: bool = False) -> Execution:
        """Start another execution of the same workflow with the same parameters.

        Raises:
            ExecutionRefused: something runs or waits that it may neither join nor wait for.
        """
        full_id = self.execution(id).id
        execution = again.rerun(self._database, full_id, force=force, queue=queue, now=self._clock.wall())
        self._wake_engine()
        return execution

    def _end_leftovers(self, execution: Execution) -> None:
        own = {marks.mark_of(execution.id, attempt) for attempt in range(1, execution.attempt + 1)}
        note = ending.end_tree(lambda: processes.marked(processes.scan(), own)).sentence or "found nothing to end"
        execution_services.note_killed(self._database, execution.id, note, now=self._clock.wall())

    def why(self, id: str) -> tuple[Blocker, ...]:
        """Return what holds an execution back; empty when nothing does."""
        return tuple(reason.blocker for reason in self.explain(id).reasons)

    def explain(self, id: str) -> Explanation:
        """Return why an execution waits: who holds it back, since when, for how long still, and what would free it."""
        return explaining.explain(self._database, id, now=self._clock.wall())

    def queue(self) -> list[QueueRow]:
        return view_services.queue(self._database, now=self._clock.wall())

    def queue_view(self) -> QueueView:
        """Return the queue with everything that decides what starts next."""
        return insight.queue(self._database, now=self._clock.wall())

    def purge_executions(
        self,
        *,
        before: str | None = None,
        keep_last: int | None = None,
        deployment_id: str | None = None,
        statuses: Iterable[Status] | None = None,
    ) -> int:
        """Remove ended executions with their operations, events and logs, and return how many.

        Args:
            before: those that ended earlier; an age such as `2 weeks`, or a date and time.
            keep_last: how many of each deployment stay.
            deployment_id: of this deployment alone.
            statuses: only those that ended so.

        Raises:
            InvalidValue: a time cannot be read, or a status is not final.
        """
        request = purging.Purge(
            before=purging.cutoff(before, now=self._clock.wall()) if before is not None else None,
            keep_last=keep_last,
            deployment_id=deployment_id,
            statuses=frozenset(statuses) if statuses is not None else FINAL,
        )
        return purging.purge(self._database, request)

    def events(
        self,
        after: int = 0,
        *,
        execution_id: str | None = None,
        deployment_id: str | None = None,
        group_id: str | None = None,
        limit: int = 1000,
    ) -> list[Event]:
        """Return the events after the one with the id `after`, oldest first; those of a group tell of the group."""
        with self._database.read() as connection:
            return event_rows.after(
                connection,
                after,
                execution_id=execution_id,
                deployment_id=deployment_id,
                group_id=group_id,
                limit=limit,
            )

    def events_before(self, before: int | None, *, execution_id: str | None = None, limit: int = 1000) -> list[Event]:
        """Return the newest events older than the one with the id `before`, or the newest of all, oldest first."""
        with self._database.read() as connection:
            return event_rows.tail(connection, limit, execution_id=execution_id, before=before)

    def find_event(
        self, text: str, *, execution_id: str | None = None, before: int | None = None, after: int | None = None
    ) -> int | None:
        """Return the id of the nearest event before, or else after, the one given that tells `text`; None for none."""
        with self._database.read() as connection:
            return event_rows.find(connection, text, execution_id=execution_id, before=before, after=after)

    def count_events(self, text: str, *, execution_id: str | None = None) -> int:
        """Count the events that tell `text`."""
        with self._database.read() as connection:
            return event_rows.count(connection, text, execution_id=execution_id)

    def follow(self, execution_id: str, *, after: int = 0, timeout: float | None = None) -> Iterator[list[Event]]:
        """Yield new events of an execution until it has ended, or for `timeout` seconds.

        Raises:
            EngineUnavailable: no engine leads, and none could be started.
        """
        found = self.execution(execution_id)
        return following.follow(
            self._database,
            following.at_execution(self._database, found.id),
            after=after,
            timeout=timeout,
            clock=self._clock,
            keep_alive=self._wake_engine if not found.is_final else lambda: None,
        )
