"""What only the Linux kernel can promise about processes, asked through prctl."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> bool:
    """Let this process be killed when its parent ends; False when the parent has ended already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, daemons included."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def call_myself(name: str) -> None:
    """Show a name of up to 15 bytes in process listings."""
    _prctl(_PR_SET_NAME, ctypes.create_string_buffer(name.encode()[:15]))


def _prctl(option: int, value: "int | ctypes.Array[ctypes.c_char]") -> None:
    argument = ctypes.c_ulong(value) if isinstance(value, int) else value
    if _libc.prctl(option, argument, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
