"""`conductor demo`: a shop of real processes, installed by a real engine in a state directory of its own."""

import sys
from contextlib import closing
from pathlib import Path

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def run(*, home: Path, keep: bool, is_terminal: bool, is_json: bool = False) -> int:
    """Install the shop; then show it in the cockpit, or without a terminal ask for a page and uninstall it again.

    Without a terminal, `keep` leaves the shop standing, and the
    result is 0 only if the shop answered over HTTP; `is_json` prints JSON objects, one a line, and no cockpit.
    """
    from conductor_tui.calledby import called
    from conductor_tui.cli.output import Output
    from conductor_tui.demo import plain, watched
    from engine.conductor import Conductor

    out = Output()
    with closing(Conductor(home)) as conductor:
        try:
            if is_terminal and not is_json:
                return watched.run(conductor, out)
            return plain.run(conductor, out, keep=keep, is_json=is_json)
        except KeyboardInterrupt:
            again = f"{called(sys.argv[0], Path.cwd())} demo"
            out.talk(f"Interrupted. What runs goes on in the background; `{again}` takes it up again.")
            return INTERRUPTED


def own_home() -> Path:
    """Return the state directory of the demo, a sibling of the user's own."""
    from platformdirs import user_state_path

    return user_state_path("conductor-demo")
