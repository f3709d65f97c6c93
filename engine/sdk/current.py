"""Whose context this thread works in, and the proxies by which authors reach it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from engine.domain.json import Json, JsonObject
from engine.sdk.errors import NotInContext


class _Current(threading.local):
    context: object | None = None
    parameters: "Parameters | None" = None


_current = _Current()


class Parameters(dict[str, Json]):
    """Parameters by key or by attribute; a missing one is a KeyError."""

    def __getattr__(self, name: str) -> Json:
        return self[name]


@contextmanager
def entered(context: object, parameters: JsonObject) -> Iterator[None]:
    """Let `ctx` and `parameters` mean these values in this thread."""
    before = _current.context, _current.parameters
    _current.context, _current.parameters = context, Parameters(parameters)
    try:
        yield
    finally:
        _current.context, _current.parameters = before


def current_context() -> object | None:
    """Return the context of this thread; None outside of workflows and operations."""
    return _current.context


class ContextProxy:
    """Stands for the context of whatever runs in this thread: an operation's or a workflow's."""

    def __getattr__(self, name: str) -> Json:
        if _current.context is None:
            raise NotInContext("ctx")
        return getattr(_current.context, name)

    def __setattr__(self, name: str, value: Json) -> None:
        if _current.context is None:
            raise NotInContext("ctx")
        setattr(_current.context, name, value)

    def __repr__(self) -> str:
        return f"<ctx of {_current.context!r}>"


class ParametersProxy:
    """Stands for the parameters of the workflow, or the inputs of the operation, that runs in this thread."""

    def __getattr__(self, name: str) -> Json:
        return getattr(self._actual(), name)

    def __getitem__(self, name: str) -> Json:
        return self._actual()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actual()

    def __iter__(self) -> Iterator[str]:
        return iter(self._actual())

    def __len__(self) -> int:
        return len(self._actual())

    def __repr__(self) -> str:
        return f"<parameters {_current.parameters!r}>"

    @staticmethod
    def _actual() -> Parameters:
        if _current.parameters is None:
            raise NotInContext("parameters")
        return _current.parameters


ctx = ContextProxy()
parameters = ParametersProxy()
