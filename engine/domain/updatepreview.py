"""What an update of a deployment would do, as it is told before anything happens."""

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.json import JsonObject


class Effect(StrEnum):
    """What a difference between two plans does to what is running."""

    INSTALLS = "installs"
    UNINSTALLS = "uninstalls"
    REINSTALLS = "reinstalls"
    UPDATES = "updates"
    """By the node's own update operations, where it is."""
    ESTABLISHES = "establishes"
    UNLINKS = "unlinks"
    CHANGES = "changes"
    """The description only; nothing runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateStep:
    """One difference between the plans."""

    action: str
    """`add`, `remove` or `modify`."""
    entity: str
    name: str
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleMoves:
    """The names of the schedules that an update touches, and of those that it leaves to their users."""

    created: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Made by a user under a name that the new blueprint wants too: the user's stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePreview:
    """What an update would do; node instances that come have no id yet, so they are told by their nodes."""

    deployment_id: str
    old_blueprint_id: str
    new_blueprint_id: str
    old_inputs: JsonObject
    new_inputs: JsonObject
    steps: tuple[UpdateStep, ...]
    installed: tuple[str, ...]
    """Nodes, once for each node instance that comes."""
    uninstalled: tuple[str, ...]
    """Node instances."""
    reinstalled: tuple[str, ...]
    updated: tuple[str, ...]
    schedules: ScheduleMoves
    is_installed: bool
    """Whether any node instance lives; where none does, an update changes the description only."""
    workflow: str = ""
    """The workflow that runs instead of installing, uninstalling and reinstalling; empty for none."""
    warnings: tuple[str, ...] = ()

    @property
    def changes_anything(self) -> bool:
        is_other = self.old_blueprint_id != self.new_blueprint_id or self.old_inputs != self.new_inputs
        return is_other or bool(self.steps or self.reinstalled or self.workflow)

    @property
    def summary(self) -> str:
        """Return how many node instances come, go and change."""
        if self.workflow:
            return f"the workflow {self.workflow} runs instead of installing and uninstalling"
        counts = {
            "install": len(self.installed),
            "uninstall": len(self.uninstalled),
            "reinstall": len(self.reinstalled),
            "update": len(self.updated),
        }
        told = ", ".join(f"{word} {count}" for word, count in counts.items() if count)
        return told or "no node instance is touched"
