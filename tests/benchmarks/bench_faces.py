"""Prints how soon the faces answer: `conductor executions list` as a whole process, and the cockpit's first paint.

Run it as `python -m tests.benchmarks.bench_faces [rounds]`. Limits (a bare interpreter, a bare Textual app) and the
reference's command line are measured in turn with ours.
"""

import os
import pty
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from engine.conductor import Conductor
from tests.benchmarks.peers import cfy
from tests.builders import NOW, an_execution, store_deployment

STORED = 1000
CONDUCTOR = [sys.executable, "-m", "conductor_tui"]
BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first paint")
Bare().run()
"""


def cpu_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the CPU time of a whole process, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def first_paint(command: Sequence[str], environment: dict[str, str], text: bytes) -> float:
    """Return seconds from the start of a program in a terminal of its own until a text of its screen arrives."""
    begin = time.monotonic()
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execvpe(command[0], list(command), environment)
    seen, deadline = b"", begin + 30
    while text not in seen and time.monotonic() < deadline:
        if select.select([descriptor], [], [], 0.1)[0]:
            seen += os.read(descriptor, 65536)
    taken = time.monotonic() - begin
    os.kill(pid, 15)
    os.waitpid(pid, 0)
    os.close(descriptor)
    assert text in seen, seen[-500:]
    return taken


def fill(home: Path) -> None:
    """Store many executions of one deployment."""
    from engine.domain.execution import Status
    from storage import executions
    from storage.database import Database

    conductor = Conductor(home)
    database = Database.open(home)
    store_deployment(database)
    with database.write() as connection:
        for number in range(STORED):
            executions.insert(connection, an_execution(f"e{number}", status=Status.TERMINATED, ended_at=NOW))
    database.close()
    conductor.close()


def main() -> None:
    """Measure in turn and print medians and ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        fill(home)
        environment |= {"CONDUCTOR_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
        commands: dict[str, Sequence[str]] = {
            "python": [sys.executable, "-c", "pass"],
            "version": [*CONDUCTOR, "--version"],
            "list": [*CONDUCTOR, "executions", "list", "--size", "20"],
        }
        if peer := cfy():
            commands["cfy"] = [*peer, "--version"]
        taken: dict[str, list[float]] = {key: [] for key in commands}
        paints: dict[str, list[float]] = {"ours": [], "bare": []}
        for command in commands.values():
            cpu_seconds(command, environment)
        for _ in range(rounds):
            for key, command in commands.items():
                taken[key].append(cpu_seconds(command, environment))
            paints["ours"].append(first_paint(CONDUCTOR, environment, b"Deployments"))
            paints["bare"].append(first_paint([sys.executable, "-c", BARE_APP], environment, b"first paint"))
    _report({key: median(values) for key, values in (taken | paints).items()})


def _report(figures: dict[str, float]) -> None:
    for key, label in (("version", "conductor --version"), ("list", "conductor executions list")):
        ratios = [f"{figures[key] / figures['python']:5.1f} of a bare python"]
        if "cfy" in figures:
            ratios.append(f"{figures[key] / figures['cfy']:5.2f} of cfy --version")
        print(f"{label:28} {figures[key] * 1000:8.0f} ms cpu   {', '.join(ratios)}")
    ratio = figures["ours"] / figures["bare"]
    print(f"first paint of the cockpit   {figures['ours'] * 1000:8.0f} ms       {ratio:5.2f} of a bare Textual app")


if __name__ == "__main__":
    main()
