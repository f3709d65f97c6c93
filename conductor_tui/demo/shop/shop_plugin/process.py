"""The life of one program of the shop: its settings, and its end."""

import json
import os
import select
import signal
from pathlib import Path
from typing import Any

from engine.sdk import ctx, operation
from shop_plugin import ports

PATIENCE = 10
"""Seconds that a program has for an orderly end."""


@operation
def configure(settings: dict[str, Any], **_: Any) -> None:
    """Write the settings that the program is started with."""
    folder = Path(ctx.instance.runtime_properties["folder"])
    always = {
        "name": ctx.instance.id,
        "pid_file": str(folder / "pid"),
        "heartbeat": str(folder / "heartbeat"),
    }
    ctx.instance.runtime_properties["heartbeat"] = always["heartbeat"]
    (folder / "settings.json").write_text(json.dumps({**always, **settings}, indent=2))


@operation
def configure_server(settings: dict[str, Any], port: int, directory: str, **_: Any) -> None:
    """Choose the port, then write the settings. Further instances of a node take the ports that follow."""
    wanted = port + ctx.instance.index - 1 if port else 0
    mine = ctx.instance.runtime_properties.get("port") or ports.claim(
        Path(directory) / "ports", ctx.instance.id, wanted
    )
    address = f"{ports.HOST}:{mine}"
    ctx.instance.runtime_properties.update(port=mine, address=address, url=f"http://{address}/")
    ctx.logger.info("will listen on %s", address)
    configure({**settings, "port": mine})


@operation
def stop(**_: Any) -> None:
    """Ask the program to end, and end it when it does not."""
    folder = ctx.instance.runtime_properties.get("folder")
    if folder is None:
        return
    for pid in _running(Path(folder), ctx.node.properties["program"]):
        if not _has_ended(pid, signal.SIGTERM) and not _has_ended(pid, signal.SIGKILL):
            raise RuntimeError(f"process {pid} of {ctx.instance.id} cannot be ended")
        ctx.logger.info("process %s has ended", pid)
    ctx.instance.runtime_properties.pop("pid", None)


def is_alive(pid: int) -> bool:
    """Say whether the process exists and is more than an entry that waits to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def _running(folder: Path, program: str) -> list[int]:
    """Return the processes that were started as this program, also those that nobody has noted down."""
    command = f"{folder / program}\0{folder / 'settings.json'}\0".encode()
    entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [int(entry.name) for entry in entries if _command(entry).endswith(command)]


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def _has_ended(pid: int, order: signal.Signals) -> bool:
    """Send the signal and say whether the process ended in time."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        signal.pidfd_send_signal(process, order)
        return bool(select.select([process], [], [], PATIENCE)[0])
    except ProcessLookupError:
        return True
    finally:
        os.close(process)
