"""How a well-formed command line is read at once; any other one is left to the full parser.

The full parser explains: help, mistakes, proposals, completion. Importing it takes longer than most commands do.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from conductor_tui.cli.declared import Declared, declared
from conductor_tui.cli.tree import TREE, function_of
from conductor_tui.cli.words import Argument, Command, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A command line that was understood."""

    function: Callable[..., None]
    arguments: dict[str, object]
    home: Path | None = None
    verbosity: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A command line without a command: the cockpit is to be shown."""

    home: Path | None
    is_read_only: bool
    verbosity: int


class _Doubt(Exception):
    """The line is not plainly well-formed."""


@dataclass(slots=True)
class _Reading:
    """What the words have said so far."""

    positions: list[str] = field(default_factory=list)
    options: dict[str, list[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)


def read(argv: Sequence[str]) -> Call | None:
    """Return the call that the words ask for; None when that takes a closer look."""
    words = iter(argv)
    try:
        home, verbosity, first = _root(words)
        function = function_of(_command(first, words))
        parameters = tuple(declared(function))
        arguments = _bound(parameters, _reading(parameters, words))
    except (_Doubt, StopIteration):
        return None
    return Call(function=function, arguments=arguments, home=home, verbosity=verbosity)


def read_opening(argv: Sequence[str]) -> Opening | None:
    """Return how the cockpit is to be opened; None when the words ask for something else, or take a closer look."""
    if not {*argv}.isdisjoint(("--headless", "--web")):
        return None
    is_read_only = "--read-only" in argv
    words = iter([word for word in argv if word != "--read-only"])
    try:
        home, verbosity, first = _root(words)
    except (_Doubt, StopIteration):
        return None
    return None if first else Opening(home=home, is_read_only=is_read_only, verbosity=verbosity)


def _root(words: Iterator[str]) -> tuple[Path | None, int, str]:
    """Return the state directory, the verbosity and the first word of the command, if there is one."""
    home, verbosity = None, 0
    for word in words:
        if word == "--home":
            home = Path(_plain(next(words)))
        elif word in ("-v", "--verbose"):
            verbosity += 1
        else:
            return home, verbosity, _plain(word)
    return home, verbosity, ""


def _command(first: str, words: Iterator[str]) -> Command:
    node = TREE.children.get(first)
    while node is not None and not isinstance(node, Command):
        node = node.children.get(next(words))
    if node is None:
        raise _Doubt
    return node


def _reading(parameters: Sequence[Declared], words: Iterator[str]) -> _Reading:
    by_name = {name: one for one in parameters if isinstance(one.word, Option) for name in one.word.names}
    reading = _Reading()
    for word in words:
        if not word.startswith("-"):
            reading.positions.append(word)
            continue
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        one = by_name.get(name)
        if one is None or (one.kind == "bool" and equals):
            raise _Doubt
        if one.kind == "bool":
            reading.flags.add(one.name)
        else:
            reading.options.setdefault(one.name, []).append(value if equals else _plain(next(words)))
    return reading


def _plain(word: str) -> str:
    if word.startswith("-"):
        raise _Doubt
    return word


def _bound(parameters: Sequence[Declared], reading: _Reading) -> dict[str, object]:
    positions = iter(reading.positions)
    bound: dict[str, object] = {}
    for one in parameters:
        if isinstance(one.word, Argument):
            texts = list(islice(positions, None if one.is_repeated else 1))
        else:
            texts = reading.options.get(one.name, [])
        bound[one.name] = True if one.name in reading.flags else _value(one, texts)
    if next(positions, None) is not None:
        raise _Doubt
    return bound


def _value(one: Declared, texts: Sequence[str]) -> object:
    if texts:
        values = [_converted(one, text) for text in texts]
        return values if one.is_repeated else values[-1]
    if one.is_required:
        raise _Doubt
    return one.default


def _converted(one: Declared, text: str) -> object:
    match one.kind:
        case "int" | "float":
            return _number(one, text)
        case "Path":
            return _path(one, text)
        case _:
            return text


def _number(one: Declared, text: str) -> int | float:
    if not text.isascii() or not text.isdigit():
        raise _Doubt
    number = int(text) if one.kind == "int" else float(text)
    if isinstance(one.word, Option) and one.word.minimum is not None and number < one.word.minimum:
        raise _Doubt
    return number


def _path(one: Declared, text: str) -> Path:
    path = Path(text)
    if isinstance(one.word, Argument) and one.word.must_exist and not path.exists():
        raise _Doubt
    return path
