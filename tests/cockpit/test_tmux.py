"""From one end to the other in a real terminal, by keys alone: demo, queue behind it, why, cancel, leave, come back."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.conductor import Conductor
from engine.runtime.runs import RunFolder
from storage.database import Database
from tests.cockpit.tmux import Pane, terminal_of


@contextmanager
def held(pane: Pane) -> Iterator[None]:
    """Let the clock stand still for the worker of the one execution that runs, however fast it would be."""
    with closing(Conductor(pane.home)) as conductor:
        [execution] = conductor.executions()
        folder = RunFolder(conductor.home.run(execution.id))
    pane.until(lambda _: folder.claim_of(execution.attempt) is not None, "its worker has begun")
    claim = folder.claim_of(execution.attempt)
    assert claim is not None and claim.worker is not None
    with closing(Database.open(pane.home)) as database, database.write():  # it stops at no write of its own
        os.kill(claim.worker.pid, signal.SIGSTOP)
    yield
    os.kill(claim.worker.pid, signal.SIGCONT)


def test_the_demo_is_installed_queued_behind_explained_cancelled_and_found_again(tmp_path: Path) -> None:
    with terminal_of(tmp_path / "home") as pane:
        pane.open()
        pane.shows("Nothing is deployed yet", "installs a demo")
        pane.press("d")
        pane.until(lambda shown: "RUN 1" in shown, "the shop is being installed")
        with held(pane):
            pane.command("start install shop")
            pane.shows("Start a workflow on shop", "install", "wait in the queue")
            pane.press("C-s")
            pane.shows("QUE 1", "install")

            pane.press("3")
            pane.shows("same deployment", "install")
            pane.press("w")
            pane.shows("┏━ Why does #1", "of this deployment is running", "ended now: shop install would start")
            pane.press("x")
            pane.shows("Cancel execution", "taken out of the queue")
            pane.press("y")
            pane.shows("QUE 0", "z undoes")

            pane.press("2")
            pane.shows("install", "cancelled", "RUN 1")
            pane.press("q")
            pane.shows("Leave the cockpit?", "keep")
            pane.press("y")
            pane.shows("left with 0", "keep running")

        pane.close()
        pane.open()
        pane.shows("[2 Executions", "install", "cancelled", "✓ completed")
