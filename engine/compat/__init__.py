"""The import names that existing community plugins and workflows use, mapped onto the sdk."""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_ERRORS = {
    name: f"engine.sdk.errors:{name}"
    for name in (
        "HttpException",
        "NonRecoverableError",
        "NotInContext",
        "OperationRetry",
        "ProcessException",
        "RecoverableError",
        "WorkflowFailed",
    )
}
_CONTEXT = {"ctx": "engine.sdk.current:ctx"}
_API = {
    name: f"engine.sdk.api:{name}"
    for name in ("EXECUTION_CANCELLED_RESULT", "ExecutionCancelled", "has_cancel_request", "has_kill_request")
}
_GRAPH = {
    name: f"engine.sdk.tasks_graph:{name}"
    for name in ("SubgraphTask", "TaskDependencyGraph", "TaskSequence", "forkjoin", "make_or_get_graph")
}

NAMES: Mapping[str, Mapping[str, str]] = {
    "cloudify": _CONTEXT,
    "cloudify.decorators": {
        "operation": "engine.sdk.decorators:operation",
        "task": "engine.sdk.decorators:operation",
        "task_config": "engine.sdk.decorators:task_config",
        "workflow": "engine.sdk.decorators:workflow",
    },
    "cloudify.exceptions": _ERRORS,
    "cloudify.state": {
        **_CONTEXT,
        "ctx_parameters": "engine.sdk.current:parameters",
        "workflow_ctx": "engine.sdk.current:ctx",
        "workflow_parameters": "engine.sdk.current:parameters",
    },
    "cloudify.workflows": {**_CONTEXT, "parameters": "engine.sdk.current:parameters"},
    "cloudify.workflows.api": _API,
    "cloudify.workflows.tasks": {"HandlerResult": "engine.sdk.handler:HandlerResult"},
    "cloudify.workflows.tasks_graph": _GRAPH,
}
"""Of each module that can be imported, its names and where the sdk has them."""


class _Loader(Loader):
    def exec_module(self, module: ModuleType) -> None:
        for name, place in NAMES[module.__name__].items():
            home, _, own_name = place.partition(":")
            setattr(module, name, getattr(import_module(home), own_name))


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in NAMES:
            return None
        is_package = any(name.startswith(f"{fullname}.") for name in NAMES)
        return ModuleSpec(fullname, _Loader(), is_package=is_package)


def install() -> None:
    """Let the names be imported in this process; where the real package is installed, it is found first."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())


def hint(error: BaseException) -> str:
    """Return what to write instead of an import of these names that failed, or nothing."""
    name = error.name if isinstance(error, ImportError) else None
    is_ours = name is not None and name.partition(".")[0] in NAMES
    return "; what Conductor offers is in its sdk: write `from engine.sdk import ctx`" if is_ours else ""
