"""A headless Chromium, driven by its DevTools protocol: what a page's terminal shows, and keys pressed in it."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1280,800",
    "--remote-debugging-port=0",
)
PATIENCE = 60.0
PAUSE = 0.05
"""Seconds between two looks."""
SCREEN = """function() {
    const terminal = this.find(one => {
        try { return one.buffer && one.buffer.active && one.cols && one.options.fontFamily; } catch { return false; }
    });
    if (!terminal) return '';
    const lines = [];
    for (let y = 0; y < terminal.rows; y++)
        lines.push(terminal.buffer.active.getLine(y).translateToString(true));
    return lines.join('\\n');
}"""
"""Finds the terminal of xterm.js among all objects of the page: it hangs on no name."""


def program() -> str:
    """Return the browser; without one the test is left out, but fails where everything must be tested."""
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        reason = "the cockpit in a browser needs Chromium (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Tab:
    """One page of the browser."""

    def __init__(self, socket: "aiohttp.ClientWebSocketResponse") -> None:
        self._socket, self._number = socket, 0
        self.requested: list[str] = []
        """Every address that the page asked for."""

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Give a command of the protocol and return its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while True:
            answer = json.loads(await asyncio.wait_for(self._socket.receive_str(), PATIENCE))
            if answer.get("method") == "Network.requestWillBeSent":
                self.requested.append(answer["params"]["request"]["url"])
            if answer.get("id") == self._number:
                assert "result" in answer, f"{method} failed: {answer}"
                result: dict[str, Any] = answer["result"]
                return result

    async def open(self, address: str) -> None:
        await self.call("Network.enable")
        await self.call("Page.enable")
        await self.call("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """Return what a line of JavaScript says in the page."""
        answer = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def text(self) -> str:
        """Return the lines that the page's terminal holds."""
        prototype = await self.call("Runtime.evaluate", expression="Object.prototype", objectGroup="look")
        found = await self.call("Runtime.queryObjects", prototypeObjectId=prototype["result"]["objectId"])
        answer = await self.call(
            "Runtime.callFunctionOn",
            objectId=found["objects"]["objectId"],
            functionDeclaration=SCREEN,
            returnByValue=True,
        )
        await self.call("Runtime.releaseObject", objectId=found["objects"]["objectId"])
        return str(answer["result"].get("value", ""))

    async def until(self, condition: Callable[[str], bool], description: str) -> str:
        """Wait until the terminal shows it; return what it shows."""
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not condition(shown := await self.text()):
            assert asyncio.get_running_loop().time() < deadline, f"it never came true that {description}:\n{shown}"
            await asyncio.sleep(PAUSE)
        return shown

    async def press(self, key: str) -> None:
        """Press the key of one character."""
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=key)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def picture(self) -> bytes:
        """Return the page as a PNG."""
        answer = await self.call("Page.captureScreenshot", format="png")
        return base64.b64decode(answer["data"])


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Tab]:
    """Run a browser whose profile lies in `folder`, with one tab."""
    process = subprocess.Popen(
        [program(), *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        port = await _port(folder, process)
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                tabs = [one for one in await response.json() if one["type"] == "page"]
            async with session.ws_connect(tabs[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Tab(socket)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


async def _port(folder: Path, process: "subprocess.Popen[bytes]") -> int:
    """Wait until the browser has written down where it listens."""
    path, deadline = folder / "DevToolsActivePort", asyncio.get_running_loop().time() + PATIENCE
    while not path.exists() or not path.read_text().partition("\n")[2]:
        assert process.poll() is None, "Chromium did not start"
        assert asyncio.get_running_loop().time() < deadline, "Chromium never listened"
        await asyncio.sleep(PAUSE)
    return int(path.read_text().partition("\n")[0])
