"""The engine's end of the zygote: it asks for shims, a bounded number at a time, and replaces a dead zygote."""

import logging
import os
import signal
import subprocess
import sys
from collections import deque
from typing import Protocol

from engine.domain.errors import EngineUnavailable
from engine.runtime import marks
from engine.runtime.assignment import Assignment, Spawned, channel, receive
from engine.runtime.home import Home

IN_FLIGHT = 32
"""Requests that may be unanswered; more of them would fill the channel and block the engine."""

SOUND = 10.0
"""Seconds of life after which a zygote's death is no sign that the next one will die at once."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds between a zygote that died at once and the next one."""

logger = logging.getLogger(__name__)


class Spawner(Protocol):
    """Gives executions to workers."""

    def spawn(self, assignment: Assignment) -> None:
        """Let a worker begin soon; the request may be lost, and may be made twice."""


class ZygoteSpawner:
    """A spawner by way of the zygote."""

    def __init__(self, home: Home, *, entry: str, spares: int = 1) -> None:
        self._home = home
        self._entry = entry
        self._spares = spares
        self._waiting: deque[Assignment] = deque()
        self._in_flight = 0
        self._pause = 0.0
        self._started_at = -SOUND
        """On the monotonic clock; the first zygote is taken to be sound."""
        self._down_since: float | None = None
        self._start()

    def spawn(self, assignment: Assignment) -> None:
        self._waiting.append(assignment)
        if not self.is_down:
            self._flush()

    def fileno(self) -> int:
        return self._end.fileno()

    def receive(self) -> Spawned | None:
        """Return the next answer; None when the zygote is dead."""
        message = receive(self._end)
        if not message:
            return None
        self._in_flight -= 1
        self._flush()
        return Spawned.decode(message)

    @property
    def is_down(self) -> bool:
        return self._down_since is not None

    def bury(self, monotonic: float) -> None:
        """Take note that the zygote is dead; whatever was asked of it must be asked again."""
        self.close()
        self._waiting.clear()
        self._in_flight = 0
        is_quick = monotonic - self._started_at < SOUND
        self._pause = min(max(self._pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE) if is_quick else 0.0
        self._down_since = monotonic

    def revive(self, monotonic: float) -> bool:
        """Start a new zygote, ever more rarely while they die at once; False when that is not due or not possible."""
        if self._down_since is None or monotonic - self._down_since < self._pause:
            return False
        try:
            self._start()
        except EngineUnavailable as error:
            logger.error("%s", error)
            self._pause, self._down_since = LONGEST_PAUSE, monotonic
            return False
        self._started_at, self._down_since = monotonic, None
        return True

    def close(self) -> None:
        """Let the zygote leave; its shims live on."""
        self._end.close()
        try:
            self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _start(self) -> None:
        self._end, theirs = channel()
        log = os.open(self._home.engine_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._process = subprocess.Popen(
                self._command(theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home.root,
                env={**os.environ, **marks.room()},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            raise EngineUnavailable(f"cannot start the zygote: {error.strerror}") from error
        finally:
            theirs.close()
            os.close(log)

    def _command(self, descriptor: int) -> list[str]:
        return [
            *(sys.executable, "-P", "-m", "engine.runtime.zygote"),
            *("--home", str(self._home.root)),
            *("--channel", str(descriptor)),
            *("--entry", self._entry),
            *("--spares", str(self._spares)),
        ]

    def _flush(self) -> None:
        while self._waiting and self._in_flight < IN_FLIGHT:
            try:
                self._end.send(self._waiting[0].encode())
            except ConnectionError:
                return
            self._waiting.popleft()
            self._in_flight += 1
