"""Updates of deployments: what was asked for, how far it has come, and which wishes contradict each other."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from engine.domain.errors import InvalidValue
from engine.domain.execution import Status
from engine.domain.json import JsonObject

WORKFLOW = "update"
"""The workflow of such an execution; it belongs to the engine, not to a blueprint."""


UPDATING = tuple(
    f"cloudify.interfaces.lifecycle.{name}"
    for name in ("preupdate", "update", "postupdate", "update_config", "update_apply", "update_postapply")
)
"""The operations that change a node instance where it is, in their order."""


class UpdateStage(StrEnum):
    """How far the record of an update has come; each step is one commit."""

    ACCEPTED = "accepted"
    """Nothing has changed yet."""
    BEGUN = "begun"
    """It is settled which node instances go; the deployment has its old plan."""
    SWITCHED = "switched"
    """The deployment has the new plan; what it adds is being installed."""
    FINISHED = "finished"


class UpdateState(StrEnum):
    """What users see of an update (semantics §5.9)."""

    UPDATING = "updating"
    EXECUTING_WORKFLOW = "executing_workflow"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    """Its execution failed or was cancelled; what was done stays done, and a resume goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOptions:
    """How an update goes about it."""

    skip_install: bool = False
    """What the new plan adds is not installed."""
    skip_uninstall: bool = False
    """What it has no more is forgotten without being uninstalled."""
    skip_reinstall: bool = False
    """What has changed is left running as it is, but for the named ones."""
    reinstall: tuple[str, ...] = ()
    """Nodes or node instances that are reinstalled in any case."""
    install_first: bool = False
    """What is new is installed before anything is taken away."""
    ignore_failure: bool = False
    """Failures while something is uninstalled are passed over."""
    force_reinstall: bool = False
    """What has changed is reinstalled, also where it could change where it is."""
    workflow: str = ""
    """A workflow of the new plan that runs instead of installing, uninstalling and reinstalling; empty for none."""


def check_options(options: UpdateOptions) -> UpdateOptions:
    """Return the options.

    Raises:
        InvalidValue: two of them contradict each other.
    """
    if options.install_first and options.skip_install:
        raise InvalidValue(
            "--install-first has nothing to install first together with --skip-install; drop one of them"
        )
    if options.force_reinstall and options.skip_reinstall:
        raise InvalidValue("--force-reinstall and --skip-reinstall contradict each other; drop one of them")
    beside = [one.name for one in fields(options) if one.name != "workflow" and getattr(options, one.name)]
    if options.workflow and beside:
        flag = "--reinstall-list" if beside[0] == "reinstall" else f"--{beside[0].replace('_', '-')}"
        raise InvalidValue(
            f"--workflow `{options.workflow}` runs instead of installing and uninstalling, so {flag} has no meaning "
            "with it"
        )
    return options


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRequest:
    """Everything that an update is asked with."""

    deployment_id: str
    blueprint_id: str | None = None
    """None stays with the blueprint that the deployment has."""
    inputs: JsonObject = field(default_factory=dict)
    """Merged over the values that the deployment has."""
    options: UpdateOptions = UpdateOptions()


def to_parameters(request: UpdateRequest) -> JsonObject:
    """Return a request as the parameters of its execution, which keep it over the queue and a crash."""
    options = {one.name: getattr(request.options, one.name) for one in fields(UpdateOptions)}
    set_options = {name: list(value) if isinstance(value, tuple) else value for name, value in options.items() if value}
    return {"blueprint_id": request.blueprint_id, "inputs": request.inputs, **set_options}


def from_parameters(deployment_id: str, parameters: JsonObject) -> UpdateRequest:
    """Return the request that an execution was started for."""
    given = {one.name: parameters[one.name] for one in fields(UpdateOptions) if one.name in parameters}
    return UpdateRequest(
        deployment_id=deployment_id,
        blueprint_id=parameters.get("blueprint_id"),
        inputs=parameters.get("inputs") or {},
        options=UpdateOptions(**{**given, "reinstall": tuple(given.get("reinstall") or ())}),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The node instances that an update does something to, by their ids."""

    added: tuple[str, ...] = ()
    """Known once the new plan is in place."""
    removed: tuple[str, ...] = ()
    reinstalled: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    """Changed where they are, by their own update operations."""
    unlinked: tuple[tuple[str, str], ...] = ()
    """Source and target of relationships that go while both ends stay."""
    established: tuple[tuple[str, str], ...] = ()
    """Source and target of relationships that come between node instances that stay."""
    is_installed: bool = True
    """Whether any node instance lived; where none does, only the description changes and nothing is installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentUpdate:
    """The record of one update."""

    id: str
    """The id of its execution."""
    deployment_id: str
    stage: UpdateStage
    old_blueprint_id: str
    new_blueprint_id: str
    old_inputs: JsonObject = field(default_factory=dict)
    new_inputs: JsonObject = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    """What differs between the plans, as sentences."""
    work: Work = Work()
    created_at: datetime
    switched_at: datetime | None = None
    ended_at: datetime | None = None
    execution_status: Status | None = None
    """None once the execution was purged."""

    @property
    def state(self) -> UpdateState:
        """Return what users see; a crash needs nobody to write it down."""
        if self.stage is UpdateStage.FINISHED:
            return UpdateState.SUCCESSFUL
        if self.execution_status is None or self.execution_status.is_final:
            return UpdateState.FAILED
        return UpdateState.UPDATING if self.stage is UpdateStage.ACCEPTED else UpdateState.EXECUTING_WORKFLOW

    @property
    def is_begun(self) -> bool:
        """Say whether it has changed anything."""
        return self.stage is not UpdateStage.ACCEPTED

    @property
    def is_switched(self) -> bool:
        """Say whether the deployment got the new plan."""
        return self.stage in {UpdateStage.SWITCHED, UpdateStage.FINISHED}
