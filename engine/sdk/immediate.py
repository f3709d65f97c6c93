"""The tasks that only record something: they have ended as soon as it is recorded."""

from typing import Any
from zlib import crc32

from engine.domain.event import EventType
from engine.sdk.backend import StateSet, Step, Told
from engine.sdk.tasks import WorkflowTask


class ImmediateTask(WorkflowTask):
    """Only records something: no events of its own, no retries."""

    is_immediate = True
    only_records = True

    def __init__(self, name: str, effects: tuple[Step, ...] = (), **options: Any) -> None:
        super().__init__(name, send_task_events=False, **options)
        self._effects = effects

    def effects(self) -> tuple[Step, ...]:
        return self._effects

    def _copy(self) -> WorkflowTask:
        return ImmediateTask(self.name, self._effects, info=self.info)


class NOPLocalWorkflowTask(ImmediateTask):
    """Does nothing, in the place of an operation that is not mapped."""

    def __init__(self, **options: Any) -> None:
        super().__init__("NOP", **options)

    def is_nop(self) -> bool:
        return self.on_success is None and self.on_failure is None


class DryRunLocalWorkflowTask(ImmediateTask):
    """Stands for an operation in a dry run: it succeeds without running."""

    only_records = False

    def __init__(self, stands_for: WorkflowTask, **options: Any) -> None:
        super().__init__(stands_for.name, **options)
        self.stands_for = stands_for

    def effects(self) -> tuple[Step, ...]:
        from engine.sdk.narration import dry_run  # it tells about the tasks that are declared here

        return dry_run(self)

    def _copy(self) -> WorkflowTask:
        return DryRunLocalWorkflowTask(self.stands_for)


class SetNodeInstanceStateTask(ImmediateTask):
    """Brings a node instance into a state."""

    def __init__(self, instance_id: str, state: str, **options: Any) -> None:
        super().__init__("set_state", (StateSet(instance_id, state),), info=f"{instance_id}:{state}", **options)


class SendNodeEventTask(ImmediateTask):
    """Tells something about a node instance."""

    def __init__(self, instance_id: str, message: str, target_id: str | None = None, **options: Any) -> None:
        told = Told(message=message, type=EventType.WORKFLOW_NODE_EVENT, instance_id=instance_id, target_id=target_id)
        super().__init__("send_event", (told,), info=f"{instance_id}:{_short(message)}", **options)


class SendWorkflowEventTask(ImmediateTask):
    """Tells something about the workflow."""

    def __init__(self, message: str, type: EventType = EventType.WORKFLOW_STAGE, **options: Any) -> None:
        super().__init__("send_event", (Told(message=message, type=type),), info=_short(message), **options)


def _short(message: str) -> str:
    return f"{crc32(message.encode()):08x}"
