"""Python operations with a timeout: they run in an interpreter of their own, which can be ended."""

import json
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Protocol

import msgspec

from engine.domain.deployment import NodeInstance
from engine.domain.errors import ConductorError, VersionConflict
from engine.domain.event import Level
from engine.domain.json import Json, JsonObject
from engine.runtime import commands
from engine.runtime.plugins import Plugins
from engine.runtime.scripts import require_success
from engine.runtime.site import Site
from engine.sdk.errors import NonRecoverableError, OperationRetry, RecoverableError
from engine.sdk.logs import Sink
from engine.sdk.operation_context import OperationBackend, OperationFacts

LAST_WORDS = 1.0
"""Seconds for what the child said before it ended."""

BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from engine.runtime.child import main; main()"


class Children:
    """Starts child interpreters and serves what their operations ask for."""

    def __init__(self, site: Site, plugins: Plugins, programs: commands.Programs) -> None:
        self._site, self._plugins, self._programs = site, plugins, programs

    def run(self, facts: OperationFacts, inputs: JsonObject, door: OperationBackend, sink: Sink) -> Json:
        """Run an operation to its end, or until its timeout.

        Raises:
            OperationTimeout, NonRecoverableError: it ran longer than it may.
            OperationFailed: as the operation raised it.
        """
        ours, theirs = socket.socketpair()
        talk = _Talk(ours, self._request(facts, inputs), door, sink)
        server = Thread(target=talk.serve, name="child", daemon=True)
        server.start()
        with theirs:
            ended = self._programs.run(self._command(theirs.fileno(), facts.timeout, sink))
        server.join(LAST_WORDS)
        if talk.answer is None:
            require_success(facts.function, ended, facts.timeout, facts.timeout_recoverable)
            raise RecoverableError(f"`{facts.function}` ended without a result")
        return _result(talk.answer)

    def _request(self, facts: OperationFacts, inputs: JsonObject) -> bytes:
        site = self._site
        folders = (site.home, site.blueprint_folder, site.main_folder, site.workdir)
        request = {
            "facts": facts,
            "inputs": inputs,
            "execution": site.execution,
            "deployment": site.deployment,
            "folders": [str(folder) for folder in folders],
            "imported": {namespace: str(folder) for namespace, folder in site.imported.items()},
        }
        return msgspec.json.encode(request)

    def _command(self, descriptor: int, timeout: float | None, sink: Sink) -> commands.Command:
        path = [str(folder) for folder in self._plugins.folders()] + sys.path
        return commands.Command(
            argv=[sys.executable, "-I", "-u", "-B", "-c", BOOT, json.dumps(path), str(descriptor)],
            cwd=Path(self._site.workdir),
            env=dict(os.environ),
            out=lambda line: sink.line(Level.INFO, f"<out> {line}"),
            err=lambda line: sink.line(Level.INFO, f"<err> {line}"),
            timeout=timeout,
            pass_fds=(descriptor,),
        )


class _Talk:
    """The conversation with one child: lines of JSON in both directions."""

    def __init__(self, connection: socket.socket, request: bytes, door: OperationBackend, sink: Sink) -> None:
        self.answer: JsonObject | None = None
        self._connection, self._request = connection, request
        self._methods: dict[str, Callable[..., Json]] = {
            "instance": door.instance,
            "update_instance": door.update_instance,
            "evaluate": door.evaluate,
            "event": door.event,
            "log": lambda level, text: sink.line(Level(level), text),
        }

    def serve(self) -> None:
        """Answer until the child has said how it ended, or is gone."""
        with self._connection, self._connection.makefile("rwb") as stream:
            try:
                stream.write(self._request + b"\n")
                stream.flush()
                for line in stream:
                    asked = msgspec.json.decode(line)
                    if asked["method"] == "end":
                        self.answer = asked
                        return
                    stream.write(msgspec.json.encode(self._reply(asked)) + b"\n")
                    stream.flush()
            except (OSError, msgspec.DecodeError):
                return

    def _reply(self, asked: JsonObject) -> JsonObject:
        try:
            return {"result": self._methods[asked["method"]](*asked["args"])}
        except VersionConflict as error:
            return {"error": str(error), "conflict": [error.instance, error.version]}
        except ConductorError as error:
            return {"error": str(error)}


_ERRORS: dict[str, Callable[[str, float | None], Exception]] = {
    "retry": OperationRetry,
    "recoverable": RecoverableError,
    "fatal": lambda message, _after: NonRecoverableError(message),
}


def _result(answer: JsonObject) -> Json:
    """Return the child's result, or raise its error."""
    if answer["kind"] == "result":
        return answer["value"]
    error = _ERRORS[answer["kind"]](answer["message"], answer.get("retry_after"))
    if answer.get("trace") and isinstance(error, RecoverableError | NonRecoverableError):
        error.causes = (answer["trace"],)
    raise error


class Caller(Protocol):
    """How a child asks its worker."""

    def __call__(self, method: str, *args: Json) -> Json: ...


class RemoteDoor:
    """What an operation in a child may ask of the runtime."""

    def __init__(self, call: Caller, resource: Callable[[str], bytes]) -> None:
        self._call = call
        self.resource = resource
        self.event: Callable[[str], None] = partial(call, "event")

    def instance(self, id: str) -> NodeInstance:
        return msgspec.convert(self._call("instance", id), NodeInstance)

    def update_instance(self, id: str, properties: JsonObject, version: int | None) -> int:
        return int(self._call("update_instance", id, properties, version))

    def evaluate(self, values: JsonObject, instance_id: str | None) -> JsonObject:
        found: JsonObject = self._call("evaluate", values, instance_id)
        return found
