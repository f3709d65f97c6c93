"""Every way in which Conductor says no.

ConductorError
├── BlueprintInvalid              the blueprint's text has mistakes (all of them listed)
├── InvalidValue                  a value given by the user does not fit
│   ├── InvalidInputs             deployment inputs
│   ├── InvalidParameters         workflow parameters
│   ├── InvalidSchedule           a schedule's rule or time
│   ├── InvalidArchive            an uploaded archive
│   ├── SecretMissing             a blueprint names secrets that do not exist
│   └── FunctionFailed            an intrinsic function of a blueprint cannot be evaluated
├── NotFound                      the named thing does not exist
├── AlreadyExists                 the name is taken
├── InUse                         something else still depends on the thing
├── DependentsExist               other deployments read capabilities of the deployment
├── ExecutionRefused              the execution may neither run now nor wait
│   ├── SystemWideRunning
│   ├── DeploymentBusy
│   └── OthersRunning
├── MaintenanceActive             maintenance mode is on, or about to be
├── IllegalAction                 the execution's status does not allow the action
├── IllegalTransition             a status may not follow another one
├── StaleAttempt                  a write came from an attempt that has been superseded
├── VersionConflict               runtime properties changed since they were read
├── EngineUnavailable             the background engine cannot be started or reached
├── EngineRunning                 another engine already leads this state directory
└── StorageFailed                 the database or the state directory cannot be used
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


class ConductorError(Exception):
    """The base of all errors that a user may see; its text is one clear sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake in a blueprint, with its place."""

    message: str
    file: str
    line: int
    """From 1; 0 when the file as a whole is meant."""
    column: int
    """From 1; 0 when the line as a whole is meant."""
    hint: str = ""
    """What to change; empty when the message says it already."""
    kind: str = "invalid"
    """A stable word for the kind of mistake, such as `unknown-type`."""
    source: str = ""
    """The line as it is written, or the part of a long one around the place."""
    pointer: int = 0
    """Where in `source` the mistake is, from 0."""
    imported: tuple[str, ...] = ()
    """The imports that led to the file, from the main file on: `main.yaml:3`."""

    @property
    def explanation(self) -> str:
        """Return the sentence with the line it is about, a caret under the place, and the way to the file."""
        lines = [str(self)]
        if self.source:
            lines += [f"    {self.source}", f"    {' ' * self.pointer}^"]
        if self.imported:
            lines.append(f"    imported by {' → '.join(self.imported)}")
        return "\n".join(lines)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.message}" + (f" ({self.hint})" if self.hint else "")


class BlueprintInvalid(ConductorError):
    """The blueprint's text has mistakes."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class InvalidValue(ConductorError):
    """A value given by the user does not fit."""


class InvalidInputs(InvalidValue):
    """Deployment inputs are missing, unknown or of the wrong type."""


class InvalidParameters(InvalidValue):
    """Workflow parameters are missing, unknown or of the wrong type."""


class InvalidSchedule(InvalidValue):
    """A schedule's rule, time or name does not fit."""


class InvalidArchive(InvalidValue):
    """An uploaded archive is damaged, too large or tries to write outside its folder."""


class FunctionFailed(InvalidValue):
    """An intrinsic function of a blueprint cannot be evaluated."""


class SecretMissing(InvalidValue):
    """A blueprint names secrets that do not exist."""

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)
        names = ", ".join(f"`{key}`" for key in keys)
        what = f"a secret that does not exist: {names}" if len(keys) == 1 else f"secrets that do not exist: {names}"
        each = "it" if len(keys) == 1 else "each"
        super().__init__(f"the blueprint needs {what}; create {each} with: conductor secrets create {keys[0]}")


class NotFound(ConductorError):
    """The named thing does not exist."""

    def __init__(self, kind: str, id: str, hint: str = "", *, owner: str = "") -> None:
        self.kind, self.id = kind, id
        if owner:
            super().__init__(f"{owner} has no {kind} `{id}`" + (f" ({hint})" if hint else ""))
        else:
            super().__init__(f"there is no {kind} `{id}`" + (f"; {hint}" if hint else ""))


class AlreadyExists(ConductorError):
    """The name is taken."""

    def __init__(self, kind: str, id: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"a {kind} `{id}` exists already; choose another name or delete it first")


class InUse(ConductorError):
    """Something else still depends on the thing."""

    def __init__(self, kind: str, id: str, reason: str) -> None:
        self.kind, self.id = kind, id
        super().__init__(f"{kind} `{id}` is in use: {reason}")


class DependentsExist(ConductorError):
    """Other deployments read capabilities of the deployment (semantics §2.3, §5.4)."""

    def __init__(self, action: str, deployment: str, dependents: str, mend: str) -> None:
        """`action` is what is refused, such as `delete`."""
        self.deployment = deployment
        super().__init__(
            f"Can't {action} deployment `{deployment}`: existing installations depend on it: {dependents}; {mend}"
        )


class ExecutionRefused(ConductorError):
    """The execution may neither run now nor wait."""

    sentence = ""

    def __init__(self, blockers: Iterable[str]) -> None:
        self.blockers = tuple(blockers)
        super().__init__(f"{self.sentence} {', '.join(self.blockers)}")


class SystemWideRunning(ExecutionRefused):
    """A system-wide execution runs or waits (guide, "Queuing Executions")."""

    sentence = "You cannot start an execution if there is a running system-wide execution:"


class DeploymentBusy(ExecutionRefused):
    """Another execution of the deployment runs or waits (guide, "Queuing Executions")."""

    sentence = "The following executions are currently running for this deployment:"


class OthersRunning(ExecutionRefused):
    """A system-wide execution needs an idle engine (guide, "Queuing Executions")."""

    sentence = "You cannot start a system-wide execution if there are other executions running:"


class MaintenanceActive(ConductorError):
    """Maintenance mode is on, or about to be."""

    def __init__(self) -> None:
        super().__init__(
            "Your request was rejected since Conductor is currently in maintenance mode; "
            "`conductor maintenance-mode deactivate` ends it"
        )


class IllegalAction(ConductorError):
    """The execution's status does not allow the action."""

    def __init__(self, action: str, id: str, status: str) -> None:
        self.action, self.id, self.status = action, id, status
        super().__init__(f"cannot {action} execution `{id}` because it is {status}")


class IllegalTransition(ConductorError):
    """A status may not follow another one."""

    def __init__(self, source: str, target: str) -> None:
        self.source, self.target = source, target
        super().__init__(f"an execution cannot go from {source} to {target}")


class StaleAttempt(ConductorError):
    """A write came from an attempt that has been superseded or settled."""

    def __init__(self, execution: str, attempt: int) -> None:
        self.execution, self.attempt = execution, attempt
        super().__init__(f"attempt {attempt} of execution `{execution}` is no longer the current one")


class VersionConflict(ConductorError):
    """Runtime properties changed since they were read."""

    def __init__(self, instance: str, version: int) -> None:
        self.instance, self.version = instance, version
        super().__init__(f"the runtime properties of `{instance}` have changed since version {version} was read")


class EngineUnavailable(ConductorError):
    """The background engine cannot be started or reached."""


class EngineRunning(ConductorError):
    """Another engine already leads this state directory."""

    def __init__(self, home: str, pid: int) -> None:
        self.home, self.pid = home, pid
        super().__init__(f"an engine (process {pid}) already leads the state directory {home}")


class StorageFailed(ConductorError):
    """The database or the state directory cannot be used."""
