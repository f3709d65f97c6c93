"""Answers the `ctx` commands of scripts, each for the operation whose token it brings."""

import json
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from threading import Lock, Thread

from engine.domain.errors import ConductorError
from engine.domain.json import Json
from engine.runtime import ctx_client
from engine.runtime.ctx_commands import ScriptOutcome, StopOperation, process
from engine.runtime.runs import RunFolder
from engine.sdk.operation_context import OperationContext

SOCKET = "ctx.sock"
LONGEST_ADDRESS = 107
"""Bytes that the path of a socket may have on Linux."""
LONGEST = 64 * 1024 * 1024
"""Bytes of one request."""

SHELL_WRAPPER = 'ctx() { command ctx "$@" || exit $?; }\n'


@dataclass(slots=True)
class _Desk:
    """One operation that may be asked about; its commands come one after the other."""

    ctx: OperationContext
    outcome: ScriptOutcome
    lock: Lock = field(default_factory=Lock)


class CtxServer:
    """A socket in a folder of its own that only this user may enter; a state directory's path may be too long."""

    def __init__(self, run: RunFolder) -> None:
        self._run, self._folder = run, run.borrow("conductor-", longest=LONGEST_ADDRESS - len(f"/{SOCKET}"))
        self._desks: dict[str, _Desk] = {}
        self._path = self._folder / SOCKET
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
        self._socket.bind(str(self._path))
        self._socket.listen(128)
        self.bin = _write_commands(self._folder / "bin")
        Thread(target=self._serve, name="ctx server", daemon=True).start()

    @contextmanager
    def serving(self, ctx: OperationContext, outcome: ScriptOutcome) -> Iterator[str]:
        """Give the address under which a script reaches this operation, for as long as it runs."""
        token = secrets.token_hex(16)
        self._desks[token] = _Desk(ctx, outcome)
        try:
            yield f"unix://{self._path}#{token}"
        finally:
            del self._desks[token]

    def close(self) -> None:
        """Answer nobody any more."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._run.give_back(self._folder)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), name="ctx command", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            is_good, text = self._answer_to(_receive(connection))
            connection.sendall((b"0" if is_good else b"1") + text.encode(errors="replace"))

    def _answer_to(self, request: bytes) -> tuple[bool, str]:
        fields = request.decode(errors="surrogateescape").split("\0")
        desk = self._desks.get(fields[0])
        if desk is None or len(fields) < 3:
            return False, "the operation that this script belongs to has ended"
        form, prefix, *words = fields[1:]
        with desk.lock:
            return _process(desk, words, prefix, is_json=form == "json")


def _process(desk: _Desk, words: list[str], prefix: str, *, is_json: bool) -> tuple[bool, str]:
    try:
        result = process(desk.ctx, desk.outcome, [_word(word, prefix) for word in words])
        return True, _printed(result, is_json)
    except (StopOperation, ConductorError) as error:
        return False, str(error)
    except (AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        return False, f"`ctx {' '.join(words)}` cannot be processed: {error}"


def _word(word: str, prefix: str) -> Json:
    return json.loads(word[len(prefix) :]) if prefix and word.startswith(prefix) else word


def _printed(result: Json, is_json: bool) -> str:
    """Return what the command prints: nothing for an empty answer, unless JSON is asked for."""
    if is_json:
        return json.dumps(result) + "\n"
    return f"{result}\n" if result else ""


def _receive(connection: socket.socket) -> bytes:
    received = bytearray()
    while len(received) < LONGEST and (piece := connection.recv(65536)):
        received += piece
    return bytes(received)


def _write_commands(folder: Path) -> Path:
    """Write the `ctx` command, and `ctx-sh` which scripts may source."""
    folder.mkdir()
    client = quote(str(Path(ctx_client.__file__)))
    _write_executable(folder / "ctx", f'#!/bin/sh\nexec {quote(sys.executable)} -I -S {client} "$@"\n')
    _write_executable(folder / "ctx-sh", SHELL_WRAPPER)
    return folder


def _write_executable(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o700)
