"""What the cursor stands on when a key is pressed: actions bind to this value, never to a row's place."""

from dataclasses import dataclass

from engine.domain.execution import Execution
from engine.domain.plugin import StoredPlugin
from engine.domain.secret import Secret
from engine.domain.snapshot import Snapshot
from engine.domain.view import BlueprintRow, DeploymentRow, EngineState, ScheduleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """At most one of each; a screen fills what it knows."""

    deployment: DeploymentRow | None = None
    execution: Execution | None = None
    schedule: ScheduleRow | None = None
    blueprint: BlueprintRow | None = None
    snapshot: Snapshot | None = None
    plugin: StoredPlugin | None = None
    secret: Secret | None = None
    texts: tuple[str, ...] = ()
    """What stands under the cursor or is marked, as text; long texts are cut."""
    event_ids: tuple[int, ...] = ()
    """Ids of the events that the texts tell of, where they are lines of a log."""
    engine: EngineState = EngineState.RUNNING

    @property
    def deployment_id(self) -> str | None:
        """Return the deployment that is meant, directly or through what belongs to it."""
        if self.deployment is not None:
            return self.deployment.id
        if self.execution is not None:
            return self.execution.deployment_id
        return self.schedule.deployment_id if self.schedule is not None else None

    @property
    def name(self) -> str:
        """Return the id that is copied and shown in the crumb line."""
        for one in (self.execution, self.schedule, self.deployment, self.blueprint, self.snapshot, self.plugin):
            if one is not None:
                return one.id
        return self.secret.key if self.secret is not None else ""
