"""The cockpit in a browser of this machine, through textual-serve: where it is served, and what each page runs."""

import os
import sys
from pathlib import Path
from shlex import join

from engine.domain.errors import ConductorError, InvalidValue

ADDRESS = "127.0.0.1:8000"
LOCAL = frozenset({"127.0.0.1", "localhost"})
_DRIVER = "TEXTUAL_DRIVER"
"""Set by textual-serve for the cockpit of a page: what Textual draws with."""


class WebMissing(ConductorError):
    """The extra that serves pages is not installed."""

    def __init__(self) -> None:
        super().__init__("--web needs the extra `web`; install it with: pip install 'conductor-tui[web]'")


class AddressTaken(ConductorError):
    """Something else listens where pages were to be served."""

    def __init__(self, port: int, reason: str) -> None:
        super().__init__(f"port {port} of this machine cannot be served ({reason}); choose another with --web-address")


def serve(home: Path, address: str, *, is_read_only: bool) -> None:
    """Serve the cockpit until a signal ends it; each page in a browser is a cockpit of its own.

    Raises:
        InvalidValue: the address is none of this machine's own.
        WebMissing: textual-serve is not installed.
        AddressTaken: something else listens there.
    """
    port = local_port(address)
    try:
        from conductor_tui.webserver import serve_pages  # needs the extra
    except ModuleNotFoundError as error:
        raise WebMissing from error
    try:
        serve_pages(command(home, is_read_only=is_read_only), port, title=f"Conductor {home.name}")
    except OSError as error:
        raise AddressTaken(port, error.strerror or str(error)) from error


def local_port(address: str) -> int:
    """Return the port of an address of this machine, 0 for any free one; no other machine may come in.

    Raises:
        InvalidValue: it is another machine's or all machines' address, or no address at all.
    """
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise InvalidValue(f"`{address}` is no address; one is {ADDRESS}")
    if host not in LOCAL:
        raise InvalidValue(
            f"--web serves this machine alone ({ADDRESS}), not `{host}`: what is typed there would pass the network "
            "unencrypted; reach it from elsewhere through an SSH tunnel"
        )
    return int(port)


def command(home: Path, *, is_read_only: bool) -> str:
    """Return the shell's line for one cockpit; `exec`, so that the cockpit itself hears that its page has gone."""
    flags = ["--read-only"] if is_read_only else []
    return f"exec {join([sys.executable, '-X', 'utf8', '-m', 'conductor_tui', '--home', str(home), *flags])}"


def is_page() -> bool:
    """Whether this process draws in a browser instead of a terminal."""
    return os.environ.get(_DRIVER, "").endswith(":WebDriver")
