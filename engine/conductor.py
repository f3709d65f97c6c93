"""The facade: every verb that a face has, once; each subject's verbs stand in `engine/verbs`."""

from engine.verbs.blueprints import BlueprintVerbs
from engine.verbs.deployments import DeploymentVerbs
from engine.verbs.executions import ExecutionVerbs
from engine.verbs.groups import GroupVerbs
from engine.verbs.hooks import HookVerbs
from engine.verbs.operating import OperatingVerbs
from engine.verbs.plugins import PluginVerbs
from engine.verbs.schedules import ScheduleVerbs
from engine.verbs.secrets import SecretVerbs
from engine.verbs.snapshots import SnapshotVerbs
from engine.verbs.updates import UpdateVerbs


class Conductor(
    BlueprintVerbs,
    SecretVerbs,
    PluginVerbs,
    DeploymentVerbs,
    UpdateVerbs,
    ExecutionVerbs,
    ScheduleVerbs,
    GroupVerbs,
    HookVerbs,
    SnapshotVerbs,
    OperatingVerbs,
):
    """One state directory, as a face sees it. May be used from any thread."""
