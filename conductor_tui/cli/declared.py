"""The parameters that a command's function declares."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args, get_origin

from conductor_tui.cli.words import Argument, Option


@dataclass(frozen=True, slots=True)
class Declared:
    """One parameter of a command."""

    name: str
    word: Option | Argument
    type: object
    """The annotated type, such as `str | None`."""
    kind: Literal["bool", "int", "float", "str", "Path"]
    is_repeated: bool
    default: object
    """`inspect.Parameter.empty` when it must be given."""

    @property
    def is_required(self) -> bool:
        return self.default is inspect.Parameter.empty


def declared(function: Callable[..., None]) -> Iterator[Declared]:
    """Return the parameters of `function` after its session, in order.

    Raises:
        TypeError: a parameter declares neither an option nor an argument, or a type that no command line can give.
    """
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        type_, *words = get_args(parameter.annotation)
        if len(words) != 1 or not isinstance(words[0], Option | Argument):
            raise TypeError(f"{function.__qualname__}: {parameter.name} is neither an option nor an argument")
        kind, is_repeated = _kind(type_)
        yield Declared(parameter.name, words[0], type_, kind, is_repeated, parameter.default)


def _kind(type_: object) -> tuple[Literal["bool", "int", "float", "str", "Path"], bool]:
    inner = [one for one in get_args(type_) if one is not type(None)] if get_origin(type_) is not list else [type_]
    found = inner[0] if inner else type_
    is_repeated = get_origin(found) is list
    scalar = get_args(found)[0] if is_repeated else found
    match getattr(scalar, "__name__", ""):
        case "bool" | "int" | "float" | "str" | "Path" as name:
            return name, is_repeated
        case other:
            raise TypeError(f"no command line gives a {other or type_}")
