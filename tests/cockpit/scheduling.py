"""A cockpit world whose schedules follow the real rules: one heals on Sundays, a nightly snapshot is in its way."""

from datetime import UTC, datetime, timedelta

from engine.domain.agenda import Stretch, agenda
from engine.domain.blueprint import Workflow
from engine.domain.execution import Execution
from engine.domain.outlook import Around, Outlook, outlook
from engine.domain.preview import PreviewLine, preview
from engine.domain.schedule import SYSTEM, Disposition, Occurrence, Schedule
from engine.domain.schedulechanges import ScheduleChanges, changed
from engine.domain.schedulerequest import ScheduleRequest, Timing, schedule_of
from tests.builders import an_execution
from tests.cockpit import worlds

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)


def a_schedule(when: str, deployment_id: str, workflow_id: str, id: str) -> Schedule:
    timing = Timing(when=when, since="2020-01-01 00:00", timezone="Europe/Berlin")
    request = ScheduleRequest(
        deployment_id=deployment_id, workflow_id=workflow_id, id=id, timing=timing, parameters={"path": "/health"}
    )
    return schedule_of(request, now=NOW, default_zone="UTC")


NIGHTLY = a_schedule("every day at 2:28", SYSTEM, "create_snapshot", "nightly")
AROUND = Around(others=(NIGHTLY,), holds={(SYSTEM, "nightly"): timedelta(minutes=20)}, takes=timedelta(minutes=12))


class SchedulingWorld(worlds.World):
    """What is stored stays as it is; what is asked for is noted."""

    def schedulable(self, deployment_id: str) -> dict[str, Workflow]:
        if deployment_id == SYSTEM:
            return {"create_snapshot": Workflow(name="create_snapshot", plugin="", function="")}
        return self.workflows(deployment_id)

    def schedule(self, deployment_id: str, id: str) -> Schedule:
        return a_schedule("sun and wed at 2:30 until 31 march", deployment_id, "smoke_test", id)

    def add_schedule(self, request: ScheduleRequest) -> Schedule:
        self.asked.append(("add_schedule", request))
        return schedule_of(request, now=NOW, default_zone="UTC")

    def update_schedule(self, deployment_id: str, id: str, changes: ScheduleChanges) -> Schedule:
        self.asked.append(("update_schedule", deployment_id, id, changes))
        return changed(self.schedule(deployment_id, id), changes, now=NOW)

    def start_scheduled(self, deployment_id: str, id: str) -> Execution:
        self.asked.append(("start_scheduled", deployment_id, id))
        return an_execution()

    def outlook_request(self, request: ScheduleRequest, *, limit: int = 60) -> Outlook:
        return outlook(schedule_of(request, now=NOW, default_zone="UTC"), AROUND, now=NOW, limit=limit)

    def outlook_changes(self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 60) -> Outlook:
        schedule = changed(self.schedule(deployment_id, id), changes, now=NOW)
        return outlook(schedule, AROUND, now=NOW, limit=limit)

    def preview_changes(
        self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 10
    ) -> tuple[Schedule, list[PreviewLine]]:
        schedule = changed(self.schedule(deployment_id, id), changes, now=NOW)
        return schedule, preview(schedule, now=NOW, limit=limit, others=[NIGHTLY])

    def schedule_history(self, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]:
        return [
            Occurrence(
                deployment_id=deployment_id,
                schedule_id=id,
                occurrence=NOW,
                disposition=Disposition.SKIPPED_OVERLAP,
                reason="its execution \x1b[2Je1 is still started",
                decided_at=NOW,
                covered=3,
            )
        ]

    def schedule_agenda(self, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]:
        nightly = a_schedule("daily at 2:30", "d1", "heal", "nightly")
        return agenda([nightly], begin, step=step, steps=steps, zone=zone)

    def enable_schedule(self, deployment_id: str, id: str) -> Schedule:
        self.asked.append(("enable_schedule", deployment_id, id))
        return self.schedule(deployment_id, id)

    def disable_schedule(self, deployment_id: str, id: str, reason: str = "") -> Schedule:
        self.asked.append(("disable_schedule", deployment_id, id, reason))
        return self.schedule(deployment_id, id)


def scheduling() -> SchedulingWorld:
    busy = worlds.busy()
    world = SchedulingWorld(busy.home)
    world.__dict__.update(busy.__dict__)
    return world
