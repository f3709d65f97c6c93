"""Answers the `ctx` commands of scripts, each for the operation whose token it brings."""

import json
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shlex import quote
from threading import Lock, Thread

from engine.domain.errors import ConductorError
from engine.domain.json import Json, JsonObject
from engine.runtime import ctx_client
from engine.runtime.ctx_commands import ScriptOutcome, StopOperation, process
from engine.sdk.operation_context import OperationContext

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
    """A socket in a folder of its own that only this user may enter."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="conductor-"))
        self._desks: dict[str, _Desk] = {}
        self._path = self._folder / "ctx.sock"
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
        shutil.rmtree(self._folder, ignore_errors=True)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            Thread(target=self._answer, args=(connection,), name="ctx command", daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            answer = self._answer_to(_receive(connection))
            connection.sendall(json.dumps(answer).encode())

    def _answer_to(self, request: bytes) -> JsonObject:
        try:
            asked = json.loads(request)
            desk = self._desks[asked["token"]]
        except (ValueError, KeyError, TypeError):
            return _error("ConductorError", "the operation that this script belongs to has ended")
        with desk.lock:
            return _process(desk, asked["args"])


def _process(desk: _Desk, args: list[Json]) -> JsonObject:
    try:
        result = process(desk.ctx, desk.outcome, args)
        json.dumps(result)
    except StopOperation as stop:
        return {"type": "stop_operation", "payload": {"message": str(stop)}}
    except ConductorError as error:
        return _error(type(error).__name__, str(error))
    except (AttributeError, KeyError, LookupError, OSError, TypeError, ValueError) as error:
        words = " ".join(str(word) for word in args)
        return _error(type(error).__name__, f"`ctx {words}` cannot be processed: {error}")
    return {"type": "result", "payload": result}


def _error(type: str, message: str) -> JsonObject:
    return {"type": "error", "payload": {"type": type, "message": message, "traceback": ""}}


def _receive(connection: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n") and len(received) < LONGEST:
        if not (piece := connection.recv(65536)):
            break
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
