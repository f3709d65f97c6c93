"""`conductor --web` serves the cockpit to a real browser, and to nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit

import aiohttp
import pytest

from conductor_tui.webserver import refusal
from tests.cockpit.browser import browsing

PATIENCE = 30.0


class Server:
    """A running `conductor --web`."""

    def __init__(self, process: "subprocess.Popen[str]", address: str) -> None:
        self.process, self.address = process, address

    @property
    def origin(self) -> str:
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def socket(self) -> str:
        return f"{self.address}ws".replace("http:", "ws:")

    def cockpits(self) -> list[int]:
        """Return the processes of the pages."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def until_pages(self, amount: int) -> None:
        deadline = monotonic() + PATIENCE
        while len(self.cockpits()) != amount:
            assert monotonic() < deadline, f"there never were {amount} cockpits: {self.cockpits()}"
            sleep(0.05)


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Server]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CONDUCTOR_HOME")}
    process = subprocess.Popen(
        [sys.executable, "-m", "conductor_tui", "--home", str(home), "--web", "--web-address", "127.0.0.1:0", *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**kept, "XDG_CONFIG_HOME": str(home.parent / "config")},
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield Server(process, process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            process.stdout.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("web") / "home") as running:
        yield running


async def test_a_browser_shows_the_cockpit_which_obeys_its_keys(tmp_path: Path) -> None:
    with serving(tmp_path / "home", "--read-only") as server:
        async with browsing(tmp_path / "browser") as tab:
            await tab.open(server.address)
            await tab.until(lambda shown: "Nothing is deployed yet" in shown, "Home is drawn")
            picture = await tab.picture()
            await tab.press("8")
            shown = await tab.until(lambda shown: "poll_interval" in shown, "the key 8 shows System")
            after = await tab.picture()

            assert "READ-ONLY" in shown.partition("\n")[0]
            assert picture.startswith(b"\x89PNG") and len(picture) > 20_000, "the picture is blank"
            assert picture != after
            assert {server.origin} == {
                "{0.scheme}://{0.netloc}".format(urlsplit(one)) for one in tab.requested if not one.startswith("data:")
            }, "the page asks nobody else for anything"
            server.until_pages(1)
            await tab.press("q")
            await tab.until(lambda shown: "Leave the cockpit?" in shown, "the key q asks")
            await tab.press("y")
            deadline = monotonic() + PATIENCE
            while not await tab.value("document.body.classList.contains('-closed')"):
                assert monotonic() < deadline, "the page never said that the cockpit has closed"
        server.until_pages(0)


async def test_a_page_that_is_closed_ends_its_cockpit(server: Server) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(server.socket) as socket:
        await socket.receive_bytes(timeout=PATIENCE)
        server.until_pages(1)
    server.until_pages(0)


async def test_a_server_that_ends_leaves_no_cockpit_behind(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as server:
        async with aiohttp.ClientSession() as session, session.ws_connect(server.socket) as socket:
            await socket.receive_bytes(timeout=PATIENCE)
            (cockpit,) = server.cockpits()
            server.process.send_signal(signal.SIGTERM)
            assert 0 == server.process.wait(PATIENCE)

            assert not Path(f"/proc/{cockpit}").exists()


async def test_a_server_that_is_killed_leaves_no_cockpit_behind(tmp_path: Path) -> None:
    with serving(tmp_path / "home") as server:
        async with aiohttp.ClientSession() as session, session.ws_connect(server.socket) as socket:
            await socket.receive_bytes(timeout=PATIENCE)
            (cockpit,) = server.cockpits()
            server.process.kill()
            server.process.wait()
            deadline = monotonic() + PATIENCE
            while Path(f"/proc/{cockpit}").exists():
                assert monotonic() < deadline, "the cockpit of a page outlives its server"
                sleep(0.05)
    assert not (tmp_path / "home" / "crash").exists()


async def status_of(address: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as response:
        return response.status


async def test_who_does_not_know_the_key_gets_nothing(server: Server) -> None:
    assert 200 == await status_of(server.address)
    assert 403 == await status_of(f"{server.origin}/guessed/")
    assert 403 == await status_of(f"{server.origin}/guessed/ws")
    assert 404 == await status_of(f"{server.origin}/")
    assert 404 == await status_of(f"{server.origin}/ws")


async def test_pages_of_other_sites_cannot_open_a_cockpit_even_if_they_know_the_key(server: Server) -> None:
    async with aiohttp.ClientSession() as session:
        for origin in ("http://evil.example", "null", server.origin.replace("http", "https")):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(server.socket, headers={"Origin": origin})
            assert 403 == refused.value.status


async def test_a_foreign_name_for_this_machine_is_refused(server: Server) -> None:
    """So that no site can make its own domain mean this machine and read the pages (DNS rebinding)."""
    assert 403 == await status_of(server.address, Host="evil.example")
    assert 403 == await status_of(f"{server.origin}/page.js", Host=f"evil.example:{urlsplit(server.origin).port}")


async def test_no_other_page_may_show_the_cockpit_within_itself(server: Server) -> None:
    async with aiohttp.ClientSession() as session, session.get(server.address) as response:
        policy = response.headers["Content-Security-Policy"]

    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "text",
    ["x", "[]", "{}", '["stdin"]', '["resize", {}]', '["stdin", 1]', "[" * 10_000],
    ids=["no JSON", "empty", "an object", "no keys", "no size", "a number", "deep"],
)
async def test_what_no_page_sends_closes_the_socket_alone(server: Server, text: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(server.socket) as socket:
            await socket.send_str(text)
            async for _ in socket:
                pass
        assert 200 == await status_of(server.address)
    server.until_pages(0)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8000", None),
        ("localhost:8000", "http://127.0.0.1:8000"),
        ("localhost:8000", "http://localhost:8000"),
    ],
)
def test_own_pages_come_in(host: str, origin: str | None) -> None:
    assert "" == refusal(host, origin, 8000)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("", None),
        ("127.0.0.1", None),
        ("127.0.0.1:8001", None),
        ("127.0.0.1:8000.evil.example", None),
        ("127.0.0.1:8000", ""),
        ("127.0.0.1:8000", "null"),
        ("127.0.0.1:8000", "http://127.0.0.1:8001"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000.evil.example"),
    ],
)
def test_everything_else_is_refused(host: str, origin: str | None) -> None:
    assert refusal(host, origin, 8000)
