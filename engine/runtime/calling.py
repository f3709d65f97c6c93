"""Calls the functions of authors with the arguments that they can take."""

import inspect
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from engine.domain.json import JsonObject
from engine.sdk.errors import NonRecoverableError


def call(function: Callable[..., Any], arguments: JsonObject, context: object) -> Any:
    """Call the function with its arguments, and with `ctx` if it takes it.

    Raises:
        NonRecoverableError: it does not take these arguments.
    """
    takes_context = _check(function, frozenset(arguments.keys() - {"ctx"}))
    given = {name: value for name, value in arguments.items() if name != "ctx"}
    return function(**given, ctx=context) if takes_context else function(**given)


@lru_cache(maxsize=1024)
def _check(function: Callable[..., Any], names: frozenset[str]) -> bool:
    """Return whether the function takes `ctx` besides arguments of these names."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # written in C: it must know itself
        return True
    kinds = {parameter.kind for parameter in signature.parameters.values()}
    takes_context = "ctx" in signature.parameters or inspect.Parameter.VAR_KEYWORD in kinds
    given = dict.fromkeys(names | ({"ctx"} if takes_context else set()))
    try:
        signature.bind(**given)
    except TypeError as error:
        name = getattr(function, "__name__", "the function")
        told = ", ".join(sorted(names)) or "none"
        raise NonRecoverableError(f"`{name}{signature}` cannot take the inputs ({told}): {error}") from error
    return takes_context
