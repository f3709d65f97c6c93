"""The same sentence, typed into the cockpit and given to the command line, makes the same ten runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from conductor_tui.cli.main import run
from conductor_tui.screens.schedule_editor import ScheduleEditor
from tests.cockpit.test_real import cockpit_of

SENTENCE = "every last Friday at 22:00 Berlin time, starting tomorrow, ten times, skip if still running"
SCHEDULE = ("deployments", "schedule")


def told(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what a command prints."""
    capfd.readouterr()
    assert 0 == run(words)
    return capfd.readouterr().out


def of_schedule(capfd: pytest.CaptureFixture[str], id: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told(capfd, *SCHEDULE, "get", "dep", id, "--preview", "20", "--json"))
    return found


async def test_a_sentence_makes_the_same_ten_runs_in_the_cockpit_and_on_the_command_line(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with cockpit_of(home, tmp_path) as (driver, conductor):
        await driver.settle()
        await driver.pilot.press("4", "n")
        await driver.shown(ScheduleEditor)
        await driver.until(lambda: driver.screen.workflow_id != "", "the workflows are known")
        driver.input("#when").value = SENTENCE
        await driver.until(lambda: " 10  " in driver.line("preview"), "ten runs are shown")
        seen = driver.line("preview").splitlines()[2:]
        await driver.pilot.press("shift+tab")
        await driver.write("cockpit")
        await driver.until(lambda: "-n cockpit" in driver.text("#command"), "it has its name")
        workflow = driver.screen.workflow_id
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: bool(conductor.schedules("dep")), "it is stored")

        preview = told(capfd, *SCHEDULE, "create", "dep", workflow, "--when", SENTENCE, "--preview", "20")
        told(capfd, *SCHEDULE, "create", "dep", workflow, "--when", SENTENCE, "-n", "line")
        typed, given = of_schedule(capfd, "cockpit"), of_schedule(capfd, "line")

    assert typed["upcoming"] == given["upcoming"]
    assert 10 == len(given["upcoming"]) == len(seen)
    assert "skip" == typed["policies"]["overlap"] == given["policies"]["overlap"]
    marked_here = [number for number, row in enumerate(seen) if "◆ DST change" in row]
    rows = [row for row in preview.splitlines() if "22:00:00" in row]
    assert marked_here == [number for number, row in enumerate(rows) if "DST change" in row]
    assert marked_here
