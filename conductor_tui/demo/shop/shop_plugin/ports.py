"""Which loopback port belongs to which instance."""

import random
import socket
from contextlib import closing
from pathlib import Path

from engine.sdk import NonRecoverableError

HOST = "127.0.0.1"
FREE_RANGE = range(20_000, 30_000)
"""Below the ports that the kernel hands out for outgoing connections, so that none of them gets in our way."""


def claim(folder: Path, owner: str, wanted: int = 0) -> int:
    """Return a free port that nobody else of the shop has claimed: `wanted`, or any when that is 0.

    Raises:
        NonRecoverableError: the wanted port is taken.
    """
    folder.mkdir(exist_ok=True)
    for port in [wanted] if wanted else random.sample(FREE_RANGE, 100):
        if _is_free(port) and _is_ours(folder / str(port), owner):
            return port
    raise NonRecoverableError(f"port {wanted or 'for ' + owner} is not free; give another one as an input")


def _is_ours(mark: Path, owner: str) -> bool:
    """Put a mark that names its owner; two instances that ask at the same time cannot both succeed."""
    try:
        mark.symlink_to(owner)
    except FileExistsError:
        return str(mark.readlink()) == owner
    return True


def _is_free(port: int) -> bool:
    try:
        with closing(socket.create_server((HOST, port))):
            return True
    except OSError:
        return False
