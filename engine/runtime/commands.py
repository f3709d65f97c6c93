"""Runs one program to its end: its lines are handed over as they are printed, and it can be timed out.

The end of the program is the end of its process. What it leaves behind on purpose is neither waited for nor ended.
"""

import os
import select
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
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


def run(command: Command) -> Ended:
    """Run the program in a session of its own, with nothing to read.

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
        is_timed_out = _follow(process, voices, command.timeout)
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


def _follow(process: "subprocess.Popen[bytes]", voices: Sequence[_Voice], timeout: float | None) -> bool:
    """Read until the process has ended; return whether it had to be ended."""
    deadline = monotonic() + timeout if timeout else None
    is_timed_out = False
    poller = select.poll()
    open_voices = {voice.descriptor: voice for voice in voices}
    end = os.pidfd_open(process.pid)
    for descriptor in (end, *open_voices):
        poller.register(descriptor, select.POLLIN)
    try:
        while not _read_ready(poller, open_voices, end, deadline):
            if deadline is not None and monotonic() >= deadline:
                _signal_group(process.pid, signal.SIGKILL if is_timed_out else signal.SIGTERM)
                deadline = None if is_timed_out else monotonic() + GRACE
                is_timed_out = True
        if is_timed_out:
            _signal_group(process.pid, signal.SIGKILL)
        process.wait()
        poller.unregister(end)
        _drain(poller, open_voices)
    finally:
        os.close(end)
    return is_timed_out


def _read_ready(poller: select.poll, open_voices: dict[int, _Voice], end: int, deadline: float | None) -> bool:
    """Read what has come; return whether the process has ended."""
    patience = None if deadline is None else max(0.0, deadline - monotonic()) * 1000
    ready = [descriptor for descriptor, _ in poller.poll(patience)]
    for descriptor in ready:
        if descriptor != end and not open_voices[descriptor].read():
            poller.unregister(descriptor)
            del open_voices[descriptor]
    return end in ready


def _drain(poller: select.poll, open_voices: dict[int, _Voice]) -> None:
    """Read the last words; a daemon that keeps the stream open is not waited for."""
    deadline = monotonic() + DRAIN
    while open_voices and (left := deadline - monotonic()) > 0:
        ready = poller.poll(min(left, SILENCE) * 1000)
        if not ready:
            return
        for descriptor, _ in ready:
            if not open_voices[descriptor].read():
                poller.unregister(descriptor)
                del open_voices[descriptor]


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)
        os.killpg(group, signal.SIGCONT)
