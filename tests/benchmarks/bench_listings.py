"""Prints what listings of the command line cost on a large database, as whole processes, in turn with a bare Python.

Run it as `python -m tests.benchmarks.bench_listings [events] [folder] [rounds]`; the folder is that of `bench_cockpit`.
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks import large
from tests.benchmarks.bench_faces import CONDUCTOR, cpu_seconds

EVENTS, ROUNDS = 100_000, 5
LISTINGS = (
    "--version",
    "executions list --size 20",
    "deployments list",
    f"events list {large.TALKATIVE} --size 20",
    "queue",
    "deployments schedule list",
)


def measure(home: Path, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of processor by command."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["CONDUCTOR_HOME"] = str(home)
    commands = {"python -c pass": [sys.executable, "-c", "pass"]}
    commands |= {words: [*CONDUCTOR, *words.split()] for words in LISTINGS}
    for command in commands.values():
        cpu_seconds(command, environment)  # compiles
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(1000 * cpu_seconds(command, environment))
    return {name: median(figures) for name, figures in taken.items()}


def main() -> None:
    """Measure and print medians and ratios."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        home = large.filled(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "home", events)
        found = measure(home, rounds)
    bare = next(iter(found.values()))
    print(f"load {os.getloadavg()[0]:.1f}; milliseconds of processor")
    for name, figure in found.items():
        print(f"{name:40} {figure:8.0f} {figure / bare:6.1f} of a bare python")


if __name__ == "__main__":
    main()
