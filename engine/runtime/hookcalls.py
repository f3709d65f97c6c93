"""How a hook is told: a command that reads JSON, or a POST of it; what goes wrong is answered as a sentence."""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from engine.domain.errors import ConductorError
from engine.domain.hook import Hook
from engine.domain.json import JsonObject
from engine.runtime.home import VARIABLE
from engine.runtime.scrub import scrub_text

COMMAND_TIMEOUT = 30.0
POST_TIMEOUT = 10.0
STEP = 0.2
"""Seconds between two looks at whether the engine leaves."""
HEARD = 1024
"""Bytes of a command's complaint that are kept."""
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "LOGNAME")


class Interrupted(ConductorError):
    """The engine leaves before the hook was told; it is told later."""


def tell(hook: Hook, payload: JsonObject, home: Path, *, is_leaving: Callable[[], bool] = lambda: False) -> str:
    """Tell a hook and return what went wrong; empty when nothing did.

    Raises:
        Interrupted: `is_leaving` came true; the command was ended.
    """
    body = json.dumps(payload, ensure_ascii=False).encode()
    if hook.command is not None:
        return scrub_text(_run(hook.command, body, _environment(hook, payload, home), home, is_leaving))
    return scrub_text(_post(hook.url or "", body))


def _environment(hook: Hook, payload: JsonObject, home: Path) -> dict[str, str]:
    told = ("event", "execution_id", "workflow_id", "deployment_id", "blueprint_id", "status")
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        **{f"CONDUCTOR_{name.upper()}": str(payload.get(name) or "") for name in told},
        "CONDUCTOR_HOOK_ID": hook.id,
        VARIABLE: str(home),
    }


def _run(
    command: tuple[str, ...], body: bytes, environment: dict[str, str], home: Path, is_leaving: Callable[[], bool]
) -> str:
    with tempfile.TemporaryFile() as given:
        given.write(body)
        given.seek(0)
        try:
            process = subprocess.Popen(
                command,
                stdin=given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment,
                cwd=home,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return f"cannot run {command[0]}: {error}"
    try:
        return _ending(command[0], process, is_leaving)
    finally:
        _end(process)


def _ending(name: str, process: "subprocess.Popen[bytes]", is_leaving: Callable[[], bool]) -> str:
    """Wait for the command and say how it ended, if badly."""
    complaint = _Complaint(process.stderr)
    deadline = time.monotonic() + COMMAND_TIMEOUT
    descriptor = os.pidfd_open(process.pid)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            complaint.listen(selector)
            while not any(key.fd == descriptor for key, _ in selector.select(STEP)):
                complaint.hear(selector)
                if time.monotonic() > deadline:
                    return f"{name} had not ended after {COMMAND_TIMEOUT:g} s and was killed"
                if is_leaving():
                    raise Interrupted
            complaint.hear(selector)
    finally:
        os.close(descriptor)
    return _verdict(name, process.wait(), complaint.text)


class _Complaint:
    """The beginning of what a command writes to stderr; the rest is read and dropped."""

    def __init__(self, stream: "IO[bytes] | None") -> None:
        self._stream = stream
        self._kept = b""

    def listen(self, selector: selectors.BaseSelector) -> None:
        if self._stream is not None:
            os.set_blocking(self._stream.fileno(), False)
            selector.register(self._stream, selectors.EVENT_READ)

    def hear(self, selector: selectors.BaseSelector) -> None:
        """Take what is there; listen no more at its end."""
        if self._stream is None:
            return
        with suppress(BlockingIOError):
            while chunk := os.read(self._stream.fileno(), 65536):
                self._kept = (self._kept + chunk)[:HEARD]
            selector.unregister(self._stream)
            self._stream.close()
            self._stream = None

    @property
    def text(self) -> str:
        return " ".join(self._kept.decode(errors="replace").split())


def _verdict(name: str, status: int, complaint: str) -> str:
    if not status:
        return ""
    ending = f"was killed by signal {-status}" if status < 0 else f"ended with exit status {status}"
    return f"{name} {ending}" + (f": {complaint}" if complaint else "")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what still runs of the command, with its group; a command that has ended keeps what it left on purpose."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _post(url: str, body: bytes) -> str:
    from http.client import HTTPException  # here and below: an engine without such hooks does without HTTP
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Stay(HTTPRedirectHandler):
        """Follows nobody: a hook names the one address that is told."""

        def redirect_request(self, *_facts: object) -> None:
            return None

    request = Request(url, data=body, method="POST", headers={"Content-Type": "application/json"})
    try:
        with build_opener(Stay).open(request, timeout=POST_TIMEOUT) as answer:
            status = answer.status
    except HTTPError as error:
        status = error.code
        error.close()
    except (OSError, HTTPException, ValueError) as error:
        return f"cannot post to {url}: {getattr(error, 'reason', None) or error or type(error).__name__}"
    return "" if 200 <= status < 300 else f"{url} answered with status {status}"
