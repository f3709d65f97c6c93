"""The reverse proxy: assets from the disk, everything else from the application servers in turn.

The folder of backends is read at each request: one file per application server, holding its address. So servers
come and go while the proxy runs, and a server that cannot be reached costs nobody an answer.
"""

import http.client
import mimetypes
from contextlib import closing
from email.message import Message
from itertools import count
from pathlib import Path
from typing import NamedTuple

from service import Handler, read_settings, serve

SETTINGS = read_settings()
BACKENDS = Path(SETTINGS["backends"])
ASSETS = Path(SETTINGS["assets"])
TURNS = count()


class Response(NamedTuple):
    """What an application server answered."""

    status: int
    body: bytes
    headers: Message


class Proxy(Handler):
    """Forwards requests."""

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        if self.path == "/proxy/health":
            self.answer(200, f"{len(_backends())} backends\n".encode())
        elif self.path.startswith("/assets/"):
            self._asset(self.path.removeprefix("/assets/"))
        else:
            self._forward(b"")

    def do_POST(self) -> None:  # noqa: N802 - the name that http.server calls
        self._forward(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def _asset(self, name: str) -> None:
        if name not in {file.name for file in ASSETS.iterdir()}:
            self.answer(404, b"there is no such asset\n")
            return
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.answer(200, (ASSETS / name).read_bytes(), kind)

    def _forward(self, body: bytes) -> None:
        for address in _in_turn(_backends()):
            try:
                connection = _connected(address)
            except OSError:
                continue  # nothing was sent, so the next server may have the request
            response = self._exchange(connection, body)
            if response or self.command != "GET":
                self._pass_on(response)
                return
        self.answer(503, b"no application server can be reached\n")

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> Response | None:
        """Return what the server answers; None when it breaks off, which only a GET survives."""
        with closing(connection):
            try:
                connection.request(self.command, self.path, body)
                response = connection.getresponse()
                return Response(response.status, response.read(), response.headers)
            except (OSError, http.client.HTTPException):
                return None

    def _pass_on(self, response: Response | None) -> None:
        if response is None:
            self.answer(502, b"the application server broke off\n")
            return
        kind, server = response.headers.get("Content-Type", ""), response.headers.get("Served-By", "")
        self.answer(response.status, response.body, kind, Served_By=server)


def _backends() -> list[str]:
    addresses = (_address(file) for file in sorted(BACKENDS.glob("*.backend")))
    return [address for address in addresses if address]


def _address(file: Path) -> str:
    try:
        return file.read_text().strip()
    except FileNotFoundError:  # taken out while we looked
        return ""


def _in_turn(addresses: list[str]) -> list[str]:
    """Return the addresses, beginning with another one each time."""
    first = next(TURNS) % len(addresses) if addresses else 0
    return addresses[first:] + addresses[:first]


def _connected(address: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.connect()
    return connection


if __name__ == "__main__":
    serve(Proxy, SETTINGS)
