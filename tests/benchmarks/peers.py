"""Peers from PyPI, each in a virtual environment of its own that is made once; without a registry they are left out."""

import os
import subprocess
import sys
from pathlib import Path

VERSIONS = {
    "huey": "huey==3.5.4",
    "cloudify": "cloudify==7.0.5",
    "cloudify-common": "cloudify-common[dispatcher]==7.0.5",
}

HUEY = """
import sys, threading, time
from huey import SqliteHuey
huey = SqliteHuey(filename=sys.argv[1], fsync=True)
count, seen, done = int(sys.argv[2]), [], threading.Event()

@huey.task()
def nothing():
    seen.append(time.monotonic())
    if len(seen) == count:
        done.set()

consumer = huey.create_consumer(workers=1, initial_delay=0.001, max_delay=0.01)
consumer.start()
begin = time.monotonic()
for _ in range(count):
    nothing()
done.wait(120)
print(count / (time.monotonic() - begin))
consumer.stop(graceful=False)
import os; os._exit(0)
"""


def python_of(peer: str) -> Path | None:
    """Return the interpreter of a peer's environment; None where it cannot be made."""
    root = Path(os.environ.get("CONDUCTOR_PEERS", Path.home() / ".cache" / "conductor-peers")) / peer
    python = root / "bin" / "python"
    if (root / "ready").exists():
        return python
    print(f"installing {VERSIONS[peer]} to compare with …", file=sys.stderr)
    made = subprocess.run([sys.executable, "-m", "venv", str(root)], check=False).returncode == 0
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", VERSIONS[peer]]
    if not made or subprocess.run(install, check=False).returncode:
        return None
    (root / "ready").touch()
    return python


def huey_rate(folder: Path, count: int) -> float | None:
    """Return how many one-task executions per second Huey's SQLite storage runs, at full synchronisation."""
    python = python_of("huey")
    if python is None:
        return None
    command = [str(python), "-c", HUEY, str(folder / "huey.db"), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=180)
    return float(done.stdout) if done.returncode == 0 and done.stdout.strip() else None


def cfy() -> list[str] | None:
    """Return the command of the reference's command line."""
    python = python_of("cloudify")
    return None if python is None else [str(python.with_name("cfy"))]
