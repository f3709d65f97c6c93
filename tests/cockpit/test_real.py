"""The cockpit over the real facade, with a real engine and real processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from conductor_tui.app import Cockpit
from conductor_tui.context import Context
from conductor_tui.facade import Facade
from conductor_tui.screens.execution import ExecutionScreen
from conductor_tui.screens.start import StartScreen
from conductor_tui.widgets.log_pane import LogPane
from engine.conductor import Conductor
from engine.domain.execution import Status
from tests.cockpit.driver import WIDE, Driver

BLUEPRINT = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
node_templates:
  web:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create: {implementation: scripts/create.sh}
        start: {implementation: scripts/start.sh}
"""
CREATE = """#!/bin/bash
printf 'hello [/red] \\033[2J from create\\n'
"""
START = """#!/bin/bash
while [ ! -e "$CONDUCTOR_HOME/go" ]; do sleep 0.05; done
echo started now
"""


def a_blueprint(folder: Path, home: Path) -> Path:
    """Write a blueprint whose start operation waits for the file `go`."""
    (folder / "scripts").mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(BLUEPRINT)
    (folder / "scripts" / "create.sh").write_text(CREATE)
    (folder / "scripts" / "start.sh").write_text(START.replace("$CONDUCTOR_HOME", str(home)))
    return folder / "blueprint.yaml"


@asynccontextmanager
async def cockpit_of(home: Path, tmp_path: Path) -> AsyncIterator[tuple[Driver, Conductor]]:
    conductor = Conductor(home)
    conductor.upload_blueprint(a_blueprint(tmp_path / "bp", home), "bp")
    conductor.create_deployment("bp", "dep")
    facade: Facade = conductor
    app = Cockpit(Context(facade=facade, clock=lambda: datetime.now(UTC), name="real", interval=0.1))
    try:
        async with app.run_test(size=WIDE) as pilot:
            yield Driver(pilot), conductor
    finally:
        (home / "go").touch()
        conductor.stop_engine()
        conductor.close()


async def test_a_workflow_is_started_watched_queued_behind_and_killed(home: Path, tmp_path: Path) -> None:
    async with cockpit_of(home, tmp_path) as (driver, conductor):
        await driver.settle()
        await driver.pilot.press("t")
        await driver.shown(StartScreen)
        await driver.until(lambda: driver.screen.workflow_id == "install", "install is offered")
        await driver.pilot.press("ctrl+s")

        await driver.shown(ExecutionScreen)
        await driver.until(lambda: "from create" in log_of(driver), "the log shows what the script prints")
        assert "hello [/red] ␛[2J from create" in log_of(driver) or "hello [/red] \ufffd[2J from create" in log_of(
            driver
        )

        await driver.pilot.press("0", "t")
        await driver.shown(StartScreen)
        await driver.until(lambda: driver.screen.busy_flag == "--queue", "the queue is offered")
        await driver.pilot.press("ctrl+s")
        await driver.until(lambda: len(conductor.queue()) == 1, "the second one waits")
        await driver.pilot.press("3")
        await driver.until(
            lambda: len(driver.screen.query("#why")) == 1 and bool(driver.table().rows), "the queue is shown"
        )
        await driver.until(lambda: "of this deployment is running" in why_of(driver), "the reason is shown")

        first = conductor.executions(status=[Status.STARTED])[0]
        await driver.pilot.press("2")
        await driver.until(lambda: len(driver.table().rows) == 2, "both executions are listed")
        driver.table().point_at(first.id)
        await driver.pilot.press("ctrl+x")
        await driver.until(lambda: bool(driver.screen.query("#word")), "the id is asked for")
        driver.input("#word").value = first.id[:8]
        await driver.pilot.press("enter")
        await driver.until(
            lambda: conductor.execution(first.id).status is Status.CANCELLED, "the first one is cancelled"
        )
        (home / "go").touch()
        await driver.until(lambda: not conductor.queue(), "the second one starts by itself")
        await driver.until(lambda: all(one.is_final for one in conductor.executions()), "the second one has ended")


def log_of(driver: Driver) -> str:
    if not isinstance(driver.screen, ExecutionScreen):
        return ""
    return text_of(driver.screen.query_one("#log", LogPane))


def why_of(driver: Driver) -> str:
    return text_of(driver.screen.query_one("#why", LogPane))


def text_of(log: LogPane) -> str:
    return "\n".join("".join(one.text for one in entry.line) for entry in log.entries)
