"""The other side of a child interpreter: runs one operation and says how it ended."""

import socket
import sys
from io import BufferedRWPair
from pathlib import Path

import msgspec

from engine import compat
from engine.domain.deployment import Deployment
from engine.domain.errors import ConductorError, VersionConflict
from engine.domain.event import Level
from engine.domain.execution import Execution
from engine.domain.json import Json, JsonObject
from engine.runtime.calling import call
from engine.runtime.children import Caller, RemoteDoor
from engine.runtime.plugins import Plugins
from engine.runtime.resources import find_resource
from engine.runtime.scripts import RUN, evaluate, unpacked
from engine.runtime.site import Site
from engine.sdk.current import entered
from engine.sdk.errors import NonRecoverableError, OperationRetry, RecoverableError
from engine.sdk.logs import Sink
from engine.sdk.operation_context import OperationContext, OperationFacts
from engine.sdk.traces import trace_of


class _Request(msgspec.Struct):
    facts: OperationFacts
    inputs: JsonObject
    execution: Execution
    deployment: Deployment
    folders: tuple["str", "str", "str", "str"]
    imported: dict[str, str]


class _Line:
    """The line to the worker."""

    def __init__(self, stream: BufferedRWPair) -> None:
        self._stream = stream

    def __call__(self, method: str, *args: Json) -> Json:
        self.say({"method": method, "args": args})
        reply = msgspec.json.decode(self._stream.readline())
        if "conflict" in reply:
            raise VersionConflict(*reply["conflict"])
        if "error" in reply:
            raise NonRecoverableError(reply["error"])
        return reply["result"]

    def say(self, message: JsonObject) -> None:
        self._stream.write(msgspec.json.encode(message, enc_hook=str) + b"\n")
        self._stream.flush()


class _RemoteSink:
    def __init__(self, call: Caller) -> None:
        self._call = call

    def line(self, level: Level, text: str) -> None:
        self._call("log", level, text)

    def of_instance(self, instance_id: str) -> Sink:
        return self


def main() -> None:
    """Take the request from the descriptor that the command line names, run it and answer."""
    compat.install()
    with socket.socket(fileno=int(sys.argv[2])) as connection, connection.makefile("rwb") as stream:
        request = msgspec.json.decode(stream.readline(), type=_Request)
        line = _Line(stream)
        line.say({"method": "end", **_end(request, line)})


def _end(request: _Request, line: _Line) -> JsonObject:
    try:
        return {"kind": "result", "value": _run(request, line)}
    except OperationRetry as error:
        return {"kind": "retry", "message": str(error), "retry_after": error.retry_after}
    except RecoverableError as error:
        return {"kind": "recoverable", "message": str(error), "retry_after": error.retry_after}
    except ConductorError as error:
        return {"kind": "fatal", "message": str(error)}
    except Exception as error:  # an author's code may fail in any way; the worker is told
        message = str(error) or type(error).__name__
        return {"kind": "recoverable", "message": message, "trace": trace_of(error)}


def _run(request: _Request, line: _Line) -> Json:
    home, blueprint_folder, main_folder, workdir = (Path(folder) for folder in request.folders)
    site = Site(
        home=home,
        execution=request.execution,
        deployment=request.deployment,
        blueprint_folder=blueprint_folder,
        main_folder=main_folder,
        imported={namespace: Path(folder) for namespace, folder in request.imported.items()},
        workdir=workdir,
    )
    door = RemoteDoor(line, lambda path: find_resource(site, path).read_bytes())
    context = OperationContext(request.facts, request.deployment.plan, door, _RemoteSink(line))
    try:
        with entered(context, request.inputs):
            result = _call(site, context, request)
    finally:
        context.save()
    if context.operation.wanted_retry is not None:
        raise context.operation.wanted_retry
    return result


def _call(site: Site, context: OperationContext, request: _Request) -> Json:
    if request.facts.function == RUN:
        with unpacked(site, request.inputs) as script:
            evaluate(script)
        return None
    function = Plugins(site).function(request.facts.plugin, request.facts.function)
    return call(function, request.inputs, context)
