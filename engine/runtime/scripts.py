"""Scripts as operations: found in the blueprint, run as programs or as Python, reported line by line (dsl.md §5.4)."""

import os
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine import compat
from engine.domain.event import Level
from engine.domain.json import Json, JsonObject
from engine.runtime import commands
from engine.runtime.ctx_commands import ScriptOutcome
from engine.runtime.ctx_server import CtxServer
from engine.runtime.resources import find_resource
from engine.runtime.script_environment import encode, environment, with_commands
from engine.runtime.site import Site
from engine.sdk.errors import NonRecoverableError, OperationTimeout, ProcessException
from engine.sdk.logs import Sink
from engine.sdk.operation_context import OperationContext
from engine.sdk.traces import trace_of

RUN = "script_runner.tasks.run"
RUN_WORKFLOW = "script_runner.tasks.execute_workflow"
OWN_INPUTS = frozenset({"script_path", "script_source", "process", "ssl_cert_content", "ctx"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The `process` settings of a script."""

    cwd: str | None = None
    args: list[Json] = field(default_factory=list)
    env: JsonObject = field(default_factory=dict)
    command_prefix: str | None = None
    log_stdout: bool = True
    log_stderr: bool = True
    stderr_to_stdout: bool = False
    eval_python: bool | None = None
    ctx_proxy_type: str = "auto"

    @classmethod
    def of(cls, settings: JsonObject | None) -> "Process":
        """Return the settings.

        Raises:
            NonRecoverableError: one of them is unknown or of the wrong kind.
        """
        given = settings or {}
        if not isinstance(given, dict):
            raise NonRecoverableError(f"the input `process` of a script must be a map, not `{given}`")
        known = set(cls.__dataclass_fields__)
        if unknown := sorted(given.keys() - known):
            raise NonRecoverableError(
                f"the input `process` of a script has no {', '.join(unknown)}; there are {', '.join(sorted(known))}"
            )
        if given.get("ctx_proxy_type", "auto") not in {"auto", "http", "none", "unix"}:
            raise NonRecoverableError(f"`{given['ctx_proxy_type']}` is no ctx_proxy_type; leave it out")
        return cls(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def unpacked(site: Site, inputs: JsonObject) -> Iterator[Path]:
    """Give a copy of the script that may be run, for as long as it runs.

    Raises:
        NonRecoverableError: not exactly one of `script_path` and `script_source` is given, or there is no such file.
    """
    path, source = inputs.get("script_path"), inputs.get("script_source")
    if bool(path) == bool(source):
        raise NonRecoverableError("a script operation needs either `script_path` or `script_source`")
    run = site.run_folder
    folder = run.borrow("script-")
    try:
        with commands.nothing_starting():
            if path:
                copy = folder / Path(str(path)).name
                shutil.copyfile(_located(site, str(path)), copy)
            else:
                text = textwrap.dedent(str(source)).lstrip("\n")
                copy = folder / ("script.py" if _is_python(text) else "script.sh")
                copy.write_text(text)
            copy.chmod(0o700)
        yield copy
    finally:
        run.give_back(folder)


def _located(site: Site, path: str) -> Path:
    scheme, separator, rest = path.partition("://")
    if not separator:
        return find_resource(site, path)
    if scheme != "file":
        raise NonRecoverableError(f"the script `{path}` is not in the blueprint; put it there and name its path")
    if not Path(rest).is_file():
        raise NonRecoverableError(f"there is no script file `{rest}`")
    return Path(rest)


def _is_python(text: str) -> bool:
    try:
        compile(text, "script", "exec")
    except (SyntaxError, ValueError):
        return False
    return not text.startswith("#!") or "python" in text.partition("\n")[0]


def is_evaluated(name: str, process: Process) -> bool:
    """Return whether a script of this name is Python that is evaluated with `ctx` at hand."""
    if process.eval_python is not None:
        return process.eval_python
    return name.endswith(".py")


def runs_as_python(inputs: JsonObject) -> bool:
    """Return whether a script operation evaluates Python."""
    source = str(inputs.get("script_source") or "")
    name = "script.py" if source and _is_python(textwrap.dedent(source)) else str(inputs.get("script_path") or "")
    return is_evaluated(name, Process.of(inputs.get("process")))


def evaluate(script: Path) -> None:
    """Run a Python script in this thread, where `ctx` and its inputs are the operation's own.

    Raises:
        NonRecoverableError: it is no Python, or what it imports is missing.
        Exception: whatever it raises.
    """
    try:
        code = compile(script.read_bytes(), str(script), "exec")
        exec(code, {"__name__": "__main__", "__file__": str(script)})
    except (ImportError, SyntaxError) as error:
        sentence = f"`{script.name}` cannot be run: {type(error).__name__}: {error}{compat.hint(error)}"
        raise NonRecoverableError(sentence, causes=[trace_of(error)]) from error


class ScriptRunner:
    """Runs scripts for the operations of one worker."""

    def __init__(self, site: Site, server: Callable[[], CtxServer], programs: commands.Programs) -> None:
        self._site, self._server, self._programs = site, server, programs

    def run(self, ctx: OperationContext, inputs: JsonObject, sink: Sink, timeout: float | None) -> Json:
        """Run a script to its end and return what it gave to `ctx returns`.

        Raises:
            ProcessException: it ended with a failure.
            OperationTimeout, NonRecoverableError: it ran longer than it may.
            NonRecoverableError, OperationRetry: as the script asked for.
        """
        process = Process.of(inputs.get("process"))
        with unpacked(self._site, inputs) as script:
            if is_evaluated(script.name, process):
                evaluate(script)
                return None
            return self._execute(ctx, script, process, inputs, sink, timeout)

    def _execute(
        self,
        ctx: OperationContext,
        script: Path,
        process: Process,
        inputs: JsonObject,
        sink: Sink,
        timeout: float | None,
    ) -> Json:
        server, outcome = self._server(), ScriptOutcome()
        own = {name: value for name, value in inputs.items() if name not in OWN_INPUTS}
        variables = environment(os.environ, own, process.env, script.parent)
        with server.serving(ctx, outcome) as address:
            variables["CTX_SOCKET_URL"] = address
            command = commands.Command(
                argv=_argv(script, process),
                cwd=self._site.workdir / (process.cwd or ""),
                env=with_commands(variables, server.bin, sys.executable),
                out=_voice(sink, "<out> ", process.log_stdout),
                err=_voice(sink, "<err> ", process.log_stderr),
                timeout=timeout,
                is_merged=process.stderr_to_stdout,
            )
            try:
                ended = self._programs.run(command)
            except (FileNotFoundError, PermissionError) as error:
                reason = f"{error.strerror}: {error.filename}"
                raise NonRecoverableError(f"`{script.name}` cannot be started: {reason}") from error
        if outcome.error is not None:
            raise outcome.error
        require_success(script.name, ended, timeout, ctx.timeout_recoverable)
        return outcome.value


def require_success(name: str, ended: commands.Ended, timeout: float | None, is_recoverable: bool) -> None:
    """Check how a program ended.

    Raises:
        OperationTimeout, NonRecoverableError: it ran longer than it may.
        ProcessException: it ended with a failure.
    """
    if ended.is_timed_out and timeout is None:
        raise NonRecoverableError(f"`{name}` was ended, because its execution has failed meanwhile")
    if ended.is_timed_out:
        message = f"`{name}` ran longer than its timeout of {timeout:g} s and was ended"
        raise OperationTimeout(message) if is_recoverable else NonRecoverableError(message)
    if ended.exit_code != 0:
        raise ProcessException(name, ended.exit_code, ended.stdout, ended.stderr or ended.stdout)


def _voice(sink: Sink, prefix: str, is_wanted: bool) -> Callable[[str], None]:
    if not is_wanted:
        return lambda _line: None
    return lambda line: sink.line(Level.INFO, prefix + line)


def _argv(script: Path, process: Process) -> list[str]:
    arguments = [encode(one) for one in process.args]
    if process.command_prefix:
        return [*shlex.split(process.command_prefix), str(script), *arguments]
    if script.suffix == ".ps1":
        return ["powershell", str(script), *arguments]
    return [*_interpreter(script), str(script), *arguments]


def _interpreter(script: Path) -> list[str]:
    """Return what the script's first line names, as the kernel would read it; the shell where it names nothing."""
    with script.open("rb") as file:
        first = file.readline(256)
    if first.startswith(b"#!"):
        return first[2:].decode(errors="replace").strip().split(None, 1)
    return [] if first.startswith(b"\x7fELF") else ["/bin/sh"]
