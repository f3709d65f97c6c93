"""What authors of workflows and operations import."""

from engine.sdk.current import ctx, parameters
from engine.sdk.current import parameters as ctx_parameters
from engine.sdk.decorators import operation, workflow
from engine.sdk.errors import (
    ExecutionCancelled,
    HttpException,
    NonRecoverableError,
    OperationRetry,
    ProcessException,
    RecoverableError,
    WorkflowFailed,
)

__all__ = [
    "ExecutionCancelled",
    "HttpException",
    "NonRecoverableError",
    "OperationRetry",
    "ProcessException",
    "RecoverableError",
    "WorkflowFailed",
    "ctx",
    "ctx_parameters",
    "operation",
    "parameters",
    "workflow",
]
