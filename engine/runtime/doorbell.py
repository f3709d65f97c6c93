"""The bell of the engine: whoever has committed rings, so that the engine looks at once instead of soon.

The bell carries nothing and may be lost; the engine also looks by itself.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "engine.sock"


def ring(home: Path) -> None:
    """Wake the engine of the state directory, if there is one."""
    with suppress(OSError), _short_path(home) as path, _datagram_socket() as bell:
        bell.sendto(b"!", path)


class Doorbell:
    """The engine's side of the bell; only the engine that leads may hang it up."""

    def __init__(self, home: Path) -> None:
        self._home = home
        (home / NAME).unlink(missing_ok=True)
        self._socket = _datagram_socket()
        with _short_path(home) as path:
            self._socket.bind(path)
        self._own = (home / NAME).stat()

    def fileno(self) -> int:
        return self._socket.fileno()

    def silence(self) -> None:
        """Take every ring so far as heard."""
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(16)

    def close(self) -> None:
        self._socket.close()
        with suppress(FileNotFoundError):
            if os.path.samestat(self._own, (self._home / NAME).stat()):  # a successor has hung up its own
                (self._home / NAME).unlink()


def _datagram_socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)


@contextmanager
def _short_path(home: Path) -> Iterator[str]:
    """Give a path that fits the 107 bytes of a socket address, however deep the directory lies."""
    directory = os.open(home, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{NAME}"
    finally:
        os.close(directory)
