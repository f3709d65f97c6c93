"""The mark that every process of an execution carries in its environment, by which all of them are found.

The kernel shows a process the environment of its last exec. A forked shim or worker never execs, so the zygote is
started with room for a mark, and the fork writes its own mark into that room.
"""

import ctypes
import os

VARIABLE = "CONDUCTOR_EXECUTION"
ROOM = 160
"""Bytes that a mark may take."""

IDLE = "idle"
"""The mark of the engine, the zygote and its spares: they belong to no execution, whoever started them."""


def mark_of(execution_id: str, attempt: int) -> str:
    """Return the mark of one attempt of an execution."""
    return f"{execution_id}:{attempt}"


def room() -> dict[str, str]:
    """Return the variable that gives a new process room for a mark."""
    return {VARIABLE: IDLE.ljust(ROOM)}


def carry(mark: str) -> None:
    """Let this process, and all that it starts, carry the mark."""
    place, size = _place()
    if place:
        ctypes.memmove(place, mark.encode()[:size].ljust(size, b"\0"), size)
    os.environ[VARIABLE] = mark


def mark_in(environment: bytes) -> str | None:
    """Return the mark in the text of /proc/PID/environ; None when the process carries none."""
    prefix = f"{VARIABLE}=".encode()
    for entry in environment.split(b"\0"):
        if entry.startswith(prefix):
            return entry.removeprefix(prefix).decode(errors="replace").rstrip()
    return None


_found: tuple[int, int] | None = None


def _place() -> tuple[int, int]:
    """Return address and size of the value that the kernel reads; looked up once, as `os.environ` forgets it."""
    global _found
    if _found is None:
        _found = _search()
    return _found


def _search() -> tuple[int, int]:
    entries = ctypes.POINTER(ctypes.c_void_p).in_dll(ctypes.CDLL(None), "environ")
    prefix = f"{VARIABLE}=".encode()
    index = 0
    while address := entries[index]:
        if ctypes.string_at(address, len(prefix)) == prefix:
            return address + len(prefix), len(ctypes.string_at(address)) - len(prefix)
        index += 1
    return 0, 0
