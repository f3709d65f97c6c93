"""How a value that nobody shall see comes from the user: from a file, from standard input, or typed unseen."""

import sys
from getpass import getpass
from pathlib import Path

from conductor_tui.cli.streams import is_terminal
from conductor_tui.cli.words import WrongUsage
from engine.domain.errors import InvalidValue, NotFound

LONGEST = 16 * 1024 * 1024
"""Bytes that are read of a file; a secret is refused long before."""


def value_of(key: str, text: str | None, file: Path | None) -> str:
    """Return the value that the options give, or else what is typed or piped in.

    Raises:
        WrongUsage: there is no value, or more than one.
        NotFound, InvalidValue: the file cannot be read.
    """
    if text is not None and file is not None:
        raise WrongUsage("give either --secret-string or --secret-file")
    if text is not None:
        return text
    if file is not None and str(file) != "-":
        return _content(file)
    if file is None and is_terminal(sys.stdin):
        return typed_twice(f"Value of secret {key}: ")
    return _piped()


def passphrase_of(text: str | None, *, is_new: bool) -> str:
    """Return the passphrase that the option gives, or else what is typed or piped in; a new one is typed twice."""
    if text is not None:
        return text
    if not is_terminal(sys.stdin):
        return _piped()
    return typed_twice("Passphrase: ") if is_new else _typed("Passphrase: ")


def typed_twice(question: str) -> str:
    """Return what is typed unseen, twice the same.

    Raises:
        WrongUsage: the second time it was something else.
    """
    first = _typed(question)
    if first != _typed("Again: "):
        raise WrongUsage("the two are not the same")
    return first


def _content(file: Path) -> str:
    if not file.is_file():
        raise NotFound("file", str(file))
    try:
        with file.open("rb") as stream:
            return stream.read(LONGEST).decode()
    except OSError as error:
        raise InvalidValue(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidValue(f"{file} is not UTF-8 text; encode it, for example with base64") from error


def _typed(question: str) -> str:
    try:
        return getpass(question, stream=sys.stderr)
    except EOFError as error:
        raise WrongUsage("no value was typed") from error


def _piped() -> str:
    """Return standard input without the newline that `echo` adds."""
    if sys.stdin is None:
        raise WrongUsage("standard input is closed, so there is no value; pipe it in or give the option")
    try:
        return sys.stdin.buffer.read(LONGEST).decode().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise InvalidValue("standard input is not UTF-8 text; encode it, for example with base64") from error
