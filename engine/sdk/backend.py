"""What the framework needs from whoever runs it: steps are recorded in order, and what begins is run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.domain.deployment import NodeInstance
from engine.domain.event import EventType, Level
from engine.domain.json import Json, JsonObject

if TYPE_CHECKING:
    from engine.sdk.tasks import WorkflowTask


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of a task ended: an error, or else a result."""

    result: Json = None
    error: BaseException | None = None


Report = Callable[["WorkflowTask", Outcome], None]
"""Told from any thread when a task has ended."""


@dataclass(frozen=True, slots=True)
class Added:
    """A task is known; it counts into the progress."""

    task: "WorkflowTask"


@dataclass(frozen=True, slots=True)
class Begun:
    """A task begins: it is run once this has been recorded."""

    task: "WorkflowTask"
    report: Report


@dataclass(frozen=True, slots=True)
class Ended:
    """A task has ended, and whether another try follows."""

    task: "WorkflowTask"
    is_retried: bool = False


@dataclass(frozen=True, slots=True)
class StateSet:
    """A node instance is in a new state."""

    instance_id: str
    state: str


@dataclass(frozen=True, slots=True)
class Passed:
    """A step that only records something has done so; a later attempt passes it by."""

    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something is told about the workflow or one of its node instances."""

    message: str
    type: EventType
    level: Level = Level.INFO
    instance_id: str | None = None
    target_id: str | None = None
    operation: str | None = None
    operation_id: str | None = None


Step = Added | Begun | Ended | StateSet | Passed | Told


class Receipt(Protocol):
    """Says when steps are on the disk."""

    def wait(self) -> None:
        """Return once they are; raise what hindered it."""


class Backend(Protocol):
    """The runtime, as workflows see it."""

    slots: int
    """How many tasks may run at once."""

    def commit(self, steps: Sequence[Step]) -> Receipt:
        """Record the steps together and in order, then run those that begin."""

    def monotonic(self) -> float:
        """Return seconds that never step back."""

    def instances(self) -> list[NodeInstance]:
        """Return the node instances as they are now."""

    def instance(self, id: str) -> NodeInstance:
        """Return one node instance as it is now."""

    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int:
        """Replace the runtime properties and return the new version; None overwrites whatever is there."""

    def resource(self, path: str) -> bytes:
        """Return a file of the deployment or of its blueprint."""
