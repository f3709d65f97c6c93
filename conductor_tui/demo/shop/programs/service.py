"""What every program of the shop does alike: settings in, a pid file while it serves, an orderly end on SIGTERM."""

import json
import os
import signal
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}

Settings = dict[str, Any]


def read_settings() -> Settings:
    """Return the settings in the file that the command line names."""
    settings: Settings = json.loads(Path(sys.argv[1]).read_text())
    return settings


@contextmanager
def announced(settings: Settings) -> Iterator[None]:
    """Keep the pid file while the body runs, with the stop signals held back for `is_stopped`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    pid_file = Path(settings["pid_file"])
    pid_file.write_text(f"{os.getpid()}\n")
    try:
        say(f"{settings['name']} is ready")
        yield
    finally:
        pid_file.unlink(missing_ok=True)


def say(line: str) -> None:
    """Write one line of the program's log."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def is_stopped(seconds: float) -> bool:
    """Wait up to `seconds` and say whether a stop signal came."""
    return signal.sigtimedwait(STOP_SIGNALS, seconds) is not None


def serve(handler: type[BaseHTTPRequestHandler], settings: Settings) -> None:
    """Answer HTTP requests on the loopback port of the settings until a stop signal comes."""
    with _Server((HOST, settings["port"]), handler) as server, announced(settings):
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        signal.sigwait(STOP_SIGNALS)
        server.shutdown()


class Handler(BaseHTTPRequestHandler):
    """A request handler that answers in one piece and keeps no access log."""

    timeout = 10

    def answer(self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8", **headers: str) -> None:
        """Send a whole answer; underscores in header names stand for hyphens."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the monitor asks every half second, for as long as the shop stands."""


class _Server(ThreadingHTTPServer):
    """A server that lets running requests end and never asks a name server for its own name."""

    daemon_threads = False
    request_queue_size = 64

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]
