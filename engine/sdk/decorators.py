"""The marks that authors put on their workflow and operation functions."""

from collections.abc import Callable
from typing import Any, TypeVar, overload

Function = TypeVar("Function", bound=Callable[..., Any])  # the plugin boundary: authors choose the signature


@overload
def workflow(function: Function, /) -> Function: ...
@overload
def workflow(*, system_wide: bool = False, resumable: bool = False) -> Callable[[Function], Function]: ...
def workflow(
    function: Function | None = None, /, *, system_wide: bool = False, resumable: bool = False
) -> Function | Callable[[Function], Function]:
    """Mark a function as a workflow: it is called with its parameters and `ctx`."""

    def mark(marked: Function) -> Function:
        return _mark(marked, workflow_system_wide=system_wide, resumable=resumable)

    return mark if function is None else mark(function)


@overload
def operation(function: Function, /) -> Function: ...
@overload
def operation(*, resumable: bool = False) -> Callable[[Function], Function]: ...
def operation(
    function: Function | None = None, /, *, resumable: bool = False
) -> Function | Callable[[Function], Function]:
    """Mark a function as an operation: it is called with its inputs and `ctx`."""

    def mark(marked: Function) -> Function:
        return _mark(marked, resumable=resumable)

    return mark if function is None else mark(function)


def task_config(**config: object) -> Callable[[Function], Function]:
    """Give a local task its own `total_retries` and `retry_interval`."""

    def mark(marked: Function) -> Function:
        return _mark(marked, workflow_task_config=config)

    return mark


def _mark(function: Function, **marks: object) -> Function:
    for name, value in marks.items():
        setattr(function, name, value)
    return function
