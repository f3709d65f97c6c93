"""Which exit code each way of saying no becomes."""

from enum import IntEnum

from engine.domain.errors import (
    AlreadyExists,
    BlueprintInvalid,
    ConductorError,
    DependentsExist,
    DeploymentBusy,
    EngineRunning,
    EngineUnavailable,
    FunctionFailed,
    IllegalAction,
    IllegalTransition,
    InUse,
    InvalidArchive,
    InvalidInputs,
    InvalidParameters,
    InvalidSchedule,
    MaintenanceActive,
    NotFound,
    OthersRunning,
    SecretMissing,
    StaleAttempt,
    StorageFailed,
    SystemWideRunning,
    VersionConflict,
)


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    FAILED = 1
    """It failed or was refused."""
    USAGE = 2
    """The command line itself is wrong."""
    CRASHED = 70
    """An error of Conductor itself; a report was written."""
    ENGINE = 75
    """The engine is taken or cannot be reached; trying again may help."""
    INTERRUPTED = 130
    """Ended by Ctrl-C."""
    PIPE_CLOSED = 141
    """Nobody reads the output any more, as when `head` has seen enough."""


BY_ERROR: dict[type[ConductorError], ExitCode] = {
    BlueprintInvalid: ExitCode.FAILED,
    InvalidInputs: ExitCode.FAILED,
    InvalidParameters: ExitCode.FAILED,
    InvalidSchedule: ExitCode.FAILED,
    InvalidArchive: ExitCode.FAILED,
    MaintenanceActive: ExitCode.FAILED,
    NotFound: ExitCode.FAILED,
    AlreadyExists: ExitCode.FAILED,
    InUse: ExitCode.FAILED,
    SystemWideRunning: ExitCode.FAILED,
    DependentsExist: ExitCode.FAILED,
    DeploymentBusy: ExitCode.FAILED,
    OthersRunning: ExitCode.FAILED,
    IllegalAction: ExitCode.FAILED,
    IllegalTransition: ExitCode.FAILED,
    StaleAttempt: ExitCode.FAILED,
    FunctionFailed: ExitCode.FAILED,
    SecretMissing: ExitCode.FAILED,
    VersionConflict: ExitCode.FAILED,
    EngineUnavailable: ExitCode.ENGINE,
    EngineRunning: ExitCode.ENGINE,
    StorageFailed: ExitCode.FAILED,
}


def exit_code(error: ConductorError) -> ExitCode:
    """Return the code of the nearest class in the table."""
    return next((BY_ERROR[kind] for kind in type(error).__mro__ if kind in BY_ERROR), ExitCode.FAILED)
