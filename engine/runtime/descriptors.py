"""What is written to descriptors 1 and 2 of a worker past Python's streams, by itself or by children, is heard."""

import logging
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from threading import Lock, Thread
from time import monotonic

from engine.domain.errors import ConductorError
from engine.runtime.lines import LineSplitter

STREAMS = (1, 2)
OURS = ("engine", "storage")
"""Packages whose log goes on to where the process wrote before."""

PIECE = 64 * 1024
"""As much as a pipe holds."""

DRAIN = 0.5
"""Seconds in which last words are heard at the end; a daemon that goes on is not waited for."""

SILENCE = 0.02
"""Seconds without a word after which nothing more is expected."""

Say = Callable[[str], None]


class Ear:
    """The reading end of a pipe; whoever listens hands over what has come so far."""

    def __init__(self, descriptor: int, say: Say) -> None:
        self._descriptor, self._say = descriptor, say
        self._splitter = LineSplitter()
        self._lock = Lock()
        self._is_closed = False

    def listen(self, *, is_last: bool = False) -> bool:
        """Say what is in the pipe at this moment, with an unended line if it is the last; False if there is nothing."""
        with self._lock:
            piece = b"" if self._is_closed else self._read()
            for line in self._splitter.feed(piece):
                self._hand_over(line)
            if is_last:
                for line in self._splitter.finish():
                    self._hand_over(line)
            return bool(piece)

    def drain(self) -> None:
        """Say the last words and hear nothing more."""
        deadline = monotonic() + DRAIN
        while monotonic() < deadline and select.select([self._descriptor], [], [], SILENCE)[0] and self.listen():
            continue
        self.listen(is_last=True)
        with self._lock:
            self._is_closed = True
            os.close(self._descriptor)

    def _read(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self._descriptor, PIECE)
        return b""

    def _hand_over(self, line: str) -> None:
        with suppress(ConductorError):  # the record is closed: nobody can be told any more
            self._say(line)


@contextmanager
def heard(say: Say) -> Iterator[Ear]:
    """Let every line that is written to the descriptors be said."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    ear, ending = Ear(reading, say), os.eventfd(0, os.EFD_CLOEXEC)
    reader = Thread(target=_serve, args=(ear, reading, ending), name="ear", daemon=True)
    kept = [os.dup(stream) for stream in STREAMS]
    _redirect([writing, writing])
    os.close(writing)
    reader.start()
    try:
        yield ear
    finally:
        sys.stdout.flush()
        _redirect(kept)
        os.eventfd_write(ending, 1)
        reader.join()
        ear.drain()
        for descriptor in (*kept, ending):
            os.close(descriptor)


def _serve(ear: Ear, reading: int, ending: int) -> None:
    while True:
        ready = select.select([reading, ending], [], [])[0]
        if ending in ready or (not ear.listen() and _has_ended(reading)):
            return


def _has_ended(reading: int) -> bool:
    poller = select.poll()
    poller.register(reading, select.POLLIN)
    return any(event & select.POLLHUP and not event & select.POLLIN for _, event in poller.poll(0))


@contextmanager
def silent() -> Iterator[None]:
    """Keep everything but the engine's own log from what the descriptors led to; an error of the engine's ends it."""
    kept = [os.dup(stream) for stream in STREAMS]
    nowhere = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    _redirect([nowhere, nowhere])
    os.close(nowhere)
    _log_to(kept[1])
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # so that no thread's line waits for others
    try:
        yield
    except BaseException:
        _redirect(kept)
        raise


def _redirect(targets: list[int]) -> None:
    for stream, target in zip(STREAMS, targets, strict=True):
        os.dup2(target, stream)


def _log_to(descriptor: int) -> None:
    handler = logging.StreamHandler(open(descriptor, "w", closefd=False, errors="replace"))  # noqa: SIM115 # until the process ends
    handler.setFormatter(next((one.formatter for one in logging.root.handlers), None))
    for name in OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
