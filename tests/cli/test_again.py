"""Resume, requeue, run again and cancel all from the command line, run by a real engine."""

import json
from pathlib import Path

from tests.cli.conftest import Cli, open_gate, wait_for_task

FAIL = ("executions", "start", "execute_operation", "-p", "operation=act.fail", "-d", "talk", "--detach")


def failed_id(cli: Cli) -> str:
    """Return an execution that has failed."""
    id = cli(*FAIL).out.strip()
    assert cli("events", "list", id, "--tail").code == 1
    return id


def test_a_resumed_execution_is_followed_from_where_it_goes_on(cli: Cli, deployed: str) -> None:
    failed = failed_id(cli)

    result = cli("executions", "resume", failed)

    assert 1 == result.code
    assert result.out.splitlines()[0].endswith(" Resuming 'execute_operation' workflow execution")
    assert json.loads(cli("executions", "get", failed, "--json").out)["status"] == "failed"


def test_a_completed_execution_is_not_resumed(cli: Cli, deployed: str) -> None:
    cli("executions", "start", "install", "-d", deployed)
    completed = json.loads(cli("executions", "list", "--json").out)[-1]["id"]

    result = cli("executions", "resume", completed, "--reset-operations")

    assert (1, "") == (result.code, result.out)
    assert f"cannot force-resume execution `{completed}` because it is completed" in result.err


def test_a_requeued_execution_begins_anew(cli: Cli, deployed: str) -> None:
    result = cli("executions", "requeue", failed_id(cli))

    assert 1 == result.code
    assert result.out.splitlines()[0].endswith(" Starting 'execute_operation' workflow execution")


def test_run_again_starts_another_execution(cli: Cli, deployed: str) -> None:
    failed = failed_id(cli)

    other = cli("executions", "rerun", failed, "--detach").out.strip()

    assert other not in {"", failed}
    parameters = [one["parameters"]["operation"] for one in json.loads(cli("executions", "list", "--json").out)]
    assert ["act.fail", "act.fail"] == parameters


def test_all_executions_of_a_deployment_are_cancelled_at_once(home: Path, cli: Cli, deployed: str, gate: Path) -> None:
    """The one that runs has nothing left to begin when its only operation ends: the cancel came too late for it."""
    wait = ("executions", "start", "execute_operation", "-p", "operation=act.wait", "-d", deployed, "--detach")
    running = cli(*wait).out.strip()
    waiting = cli(*wait, "--queue").out.strip()
    wait_for_task(home, running)

    result = cli("executions", "cancel", "-d", deployed)

    assert 0 == result.code
    assert f"Execution {waiting} is cancelled" in result.err
    assert f"Cancelling execution {running}" in result.err
    open_gate(gate)
    assert 0 == cli("events", "list", running, "--tail").code
    assert {running: "terminated", waiting: "cancelled"} == {
        one["id"]: one["status"] for one in json.loads(cli("executions", "list", "--json").out)
    }
    assert "No execution of `talk` runs or waits" in cli("executions", "cancel", "-d", deployed).err


def test_cancel_wants_either_an_execution_or_a_deployment(cli: Cli, deployed: str) -> None:
    for words in ((), ("e1", "-d", deployed)):
        result = cli("executions", "cancel", *words)

        assert 2 == result.code
        assert "either an EXECUTION_ID or --deployment-id" in result.err
