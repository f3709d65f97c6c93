"""The verbs of schedules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from engine.domain.agenda import Stretch
    from engine.domain.blackout import Calendar
    from engine.domain.blueprint import Workflow
    from engine.domain.execution import Execution
    from engine.domain.json import JsonObject
    from engine.domain.outlook import Outlook
    from engine.domain.preview import PreviewLine
    from engine.domain.rehearsal import Rehearsed
    from engine.domain.schedule import Occurrence, Schedule
    from engine.domain.schedulechanges import ScheduleChanges
    from engine.domain.schedulepolicy import Policies
    from engine.domain.schedulerequest import ScheduleRequest, Timing
    from engine.domain.view import ScheduleRow
    from engine.services import calendarexchange, calendars, scheduleoutlook, schedules, scheduleviews
else:
    calendarexchange = lazy("engine.services.calendarexchange")
    calendars = lazy("engine.services.calendars")
    scheduleoutlook = lazy("engine.services.scheduleoutlook")
    schedules = lazy("engine.services.schedules")
    scheduleviews = lazy("engine.services.scheduleviews")


class ScheduleVerbs(Door):
    """Create, change, preview and delete schedules."""

    def create_schedule(
        self,
        deployment_id: str,
        workflow_id: str,
        *,
        id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        timezone: str | None = None,
        recurrence: str | None = None,
        weekdays: Iterable[str] = (),
        count: int | None = None,
        rrule: str | None = None,
        when: str | None = None,
        parameters: JsonObject | None = None,
        slip: int = 0,
        stop_on_fail: bool = False,
        force: bool = False,
        dry_run: bool = False,
        allow_custom_parameters: bool = False,
        wait_after_fail: int = 600,
        policies: Policies | None = None,
    ) -> Schedule:
        """Store a schedule, and see to it that an engine polls it.

        Raises:
            InvalidValue: a time, the rule, the id or the parameters do not fit.
        """
        from engine.domain.schedule import ExecutionArguments
        from engine.domain.schedulerequest import ScheduleRequest, Timing

        request = ScheduleRequest(
            deployment_id=deployment_id,
            workflow_id=workflow_id,
            id=id,
            timing=Timing(
                since=since,
                until=until,
                timezone=timezone,
                recurrence=recurrence,
                weekdays=tuple(weekdays),
                count=count,
                rrule=rrule,
                when=when,
            ),
            parameters=parameters or {},
            arguments=ExecutionArguments(
                force=force,
                dry_run=dry_run,
                allow_custom_parameters=allow_custom_parameters,
                wait_after_fail=wait_after_fail,
            ),
            slip=slip,
            stop_on_fail=stop_on_fail,
            policies=policies,
        )
        return self.add_schedule(request)

    def add_schedule(self, request: ScheduleRequest) -> Schedule:
        """Store the schedule that is asked for, and see to it that an engine polls it.

        Raises:
            InvalidValue: a time, the rule, the id or the parameters do not fit.
        """
        schedule = schedules.create(self._database, request, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def preview_request(self, request: ScheduleRequest, *, limit: int = 10) -> tuple[Schedule, list[PreviewLine]]:
        """Return the schedule that would be stored, and what it would do next."""
        return scheduleviews.preview_new(self._database, request, now=self._clock.wall(), limit=limit)

    def preview_changes(
        self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 10
    ) -> tuple[Schedule, list[PreviewLine]]:
        """Return the schedule that changes would make, and what it would do next."""
        now = self._clock.wall()
        return scheduleviews.preview_changed(self._database, deployment_id, id, changes, now=now, limit=limit)

    def outlook_request(self, request: ScheduleRequest, *, limit: int = 60) -> Outlook:
        """Return what is to be expected of the schedule that would be stored."""
        return scheduleoutlook.of_request(self._database, request, now=self._clock.wall(), limit=limit)

    def outlook_changes(self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 60) -> Outlook:
        """Return what is to be expected of the schedule that changes would make."""
        now = self._clock.wall()
        return scheduleoutlook.of_changes(self._database, deployment_id, id, changes, now=now, limit=limit)

    def rehearse_schedule(self, deployment_id: str, id: str, *, limit: int = 10) -> list[Rehearsed]:
        """Return what would be decided about the coming runs of a schedule, on a test clock."""
        return scheduleoutlook.rehearsed(self._database, deployment_id, id, now=self._clock.wall(), limit=limit)

    def schedules(self, deployment_id: str | None = None) -> list[ScheduleRow]:
        with self._database.read() as connection:
            return scheduleviews.rows(connection, deployment_id=deployment_id)

    def schedules_within(
        self,
        deployment_id: str | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
        timezone: str | None = None,
    ) -> list[ScheduleRow]:
        """Return schedules; with an end or both, only those that occur between."""
        now = self._clock.wall()
        return scheduleviews.rows_within(
            self._database, deployment_id=deployment_id, since=since, until=until, zone=timezone, now=now
        )

    def summarize_schedules(self, field: str) -> list[tuple[str, int, int]]:
        """Return for each value of a field how many schedules run once, and how many recur."""
        return scheduleviews.summary(self._database, field)

    def schedulable(self, deployment_id: str) -> dict[str, Workflow]:
        """Return the workflows that may be scheduled: a deployment's, or for `-` those of the system."""
        return scheduleviews.schedulable(self._database, deployment_id)

    def start_scheduled(self, deployment_id: str, id: str) -> Execution:
        """Start what a schedule starts, once and beside its own times; it waits in the queue where it must."""
        execution = schedules.start_now(self._database, deployment_id, id, now=self._clock.wall())
        self._wake_engine()
        return execution

    def schedule(self, deployment_id: str, id: str) -> Schedule:
        return scheduleviews.get(self._database, deployment_id, id)

    def upcoming(self, deployment_id: str, id: str, *, limit: int = 10) -> list[datetime]:
        """Return the next occurrences of a schedule; none while it is disabled."""
        return scheduleviews.upcoming(self._database, deployment_id, id, now=self._clock.wall(), limit=limit)

    def preview_schedule(self, timing: Timing, *, limit: int = 10) -> list[datetime]:
        """Return the next occurrences of a schedule that is not stored."""
        return scheduleviews.preview(timing, now=self._clock.wall(), limit=limit)

    def schedule_agenda(self, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
        """Return how many runs each stretch from a clock reading of the zone has."""
        return scheduleviews.agenda(self._database, begin, step=step, steps=steps, zone=zone)

    def schedule_history(self, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
        """Return what was decided about a schedule's occurrences, newest first."""
        return scheduleviews.history(self._database, deployment_id, id, limit=limit)

    def update_schedule(self, deployment_id: str, id: str, changes: ScheduleChanges) -> Schedule:
        """Change a schedule; what `changes` leaves out stays."""
        schedule = schedules.update(self._database, deployment_id, id, changes, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def enable_schedule(self, deployment_id: str, id: str) -> Schedule:
        schedule = schedules.enable(self._database, deployment_id, id, now=self._clock.wall())
        self._wake_engine()
        return schedule

    def disable_schedule(self, deployment_id: str, id: str, reason: str = "") -> Schedule:
        return schedules.disable(self._database, deployment_id, id, reason=reason)

    def delete_schedule(self, deployment_id: str, id: str) -> None:
        schedules.delete(self._database, deployment_id, id)

    def export_schedules(self, names: Iterable[tuple[str, str]] = ()) -> bytes:
        """Return the iCalendar file of the named schedules (deployment, id), or of all."""
        return calendarexchange.hand_out(self._database, names, now=self._clock.wall())

    def import_schedules(
        self,
        content: bytes,
        *,
        deployment_id: str | None = None,
        workflow_id: str | None = None,
        timezone: str | None = None,
        replaces: bool = False,
    ) -> list[Schedule]:
        """Store a schedule for each event of an iCalendar file, all or none.

        Raises:
            InvalidValue: the file or an event cannot be read, or nothing says what an event is to start.
        """
        from engine.services.calendarexchange import Target

        target = Target(deployment_id=deployment_id, workflow_id=workflow_id, zone=timezone)
        now = self._clock.wall()
        made = calendarexchange.take_in(self._database, content, target, replaces=replaces, now=now)
        self._wake_engine()
        return made

    def create_calendar(
        self, id: str, windows: Iterable[str], *, description: str = "", timezone: str | None = None
    ) -> Calendar:
        """Store a calendar of windows in which the schedules that refer to it start nothing.

        Raises:
            AlreadyExists: the id is taken.
            InvalidValue: a window is neither `FROM .. TO` nor `RECURRENCE for LENGTH`.
        """
        now = self._clock.wall()
        return calendars.create(self._database, id, tuple(windows), description=description, zone=timezone, now=now)

    def update_calendar(
        self,
        id: str,
        *,
        windows: Iterable[str] | None = None,
        description: str | None = None,
        timezone: str | None = None,
    ) -> Calendar:
        """Change a calendar; what is None stays."""
        return calendars.update(
            self._database,
            id,
            windows=None if windows is None else tuple(windows),
            description=description,
            zone=timezone,
            now=self._clock.wall(),
        )

    def calendars(self) -> list[Calendar]:
        return calendars.listing(self._database)

    def calendar(self, id: str) -> tuple[Calendar, list[str]]:
        """Return a calendar and the schedules that refer to it, as `deployment/schedule`."""
        return calendars.get(self._database, id)

    def delete_calendar(self, id: str) -> None:
        calendars.delete(self._database, id)
