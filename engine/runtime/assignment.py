"""Which attempt of which execution a shim and its worker serve, as engine, zygote, shim and worker tell each other."""

import select
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

Entry = Callable[[Path, str, int], int]
"""Runs one attempt in the state directory and returns the exit status of the worker."""

WORKER = "engine.runtime.worker:serve"
LONGEST = 1024
"""Bytes that a message may take."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """One attempt of an execution."""

    execution_id: str
    attempt: int

    @classmethod
    def decode(cls, message: bytes) -> "Assignment":
        execution_id, attempt = message.decode().split(" ")
        return cls(execution_id, int(attempt))

    def encode(self) -> bytes:
        return f"{self.execution_id} {self.attempt}".encode()


@dataclass(frozen=True, slots=True)
class Spawned:
    """The answer of the zygote: the shim that has got the assignment."""

    assignment: Assignment
    pid: int

    @classmethod
    def decode(cls, message: bytes) -> "Spawned":
        pid, rest = message.split(b" ", 1)
        return cls(Assignment.decode(rest), int(pid))

    def encode(self) -> bytes:
        return f"{self.pid} ".encode() + self.assignment.encode()


def channel() -> tuple[socket.socket, socket.socket]:
    """Return two ends that keep messages apart and notice when the other end is gone."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def receive(end: socket.socket) -> bytes:
    """Return the next message; empty when the other end is gone."""
    try:
        return end.recv(LONGEST)
    except ConnectionError:
        return b""


def is_waiting(end: socket.socket) -> bool:
    """Say whether a message, or the end of the other side, is there already."""
    return bool(select.select([end], [], [], 0)[0])


def load_entry(name: str) -> Entry:
    """Return the function that `package.module:function` names."""
    module, _, function = name.partition(":")
    entry: Entry = getattr(import_module(module), function)
    return entry
