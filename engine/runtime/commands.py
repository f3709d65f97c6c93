"""Runs one program to its end: its lines are handed over as they are printed, and it can be timed out.

The end of the program is the end of its process. What it leaves behind on purpose is neither waited for nor ended.
"""

import os
import select
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Lock
from time import monotonic
from typing import IO

from engine.runtime.lines import LineSplitter

GRACE = 5.0
"""Seconds between the request to end and the end."""

DRAIN = 1.0
"""Seconds after the end of the process in which the last words of what it started are read."""

SILENCE = 0.15
"""Seconds without a word after which nothing more is expected."""

PIECE = 64 * 1024
TAIL = 50
"""Last lines that are kept for the error."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What to run, and where its lines go."""

    argv: Sequence[str]
    cwd: Path
    env: Mapping[str, str]
    out: Say
    err: Say
    timeout: float | None = None
    is_merged: bool = False
    """stderr goes where stdout goes."""
    pass_fds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended."""

    exit_code: int
    """Negative for a signal."""
    stdout: str
    """Its last lines."""
    stderr: str
    is_timed_out: bool
    """It had to be ended."""


class _Voice:
    """One stream of a program."""

    def __init__(self, descriptor: int, say: Say) -> None:
        self.descriptor = descriptor
        self.tail: deque[str] = deque(maxlen=TAIL)
        self._say = say
        self._splitter = LineSplitter()

    def read(self) -> bool:
        """Hand over what is there; False at the end of the stream."""
        piece = os.read(self.descriptor, PIECE)
        for line in self._splitter.feed(piece):
            self._hand_over(line)
        return bool(piece)

    def finish(self) -> None:
        for line in self._splitter.finish():
            self._hand_over(line)

    def _hand_over(self, line: str) -> None:
        self.tail.append(line)
        self._say(line)


_starting = Lock()


@contextmanager
def nothing_starting() -> Iterator[None]:
    """Hold back programs of other threads while a file is written that shall be run.

    A child has every descriptor of its parent until it runs its own program, and the kernel refuses to run a file that
    anybody has open for writing.
    """
    with _starting:
        yield


class Programs:
    """The programs that a worker runs, which can be ended together."""

    def __init__(self) -> None:
        self._end = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._running = 0
        self._changed = Condition()

    def run(self, command: Command) -> Ended:
        """Run a program to its end.

        Raises:
            OSError: it cannot be started.
        """
        self._count(1)
        try:
            return run(command, self._end)
        finally:
            self._count(-1)

    def end_all(self) -> bool:
        """Ask every program to end, and end it if it does not; return whether all are gone."""
        os.eventfd_write(self._end, 1)
        with self._changed:
            return self._changed.wait_for(lambda: self._running == 0, GRACE + DRAIN + 1)

    def _count(self, change: int) -> None:
        with self._changed:
            self._running += change
            self._changed.notify_all()


def run(command: Command, end_request: int | None = None) -> Ended:
    """Run the program in a session of its own, with nothing to read.

    It is ended early when the descriptor `end_request` becomes readable.

    Raises:
        OSError: it cannot be started.
    """
    with nothing_starting():
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env=command.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if command.is_merged else subprocess.PIPE,
            start_new_session=True,
            pass_fds=command.pass_fds,
        )
    voices = [_Voice(stream.fileno(), say) for stream, say in _streams(process, command)]
    try:
        is_timed_out = _follow(process, voices, command.timeout, end_request)
    finally:
        for stream, _ in _streams(process, command):
            stream.close()
    for voice in voices:
        voice.finish()
    tails = ["\n".join(voice.tail) for voice in voices] + [""]
    return Ended(exit_code=process.returncode, stdout=tails[0], stderr=tails[1], is_timed_out=is_timed_out)


def _streams(process: "subprocess.Popen[bytes]", command: Command) -> list[tuple[IO[bytes], Say]]:
    pairs = [(process.stdout, command.out), (process.stderr, command.err)]
    return [(stream, say) for stream, say in pairs if stream is not None]


def _follow(
    process: "subprocess.Popen[bytes]", voices: Sequence[_Voice], timeout: float | None, end_request: int | None
) -> bool:
    """Read until the process has ended; return whether it had to be ended."""
    following = _Following(process.pid, voices, timeout, end_request)
    try:
        while not following.has_ended():
            following.end_if_due()
        if following.is_forced:
            _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        following.drain()
    finally:
        following.close()
    return following.is_forced


class _Following:
    """The wait for the end of one process, with an ear for what it says."""

    def __init__(self, pid: int, voices: Sequence[_Voice], timeout: float | None, end_request: int | None) -> None:
        self.is_forced = False
        self._pid, self._end_request = pid, end_request
        self._deadline = monotonic() + timeout if timeout else None
        self._voices = {voice.descriptor: voice for voice in voices}
        self._end = os.pidfd_open(pid)
        self._poller = select.poll()
        others = [] if end_request is None else [end_request]
        for descriptor in (self._end, *self._voices, *others):
            self._poller.register(descriptor, select.POLLIN)

    def close(self) -> None:
        os.close(self._end)

    def has_ended(self) -> bool:
        """Read what has come; return whether the process has ended."""
        patience = None if self._deadline is None else max(0.0, self._deadline - monotonic()) * 1000
        ready = {descriptor for descriptor, _ in self._poller.poll(patience)}
        if self._end_request in ready and self._end_request is not None:
            self._poller.unregister(self._end_request)
            self._deadline = self._deadline if self.is_forced else monotonic()
        self._read(ready)
        return self._end in ready

    def end_if_due(self) -> None:
        """Ask the process and its group to end at the deadline; end them after the grace."""
        if self._deadline is None or monotonic() < self._deadline:
            return
        _signal_group(self._pid, signal.SIGKILL if self.is_forced else signal.SIGTERM)
        self._deadline = None if self.is_forced else monotonic() + GRACE
        self.is_forced = True

    def drain(self) -> None:
        """Read the last words; a daemon that keeps the stream open is not waited for."""
        for descriptor in (self._end, self._end_request):
            if descriptor is not None:
                with suppress(KeyError):
                    self._poller.unregister(descriptor)
        deadline = monotonic() + DRAIN
        while self._voices and (left := deadline - monotonic()) > 0:
            ready = {descriptor for descriptor, _ in self._poller.poll(min(left, SILENCE) * 1000)}
            if not ready:
                return
            self._read(ready)

    def _read(self, ready: Set[int]) -> None:
        for descriptor in ready & self._voices.keys():
            if not self._voices[descriptor].read():
                self._poller.unregister(descriptor)
                del self._voices[descriptor]


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
        os.killpg(group, signal.SIGCONT)
