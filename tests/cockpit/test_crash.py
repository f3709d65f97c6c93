"""A crash of the cockpit restores the terminal, leaves a report, and the engine goes on."""

import os
from contextlib import closing
from pathlib import Path

from engine.conductor import Conductor
from engine.domain.view import EngineState
from tests.cockpit.test_terminal import ALTERNATE, NORMAL, terminal

CRASHING = """
import sys
from conductor_tui.cli.main import run
from conductor_tui.opening import run as open_cockpit
from conductor_tui.screens.base import ViewScreen

def broken(self):
    raise ZeroDivisionError("made to break")

ViewScreen.find = broken
sys.exit(run([], cockpit=lambda conductor, is_read_only: open_cockpit(conductor, home=conductor.home.root)))
"""


def test_a_crash_restores_the_terminal_writes_a_report_and_leaves_the_engine_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with closing(Conductor(home)) as conductor:
        conductor.ensure_engine()
        try:
            with terminal(CRASHING, CONDUCTOR_HOME=str(home), COLUMNS="200") as cockpit:
                cockpit.read_until(lambda output: b"Leave" in output, "the cockpit is drawn")
                cockpit.write("/")

                assert 70 == cockpit.wait()
            (report,) = (home / "crash").iterdir()
            assert "ZeroDivisionError: made to break" in report.read_text()
            assert 0o600 == os.stat(report).st_mode & 0o777
            assert cockpit.output.rindex(NORMAL) > cockpit.output.rindex(ALTERNATE)
            assert report.name.encode() in cockpit.output.rpartition(NORMAL)[2].replace(b"\r\n", b"")
            assert b"Traceback" not in cockpit.output
            assert EngineState.RUNNING is conductor.engine_status().state
        finally:
            conductor.stop_engine()
