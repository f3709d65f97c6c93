"""The cockpit in a browser of this machine, through textual-serve."""

import sys
from pathlib import Path
from shlex import join

from engine.domain.errors import ConductorError, InvalidValue

ADDRESS = "127.0.0.1:8000"
LOCAL = frozenset({"127.0.0.1", "localhost"})


class WebMissing(ConductorError):
    """The extra that serves pages is not installed."""

    def __init__(self) -> None:
        super().__init__("--web needs the extra `web`; install it with: pip install 'conductor-tui[web]'")


def serve(home: Path, address: str, *, is_read_only: bool) -> None:
    """Serve the cockpit until Ctrl-C; each page in a browser is a cockpit of its own.

    Raises:
        InvalidValue: the address is none of this machine's own.
        WebMissing: textual-serve is not installed.
    """
    host, port = local_address(address)
    try:
        from textual_serve.server import Server  # type: ignore[import-not-found, unused-ignore] # an extra
    except ImportError as error:
        raise WebMissing from error
    Server(command(home, is_read_only=is_read_only), host=host, port=port, title="Conductor").serve()


def local_address(address: str) -> tuple[str, int]:
    """Return host and port; nobody asks for a password, so only this machine may come in.

    Raises:
        InvalidValue: it is another machine's or all machines' address, or no address at all.
    """
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise InvalidValue(f"`{address}` is no address; one is {ADDRESS}")
    if host not in LOCAL:
        raise InvalidValue(
            f"--web serves this machine alone ({ADDRESS}), not `{host}`: there is no password; "
            "reach it from elsewhere through an SSH tunnel"
        )
    return host, int(port)


def command(home: Path, *, is_read_only: bool) -> str:
    """Return the command line of one cockpit."""
    flags = ["--read-only"] if is_read_only else []
    return join([sys.executable, "-m", "conductor_tui", "--home", str(home), *flags])
