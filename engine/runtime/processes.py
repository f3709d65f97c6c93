"""Which processes exist, which of them belong to an execution, and how they are told to end."""

import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.runtime.marks import mark_in

GONE = frozenset({"Z", "X", "x"})
"""States of processes that have ended and only wait for their parent to notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A process that cannot be mistaken for a later one with the same number."""

    boot_id: str
    pid: int
    start_time: int
    """Clock ticks since boot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process as it was seen at one moment."""

    pid: int
    parent: int
    state: str
    start_time: int
    """Clock ticks since boot."""
    mark: str | None = None
    """None when it carries no mark, or when it is not ours to read."""
    name: str = ""
    """What it calls itself, in 15 characters at most."""

    @property
    def is_gone(self) -> bool:
        return self.state in GONE


@cache
def boot_id() -> str:
    """Return what tells this run of the machine from all others."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def identity(pid: int) -> Identity | None:
    """Return the identity of a process; None when it has ended."""
    process = _look_at(pid)
    if process is None or process.is_gone:
        return None
    return Identity(boot_id=boot_id(), pid=pid, start_time=process.start_time)


def own_identity() -> Identity:
    """Return the identity of this process."""
    own = _look_at(os.getpid())
    return Identity(boot_id=boot_id(), pid=os.getpid(), start_time=own.start_time if own else 0)


def is_alive(one: Identity) -> bool:
    """Say whether exactly this process still runs."""
    return identity(one.pid) == one


def scan() -> tuple[Process, ...]:
    """Return every process of the machine that has not ended, with its mark."""
    seen = (_look_at(int(name)) for name in os.listdir("/proc") if name.isdigit())  # noqa: PTH208 # names alone are wanted
    return tuple(
        Process(
            pid=one.pid,
            parent=one.parent,
            state=one.state,
            start_time=one.start_time,
            mark=_read_mark(one.pid),
            name=one.name,
        )
        for one in seen
        if one is not None and not one.is_gone
    )


def marked(processes: Iterable[Process], marks: Iterable[str]) -> tuple[Process, ...]:
    """Return the processes that carry one of the marks."""
    wanted = frozenset(marks)
    return tuple(one for one in processes if one.mark in wanted)


def members(processes: Iterable[Process], mark: str, root: int) -> tuple[Process, ...]:
    """Return what belongs to an execution: what carries its mark, and what descends from `root` with no other mark.

    Whoever carries another mark belongs to somebody else, with everything below it. `root` itself is no member.
    """
    children: dict[int, list[Process]] = {}
    found: dict[int, Process] = {}
    for one in processes:
        children.setdefault(one.parent, []).append(one)
        if one.mark == mark:
            found[one.pid] = one
    unvisited = [root, *found]
    while unvisited:
        for child in children.get(unvisited.pop(), ()):
            if child.pid not in found and child.mark is None:
                found[child.pid] = child
                unvisited.append(child.pid)
    found.pop(root, None)
    return tuple(found.values())


def send(process: Process, signum: signal.Signals) -> None:
    """Send a signal to exactly this process; nothing happens when it has ended."""
    with suppress(ProcessLookupError):
        descriptor = os.pidfd_open(process.pid)
        try:
            current = _look_at(process.pid)
            if current is not None and current.start_time == process.start_time:
                signal.pidfd_send_signal(descriptor, signum)
        finally:
            os.close(descriptor)


def _look_at(pid: int) -> Process | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 # some hundred of these in a row
            text = file.read()
    except (FileNotFoundError, ProcessLookupError):
        return None
    end = text.rindex(b")")
    fields = text[end + 2 :].split()
    return Process(
        pid=pid,
        parent=int(fields[1]),
        state=fields[0].decode(),
        start_time=int(fields[19]),
        name=text[text.index(b"(") + 1 : end].decode(errors="replace"),
    )


def _read_mark(pid: int) -> str | None:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:  # noqa: PTH123 # some hundred of these in a row
            return mark_in(file.read())
    except OSError:
        return None
