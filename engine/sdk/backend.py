"""What the framework needs from whoever runs it: steps are recorded in order, and what begins is run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.domain.deployment import Modification, ModificationStatus, NodeInstance
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
    waits_for: tuple[str, ...] = ()
    """Ids of the tasks that it starts after; the first of them where they are very many."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A check of a node instance, or of one of its relationships, has found something."""

    instance_id: str
    kind: str
    """The name under which it is kept, such as `status`."""
    ok: bool
    task: str = ""
    result: Json = None
    related_id: str | None = None
    """The other end, for a check of a relationship."""


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


Step = Added | Begun | Ended | StateSet | Checked | Passed | Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """A node or scaling group that shall have more instances, or fewer."""

    entity: str
    delta: int
    remove_first: frozenset[str] = frozenset()
    """Node instances that go before others."""
    keep: frozenset[str] = frozenset()
    """Node instances that stay; there must be enough others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """What a change of the number of node instances comes to."""

    id: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    instances: tuple[NodeInstance, ...]
    """All that there are while it is made."""


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

    def start_modification(self, scaling: Scaling, *, is_dry_run: bool) -> Scaled:
        """Store the node instances that come and note those that go; a dry run only says what they would be."""

    def end_modification(self, id: str, status: ModificationStatus) -> None:
        """Take away what goes, or what came where the modification is rolled back."""

    def modifications(self) -> list[Modification]:
        """Return the changes of the number of node instances, oldest first."""

    def resource(self, path: str) -> bytes:
        """Return a file of the deployment or of its blueprint."""
