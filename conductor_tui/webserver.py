"""The HTTP server behind `--web`: who may come in, and one cockpit process for each page.

Every page and socket lies below a key that is drawn anew at each start: other users of the machine reach the port too.
"""

import asyncio
import html
import secrets
import signal
import sys
from pathlib import Path
from string import Template

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler
from textual_serve.app_service import AppService
from textual_serve.server import Server

HOST = "127.0.0.1"
FOLDER = Path(__file__).with_name("page")
NO_KEY = "The address of the cockpit ends with a key: open the whole line that `conductor --web` has printed.\n"
PATIENCE = 5.0
"""Seconds that a cockpit has to end when its page has gone."""
MOST = 1000
"""Columns and lines of the largest page."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve_pages(command: str, port: int, *, title: str) -> None:
    """Serve a cockpit per page until a signal; `command` starts one, port 0 takes any free one.

    Raises:
        OSError: the port cannot be listened at.
    """
    asyncio.run(CockpitServer(command, port=port, title=title).run())


def refusal(host: str, origin: str | None, port: int) -> str:
    """Return why a request is refused; empty where it comes from a page of this server.

    A foreign site can name this machine by a domain of its own (the header Host tells), or open a socket to it from
    its pages (the header Origin tells); browsers let no page change either.
    """
    own = {f"{name}:{port}" for name in (HOST, "localhost")}
    if host not in own:
        return f"This server answers to {HOST}:{port} only.\n"
    if origin is not None and origin not in {f"http://{name}" for name in own}:
        return "Pages of other sites may not use the cockpit.\n"
    return ""


class CockpitServer(Server):
    """textual-serve with a lock on the door."""

    def __init__(self, command: str, *, port: int, title: str) -> None:
        super().__init__(command, host=HOST, port=port, title=title)
        self.key = secrets.token_urlsafe(18)
        self._sockets: set[web.WebSocketResponse] = set()

    async def run(self) -> None:
        """Listen, print the address, and wait for a signal; the cockpits of open pages are ended."""
        ended = asyncio.Event()
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, ended.set)
        runner = web.AppRunner(await self._make_app(), access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.port).start()
            self.port = runner.addresses[0][1]
            self._announce()
            await ended.wait()
        finally:
            await runner.cleanup()

    def _announce(self) -> None:
        sys.stdout.write(f"http://{HOST}:{self.port}/{self.key}/\n")
        sys.stdout.flush()
        sys.stderr.write(
            "Whoever has this address can do all that you can do. Ctrl-C ends it; executions keep running.\n"
        )

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/{key}/", self.handle_index),
                web.get("/{key}/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.get("/page.js", self._send_script),
                web.static("/static", self.statics_path),
            ]
        )
        app.on_response_prepare.append(self._shut_in)
        app.on_shutdown.append(self._end_cockpits)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        reason = refusal(request.headers.get("Host", ""), request.headers.get("Origin"), self.port)
        if reason:
            raise web.HTTPForbidden(text=reason)
        return await handler(request)

    def _require_key(self, request: web.Request) -> None:
        if not secrets.compare_digest(request.match_info["key"].encode(), self.key.encode()):
            raise web.HTTPForbidden(text=NO_KEY)

    async def _shut_in(self, request: web.Request, response: web.StreamResponse) -> None:
        """Let the page load nothing from elsewhere, tell nobody its address, and stand in no other page."""
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
            f"img-src 'self' data:; connect-src 'self' ws://{request.host}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"

    async def handle_index(self, request: web.Request) -> web.Response:
        self._require_key(request)
        page = Template((FOLDER / "index.html").read_text(encoding="utf-8")).substitute(
            title=html.escape(self.title), socket=f"ws://{request.host}/{self.key}/ws"
        )
        return web.Response(text=page, content_type="text/html")

    async def _send_script(self, request: web.Request) -> web.FileResponse:
        return web.FileResponse(FOLDER / "page.js")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run a cockpit for as long as its page is open."""
        self._require_key(request)
        socket = web.WebSocketResponse(heartbeat=15)
        await socket.prepare(request)

        async def close() -> None:
            await socket.close()

        page = Page(
            self.command,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self._sockets.add(socket)
        try:
            await page.start(_number(request, "width", 80), _number(request, "height", 24))
            await self._process_messages(socket, page)
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError):
            await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)  # no page of ours sends what cannot be read
        finally:
            self._sockets.discard(socket)
            await page.stop()
        return socket

    async def _end_cockpits(self, app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)


class Page(AppService):
    """The cockpit of one page."""

    async def stop(self) -> None:
        """End it, and see to it that it has ended."""
        await super().stop()
        if self._process is not None and self._process.returncode is None:
            try:
                await asyncio.wait_for(self._process.wait(), PATIENCE)
            except TimeoutError:
                self._process.kill()


def _number(request: web.Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, "")
    return min(int(text), MOST) if text.isascii() and text.isdigit() and int(text[:9]) else otherwise
