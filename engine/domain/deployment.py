"""Blueprints that were uploaded, deployments made of them, and their node instances."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.blueprint import Plan
from engine.domain.json import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Blueprint:
    """An uploaded blueprint."""

    id: str
    description: str
    main_file: str
    """Path of the main file, relative to the blueprint's folder."""
    content: str
    """Name of the stored folder under `blueprints/` in the state directory: a digest of the content."""
    plan: Plan
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployment: a plan with its inputs set, whose node instances live on their own."""

    id: str
    blueprint_id: str
    plan: Plan
    """The prepared plan: inputs have values, functions that can be are evaluated."""
    inputs: dict[str, Json]
    created_at: datetime


class InstanceState(StrEnum):
    """Where a node instance is in its life (semantics §5.8)."""

    UNINITIALIZED = "uninitialized"
    INITIALIZING = "initializing"
    CREATING = "creating"
    CREATED = "created"
    CONFIGURING = "configuring"
    CONFIGURED = "configured"
    STARTING = "starting"
    STARTED = "started"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DELETING = "deleting"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceRelationship:
    """One relationship of a node instance."""

    type: str
    target_node: str
    target_instance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInstance:
    """One instance of a node of a deployment."""

    id: str
    node_id: str
    index: int = 1
    """From 1, per node."""
    state: str = InstanceState.UNINITIALIZED
    version: int = 1
    """Raised by every write of runtime properties."""
    host_id: str | None = None
    runtime_properties: JsonObject = field(default_factory=dict)
    relationships: tuple[InstanceRelationship, ...] = ()
    scaling_groups: dict[str, str] = field(default_factory=dict)
    """Group instance id -> group name."""
    system_properties: JsonObject = field(default_factory=dict)
    """What checks have found: `status`, `configuration_drift` and their like."""


class ModificationStatus(StrEnum):
    """Where a change of the number of node instances is in its life."""

    STARTED = "started"
    FINISHED = "finished"
    ROLLEDBACK = "rolledback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Modification:
    """A change of the number of node instances of a deployment."""

    id: str
    deployment_id: str
    execution_id: str | None
    """The execution that makes it; None once that was purged."""
    status: ModificationStatus
    added: tuple[str, ...]
    removed: tuple[str, ...]
    before: tuple[NodeInstance, ...]
    """All node instances as they were."""
    created_at: datetime
    ended_at: datetime | None = None
