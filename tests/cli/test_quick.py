"""A well-formed command line means the same to the quick reader and to the full parser."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conductor_tui.cli import full, quick
from conductor_tui.cli.declared import Declared, declared
from conductor_tui.cli.session import Session
from conductor_tui.cli.tree import TREE, function_of
from conductor_tui.cli.words import Argument, Command, Group

Obeyed = tuple[Callable[..., None], dict[str, object], Path | None, bool]


def fully_read(argv: list[str]) -> Obeyed | None:
    """Return what the full parser would have had done; None when it refuses the line."""
    obeyed: list[Obeyed] = []

    def obey(function: Callable[..., None], session: Session, arguments: dict[str, object]) -> None:
        obeyed.append((function, arguments, session.home, session.has_debug))

    with pytest.raises(SystemExit):
        full.run(argv, Session(), obey)
    return obeyed[0] if obeyed else None


def quickly_read(argv: list[str]) -> Obeyed | None:
    call = quick.read(argv)
    return None if call is None else (call.function, call.arguments, call.home, call.verbosity > 0)


@pytest.mark.parametrize(
    "line",
    [
        "executions list",
        "executions list --json -d shop --status failed --status=cancelled -s 10",
        "--home /tmp/x -v executions get abc",
        "executions start install -d deployment1 --queue",
        "executions start -d deployment1 install --queue",
        "executions start -p a=1 -p 'b=2;c=3' -d d1 install --timeout 5 --no-logs -f",
        "deployments schedule create shop smoke_test --since '+1 min' -r '1 day' --weekdays mo,we --weekdays fr",
        "events list",
        "events list abc --tail -l",
        "engine stop --timeout 3",
        "queue --json",
        "uninstall shop -y --keep-blueprint",
    ],
)
def test_a_usual_line_is_read_at_once_and_means_the_same(line: str) -> None:
    argv = shlex.split(line)

    assert quickly_read(argv) is not None
    assert quickly_read(argv) == fully_read(argv)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--help",
        "--headless",
        "executions",
        "executions --help",
        "executions bogus",
        "executions list --bogus",
        "executions list extra",
        "executions list -s 0",
        "executions list -s many",
        "executions list --json=yes",
        "executions list -d",
        "executions start install -d --queue",
        "executions start install",
        "executions start -fd shop install",
        "executions get -- abc",
        "blueprints upload /does/not/exist",
    ],
)
def test_any_doubt_is_left_to_the_full_parser(line: str) -> None:
    assert quickly_read(shlex.split(line)) is None


def commands(node: Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Command]]:
    found = []
    for name, child in node.children.items():
        found += [((*path, name), child)] if isinstance(child, Command) else commands(child, (*path, name))
    return found


COMMANDS = commands(TREE)
WORDS = st.sampled_from(["a", "1", "0", "12", "-1", "1.5", "x=y", "", " ", "--json", "-", "--", "äö", "/", "a b"])


def option_words(one: Declared) -> st.SearchStrategy[list[str]]:
    if isinstance(one.word, Argument):
        return st.lists(WORDS, min_size=1, max_size=3 if one.is_repeated else 1)
    names = st.sampled_from(one.word.names)
    if one.kind == "bool":
        return st.lists(names, min_size=1, max_size=1)
    spaced = st.tuples(names, WORDS).map(list)
    return spaced | st.tuples(names, WORDS).map(lambda pair: ["=".join(pair)])


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    path, command = draw(st.sampled_from(COMMANDS))
    parameters = list(declared(function_of(command)))
    given = [one for one in parameters if one.is_required or draw(st.booleans())]
    words = [draw(option_words(one)) for one in draw(st.permutations(given))]
    return [*path, *(word for group in words for word in group)]


@settings(max_examples=150, deadline=None)
@given(lines())
def test_whatever_is_read_at_once_means_the_same_to_the_full_parser(argv: list[str]) -> None:
    read = quickly_read(argv)

    assert read is None or read == fully_read(argv)


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("", quick.Opening(home=None, is_read_only=False, verbosity=0)),
        ("--read-only", quick.Opening(home=None, is_read_only=True, verbosity=0)),
        ("--read-only --home /x -v", quick.Opening(home=Path("/x"), is_read_only=True, verbosity=1)),
    ],
)
def test_a_line_without_a_command_opens_the_cockpit_at_once(line: str, opening: quick.Opening) -> None:
    assert opening == quick.read_opening(shlex.split(line))


@pytest.mark.parametrize(
    "line", ["--web", "--headless", "queue", "--help", "--home", "--home --read-only", "--unknown", "x"]
)
def test_any_other_line_does_not(line: str) -> None:
    assert quick.read_opening(shlex.split(line)) is None
