"""Named places at which a test may let a process die, to prove that every other place is safe too."""

import os
from enum import StrEnum

VARIABLE = "CONDUCTOR_CRASH_AT"
"""`name:n` lets each process die the n-th time that it passes `name`."""

EXIT_STATUS = 137


class CrashPoint(StrEnum):
    """Every place at which a process can be made to die."""

    ENGINE_LED = "engine-led"
    """The lock is held and the epoch is stored; nothing else has happened."""
    DISPATCH_STARTED = "dispatch-started"
    """A queued execution has become pending; nobody has been told."""
    DISPATCH_HANDED = "dispatch-handed"
    """The zygote has been asked for a shim."""
    SHIM_LOCKED = "shim-locked"
    """The shim holds the lock of the execution, without a claim."""
    SHIM_CLAIMED = "shim-claimed"
    """The claim is written; the worker knows nothing yet."""
    SHIM_ASSIGNED = "shim-assigned"
    """The worker has been told."""
    SHIM_LOST = "shim-lost"
    """The shim has seen that the worker is gone."""
    SHIM_RESULT = "shim-result"
    """The result file is in its place; the tree may still live."""
    SHIM_ENDED_TREE = "shim-ended-tree"
    """No process of the execution is left; the database does not know."""
    SHIM_SETTLED = "shim-settled"
    """The database knows; the folder is still there."""
    RECONCILE_ENDED_TREES = "reconcile-ended-trees"
    """The engine has ended what lost executions left; nothing is settled."""
    RECONCILE_SETTLED = "reconcile-settled"
    """The engine has settled one lost execution."""


_passed: dict[StrEnum, int] = {}


def crashpoint(point: StrEnum) -> None:
    """Die here if the environment asks for it; otherwise do nothing."""
    wanted = os.environ.get(VARIABLE)
    if wanted is None:
        return
    name, _, count = wanted.partition(":")
    _passed[point] = _passed.get(point, 0) + 1
    if name == point and _passed[point] == int(count or 1):
        os._exit(EXIT_STATUS)
