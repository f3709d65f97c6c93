"""Snapshots from the command line, made and restored by a real engine, whatever dies on the way."""

import json
from pathlib import Path

import pytest

from engine.domain.snapshot import Step
from engine.runtime.crashpoints import VARIABLE
from tests.cli.conftest import Cli, open_gate
from tests.runtime.world import until

MAKING = [step for step in Step if step.startswith("snapshot")]
RESTORING = [step for step in Step if step.startswith("restore")]


def deployments(cli: Cli) -> list[str]:
    return [one["id"] for one in json.loads(cli("deployments", "list", "--json").out)]


def status_of_newest(cli: Cli) -> str:
    found = json.loads(cli("executions", "list", "--descending", "-s", "1", "--json").out)
    return str(found[0]["status"])


def test_the_state_goes_and_comes_back(cli: Cli, home: Path, deployed: str) -> None:
    made = cli("snapshots", "create", "before")
    assert (0, "before") == (made.code, made.out.splitlines()[0])
    assert "Finished executing workflow create_snapshot\n" in made.err
    assert str(home / "snapshots" / "before.tar.gz") in cli("snapshots", "get", "before").out
    cli("deployments", "delete", deployed, "--yes")
    cli("blueprints", "delete", "talk", "--yes")
    restored = cli("snapshots", "restore", "before")

    assert restored.code == 0, restored.err
    assert "the state is that of the snapshot" in restored.out
    assert [deployed] == deployments(cli)
    assert cli("executions", "start", "install", "-d", deployed).code == 0
    assert ["before created"] == [
        f"{one['id']} {one['status']}" for one in json.loads(cli("snapshots", "list", "--json").out)
    ]


def test_a_snapshot_moves_to_another_home(cli: Cli, home: Path, deployed: str, tmp_path: Path) -> None:
    cli("snapshots", "create", "s")
    archive, other = tmp_path / "moved.tar.gz", ("--home", str(tmp_path / "other"))
    archive.write_bytes((home / "snapshots" / "s.tar.gz").read_bytes())
    assert "moved\n" == cli(*other, "snapshots", "upload", str(archive)).out
    restored = cli(*other, "snapshots", "restore", "moved")
    ran = cli(*other, "executions", "start", "install", "-d", deployed)
    cli(*other, "engine", "stop")

    assert (0, 0) == (restored.code, ran.code), restored.err + ran.err


def test_a_damaged_archive_is_not_taken_in(cli: Cli, home: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"nothing")
    result = cli("snapshots", "upload", str(tmp_path / "x.tar.gz"))

    assert result.code == 1
    assert "the snapshot's archive" in result.err
    assert [] == list((home / "snapshots").iterdir())


def test_something_to_lose_asks_for_force(cli: Cli, deployed: str) -> None:
    cli("snapshots", "create", "s")
    refused = cli("snapshots", "restore", "s")

    assert refused.code == 1
    assert "add --force" in refused.err
    assert cli("snapshots", "restore", "s", "--force", "--yes").code == 0


def test_a_snapshot_is_refused_while_executions_run_and_waits_when_told_to(cli: Cli, deployed: str, gate: Path) -> None:
    running = cli("executions", "start", "execute_operation", "-p", "operation=act.wait", "-d", deployed, "--detach")
    refused = cli("snapshots", "create", "s")
    assert refused.code == 1
    assert "You cannot start a system-wide execution if there are other executions running: " in refused.err
    queued = cli("snapshots", "create", "s", "--queue")
    assert (0, "s\n") == (queued.code, queued.out)
    assert "Execution is being queued." in queued.err

    open_gate(gate)
    assert cli("events", "list", running.out.strip(), "--tail").code == 0
    until(lambda: "created" in cli("snapshots", "get", "s").out, 20)


def test_a_snapshot_is_deleted(cli: Cli, deployed: str) -> None:
    cli("snapshots", "create", "s")

    assert "Snapshot `s` deleted.\n" == cli("snapshots", "delete", "s", "--yes").err
    assert "No snapshots." in cli("snapshots", "list").err


@pytest.mark.parametrize("step", MAKING)
def test_a_worker_killed_while_it_makes_a_snapshot_leaves_none(
    cli: Cli, home: Path, deployed: str, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, step)
    killed = cli("snapshots", "create", "s")
    monkeypatch.delenv(VARIABLE)
    cli("engine", "stop")

    assert killed.code == 1
    assert ["failed"] == [one["status"] for one in json.loads(cli("snapshots", "list", "--json").out)]
    assert cli("snapshots", "delete", "s", "--yes").code == 0
    assert cli("snapshots", "create", "s").code == 0
    assert ["s.tar.gz"] == [path.name for path in (home / "snapshots").iterdir()]


@pytest.mark.parametrize("step", RESTORING)
def test_a_worker_killed_while_it_restores_leaves_the_old_or_the_new_state(
    cli: Cli, home: Path, deployed: str, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("snapshots", "create", "s")
    cli("deployments", "create", "newer", "-b", "talk", "-i", "gate=x")
    cli("deployments", "delete", deployed, "--yes")
    cli("engine", "stop")
    monkeypatch.setenv(VARIABLE, step)
    killed = cli("snapshots", "restore", "s", "--force", "--yes")
    monkeypatch.delenv(VARIABLE)
    cli("engine", "stop")

    assert killed.code == 1
    assert ([deployed] if step is Step.COMMITTED else ["newer"]) == deployments(cli)
    assert "failed" == status_of_newest(cli)
    assert cli("snapshots", "restore", "s", "--force", "--yes").code == 0
    assert [deployed] == deployments(cli)
