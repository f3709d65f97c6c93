"""Functions that installed packages add to the language."""

import logging
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from engine.domain.errors import FunctionFailed
from engine.domain.json import Json
from engine.dsl.calls import Evaluate, Function, Scope, When
from engine.dsl.functions import FUNCTIONS, register

GROUP = "conductor.functions"
"""Each entry point names a `Function`, or a Python function that takes the evaluated arguments."""

logger = logging.getLogger(__name__)


def load_extensions(points: Iterable[EntryPoint] | None = None) -> tuple[str, ...]:
    """Add the functions of installed packages and return their names; one that cannot be loaded is left out.

    A package cannot replace a function of the language.
    """
    added: list[str] = []
    for point in entry_points(group=GROUP) if points is None else points:
        function = _loaded(point)
        if function is not None and function.name not in FUNCTIONS:
            register(function)
            added.append(function.name)
    return tuple(added)


def _loaded(point: EntryPoint) -> Function | None:
    try:
        found = point.load()
    except Exception:  # code of strangers may fail in any way, and must not take the engine with it
        logger.exception("the function `%s` of the package `%s` cannot be loaded", point.name, point.value)
        return None
    if isinstance(found, Function):
        return found
    if not callable(found):
        logger.error("`%s` is no function", point.value)
        return None
    return Function(
        name=point.name,
        when=When.RUNNING,
        evaluate=_guarded(point.name, found),
        arguments="any value",
        accepts=lambda arguments: True,
        summary=(found.__doc__ or "").partition("\n")[0],
    )


def _guarded(name: str, function: Callable[[Json], Json]) -> Evaluate:
    """Return an evaluation that says which function failed, whatever it raises."""

    def evaluate(arguments: Json, scope: Scope, depth: int) -> Json:
        try:
            return function(arguments)
        except Exception as error:  # as above
            logger.exception("the function `%s` failed", name)
            raise FunctionFailed(f"`{name}` failed: {type(error).__name__}: {error}") from error

    return evaluate


@cache
def ensure_extensions() -> None:
    """Add the functions of installed packages, once in a process."""
    load_extensions()
