"""Prints what the cockpit costs while nobody touches it, screen by screen, on a large database.

Run it as `python -m tests.benchmarks.bench_rest [events] [folder] [seconds]`; the folder is that of `bench_cockpit`.
Five executions run and twenty wait, with no engine. It exits 1 when a screen takes 1 % of a core or more.
"""

import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import large
from tests.benchmarks.pane import BARE_APP, Pane, cockpit_command, pane, terminal_environment

EVENTS, SECONDS, WARM_UP = 100_000, 20.0, 2.0
LIMIT = 1.0
"""Percent of a core."""
WALK = (
    ("home", "", "site-0001"),
    ("deployments", "1", "site-0020"),
    ("a deployment at work", "\r", "Node instances"),
    ("executions", "2", "[all]"),
    ("an execution at work", "\r", "Operations"),
    ("queue", "3", "of this deployment"),
    ("schedules", "4", "nightly"),
    ("a schedule's history", "H", "Next runs"),
    ("blueprints", "5", "Blueprints"),
    ("events", "6", "line "),
    ("system", "8", "poll_interval"),
)
"""What is looked at, the key that leads there from the one before, a text that then stands there."""


def walk(shown: Pane, seconds: float) -> dict[str, float]:
    """Return percent of a core by what was looked at."""
    found = {}
    for name, key, text in WALK:
        if key:
            shown.press(key)
        shown.until(text)
        shown.rest(WARM_UP)
        found[name] = shown.rest(seconds)
    return found


def measure(home: Path, seconds: float) -> dict[str, float]:
    """Return percent of a core, that of a bare app first."""
    environment = terminal_environment(home)
    with pane([sys.executable, "-c", BARE_APP], environment) as bare:
        bare.until("first paint")
        bare.rest(WARM_UP)
        found = {"a bare app": bare.rest(seconds)}
    (home / "cockpit.json").unlink(missing_ok=True)
    with pane(cockpit_command(home), environment) as shown:
        return found | walk(shown, seconds)


def main() -> int:
    """Measure and print; 1 says that a screen costs too much."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else SECONDS
    with tempfile.TemporaryDirectory() as name:
        home = large.filled(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name) / "home", events)
        before = os.getloadavg()[0]
        found = measure(home, seconds)
    print(f"load {before:.1f} to {os.getloadavg()[0]:.1f}; percent of a core over {seconds:.0f} s each")
    for name, percent in found.items():
        print(f"{name:28} {percent:6.2f}" + ("   too much" if percent >= LIMIT else ""))
    return int(any(percent >= LIMIT for percent in found.values()))


if __name__ == "__main__":
    sys.exit(main())
