"""What the screens of schedules ask of the engine, beyond what every screen asks."""

from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from engine.domain.agenda import Stretch
from engine.domain.blueprint import Workflow
from engine.domain.execution import Execution
from engine.domain.outlook import Outlook
from engine.domain.preview import PreviewLine
from engine.domain.schedule import Occurrence, Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest


@runtime_checkable
class ScheduleFacade(Protocol):
    """Every method may be called from any thread; each raises only ConductorError."""

    def schedulable(self, deployment_id: str) -> dict[str, Workflow]: ...

    def schedule(self, deployment_id: str, id: str) -> Schedule: ...

    def add_schedule(self, request: ScheduleRequest) -> Schedule: ...

    def update_schedule(self, deployment_id: str, id: str, changes: ScheduleChanges) -> Schedule: ...

    def start_scheduled(self, deployment_id: str, id: str) -> Execution: ...

    def preview_changes(
        self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 10
    ) -> tuple[Schedule, list[PreviewLine]]: ...

    def outlook_request(self, request: ScheduleRequest, *, limit: int = 60) -> Outlook: ...

    def outlook_changes(self, deployment_id: str, id: str, changes: ScheduleChanges, *, limit: int = 60) -> Outlook: ...

    def schedule_history(self, deployment_id: str, id: str, *, limit: int = 100) -> list[Occurrence]: ...

    def schedule_agenda(self, begin: datetime, *, step: timedelta, steps: int, zone: str) -> list[Stretch]: ...

    def enable_schedule(self, deployment_id: str, id: str) -> Schedule: ...

    def disable_schedule(self, deployment_id: str, id: str, reason: str = "") -> Schedule: ...
