"""Sets of deployments, and a workflow that was started on all deployments of one (semantics §2.7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.errors import InvalidValue
from engine.domain.execution import Execution, Status
from engine.domain.json import JsonObject

CONCURRENCY = 5
"""How many executions of a group run at once, unless somebody says otherwise."""
MOST_DEPLOYMENTS = 1000
"""Deployments that one command adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentGroup:
    """A named set of deployments."""

    id: str
    description: str = ""
    default_blueprint_id: str | None = None
    """Of the deployments that the group makes itself; None when each time one must be named."""
    default_inputs: JsonObject = field(default_factory=dict)
    created_at: datetime
    deployments: tuple[str, ...] = ()
    """Their ids, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionGroup:
    """One workflow, started on each deployment of a group."""

    id: str
    workflow_id: str
    deployment_group_id: str | None
    """None when the deployment group is gone."""
    concurrency: int = CONCURRENCY
    """How many run at once; 0 is a pause."""
    success_group_id: str | None = None
    """Deployment group that the deployments join on which it ended well."""
    failed_group_id: str | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionGroupView:
    """An execution group with its executions."""

    group: ExecutionGroup
    status: Status | None
    """None while it is empty."""
    counts: Mapping[Status, int]
    executions: tuple[Execution, ...] = ()
    """In order of arrival; empty in listings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStart:
    """Everything that the start of an execution group is asked with."""

    workflow_id: str
    deployment_group_id: str
    id: str | None = None
    """None makes one up."""
    concurrency: int = CONCURRENCY
    parameters: JsonObject = field(default_factory=dict)
    overrides: Mapping[str, JsonObject] = field(default_factory=dict)
    """Parameters of single deployments, by their ids; they win."""
    force: bool = False
    dry_run: bool = False
    allow_custom_parameters: bool = False
    wait_after_fail: int = 600
    success_group_id: str | None = None
    failed_group_id: str | None = None


def status_of(statuses: Collection[Status]) -> Status | None:
    """Return the status of a group from those of its executions; a cancelled one does not spoil a success."""
    found = set(statuses)
    if not found:
        return None
    if found == {Status.PENDING}:
        return Status.PENDING
    if found <= {Status.QUEUED, Status.SCHEDULED, Status.PENDING}:
        return Status.QUEUED
    if all(status.is_final for status in found):
        return Status.FAILED if Status.FAILED in found else Status.TERMINATED
    return Status.STARTED


def check_concurrency(concurrency: int) -> int:
    """Return the concurrency.

    Raises:
        InvalidValue: it is no number of executions.
    """
    if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 0:
        raise InvalidValue(f"concurrency must be a nonnegative number, but got: {concurrency}")
    return concurrency
