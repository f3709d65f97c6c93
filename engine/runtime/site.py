"""What a worker knows of its execution: the values that everything in it shares."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from engine.domain.deployment import Deployment
from engine.domain.event import Draft, EventType, Level
from engine.domain.execution import Execution
from engine.runtime.home import Home
from engine.runtime.runs import RunFolder
from engine.runtime.secrecy import Secrecy
from engine.sdk.history import History
from engine.sdk.workflow_context import RetrySettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One execution, its deployment and its folders."""

    home: Path
    execution: Execution
    deployment: Deployment
    blueprint_folder: Path
    """The unpacked content of the blueprint; read only."""
    main_folder: Path
    """The folder of the blueprint's main file, inside of it."""
    imported: Mapping[str, Path] = field(default_factory=dict)
    """Namespace of a `blueprint:` import → the folder of that blueprint's main file."""
    plugins: tuple[Path, ...] = ()
    """The folders of the stored plugins that the deployment uses."""
    workdir: Path
    """The deployment's own folder, in which operations run."""
    history: History = field(default_factory=History)
    """What earlier attempts have done, where this one goes on with it."""
    retries: RetrySettings = field(default_factory=RetrySettings)
    is_update: bool = False
    """The execution brings the deployment from one plan to another."""
    secrecy: Secrecy = field(default_factory=Secrecy, compare=False)
    """The secrets that were read here."""

    @property
    def run_folder(self) -> RunFolder:
        """The folder of the execution, which goes when it has ended, however it does."""
        return RunFolder(Home(self.home).run(self.execution.id))

    def draft(
        self,
        type: EventType,
        message: str,
        now: datetime,
        *,
        level: Level = Level.INFO,
        instance_id: str | None = None,
        target_id: str | None = None,
        operation: str | None = None,
        operation_id: str | None = None,
        causes: str = "",
    ) -> Draft:
        """Return an event of this execution."""
        return Draft(
            type=type,
            message=message,
            timestamp=now,
            level=level,
            execution_id=self.execution.id,
            deployment_id=self.deployment.id,
            workflow_id=self.execution.workflow_id,
            node_instance_id=instance_id,
            target_instance_id=target_id,
            operation=operation,
            operation_id=operation_id,
            error_causes=causes,
        )
