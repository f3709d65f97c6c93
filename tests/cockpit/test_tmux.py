"""From one end to the other in a real terminal, by keys alone: demo, queue behind it, why, cancel, leave, come back."""

from pathlib import Path

from tests.cockpit.tmux import terminal_of


def test_the_demo_is_installed_queued_behind_explained_cancelled_and_found_again(tmp_path: Path) -> None:
    with terminal_of(tmp_path / "home") as pane:
        pane.open()
        pane.shows("Nothing is deployed yet", "installs a demo here")
        pane.press("d")
        pane.until(lambda shown: "RUN 1" in shown, "the shop is being installed")

        pane.command("start install shop")
        pane.shows("Start a workflow on shop", "install", "wait in the queue")
        pane.press("C-s")
        pane.shows("QUE 1", "install")

        pane.press("3")
        pane.shows("same deployment", "install")
        pane.press("x")
        pane.shows("Cancel execution", "taken out of the queue")
        pane.press("y")
        pane.shows("QUE 0", "z undoes")

        pane.press("2")
        pane.shows("install", "cancelled")
        pane.press("q")
        pane.shows("Leave the cockpit?", "keep")
        pane.press("y")
        pane.shows("left with 0", "keep running")

        pane.close()
        pane.open()
        pane.shows("[2 Executions", "install", "cancelled")
