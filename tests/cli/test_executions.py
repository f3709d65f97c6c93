"""Executions from the command line, run by a real engine."""

import json
import signal
from pathlib import Path

from tests.cli.conftest import Cli, open_gate, process, wait_for_task

WAIT = ("executions", "start", "execute_operation", "-p", "operation=act.wait", "-d", "talk")


def started_id(cli: Cli) -> str:
    return cli(*WAIT, "--detach").out.strip()


def test_start_follows_the_log_to_its_end(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed)

    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0].endswith(" CFY <talk> Starting 'install' workflow execution")
    assert lines[-1].endswith(" CFY <talk> 'install' workflow execution succeeded")
    assert result.err.startswith(
        "Executing workflow `install` on deployment `talk`; this command stops following after 900 seconds\n"
    )
    assert "Finished executing workflow install on deployment talk\n" in result.err


def test_control_codes_of_a_log_reach_no_terminal(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed)

    assert "hello [b]" in result.out
    assert "\x1b" not in result.out


def test_json_prints_one_event_per_line_and_nothing_else(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "--json")

    events = [json.loads(line) for line in result.out.splitlines()]
    assert events[0]["type"] == "workflow_started"
    assert events[-1]["type"] == "workflow_succeeded"
    assert [event["id"] for event in events] == sorted(event["id"] for event in events)


def test_no_logs_leaves_log_lines_out(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "--no-logs")

    assert " CFY " in result.out
    assert " LOG " not in result.out


def test_a_failed_execution_ends_with_1_and_says_why(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "execute_operation", "-p", "operation=act.fail", "-d", deployed)

    assert result.code == 1
    assert "Execution of workflow execute_operation on deployment talk failed: " in result.err
    assert "Finished" not in result.err


def test_a_second_start_is_refused_with_the_guides_sentence(cli: Cli, deployed: str, gate: Path) -> None:
    running = started_id(cli)
    result = cli("executions", "start", "install", "-d", deployed)

    assert result.code == 1
    assert result.err == (
        f"Error: The following executions are currently running for this deployment: {running}\n"
        "* Add --queue to let it wait; it starts by itself as soon as it may\n"
    )
    open_gate(gate)


def test_queue_waits_its_turn_and_starts_by_itself(cli: Cli, deployed: str, gate: Path) -> None:
    running = started_id(cli)
    result = cli("executions", "start", "install", "-d", deployed, "--queue")

    assert result.code == 0
    assert result.err.startswith("Execution is being queued. It will automatically start when possible.\n")
    queued = result.out.strip()
    reasons = cli("executions", "why", queued[:13]).out
    assert reasons.startswith(
        f"position 1 in the queue\nexecute_operation {running} of this deployment is running since "
    )
    assert queued in cli("queue").out

    open_gate(gate)
    followed = cli("events", "list", queued, "--tail")
    assert followed.code == 0
    assert "'install' workflow execution succeeded" in followed.out


def test_queue_starts_at_once_what_can_start(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "-d", deployed, "install", "--queue")

    assert result.code == 0
    assert "being queued" not in result.err
    assert "succeeded" in result.out


def test_queue_goes_with_neither_force_nor_dry_run(cli: Cli, deployed: str) -> None:
    for other in ("--force", "--dry-run"):
        result = cli("executions", "start", "install", "-d", deployed, "--queue", other)

        assert (result.code, result.err) == (2, f"Error: --queue is mutually exclusive with {other}\n")


def test_a_dry_run_runs_no_operation(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "--dry-run")

    assert result.code == 0
    assert "hello" not in result.out
    assert "(dry run)" in result.err


def test_a_timeout_ends_the_waiting_alone(cli: Cli, deployed: str, gate: Path) -> None:
    result = cli(*WAIT, "--timeout", "1")

    assert result.code == 1
    assert "Timed out after 1 seconds" in result.err
    assert json.loads(cli("executions", "list", "--json").out)[0]["status"] in {"pending", "started"}
    open_gate(gate)


def test_ctrl_c_ends_the_following_alone(home: Path, cli: Cli, deployed: str, gate: Path) -> None:
    following = process(home, *WAIT)
    assert following.stdout is not None
    next(line for line in following.stdout if "Task started" in line)
    following.send_signal(signal.SIGINT)
    _, err = following.communicate(timeout=30)

    (execution,) = json.loads(cli("executions", "list", "--json").out)
    assert following.returncode == 130
    assert f"Execution {execution['id']} keeps running." in err
    assert f"conductor executions cancel {execution['id']}" in err
    assert execution["status"] == "started"
    open_gate(gate)
    assert cli("events", "list", execution["id"], "--tail").code == 0


def test_cancel_lets_the_running_operation_end(home: Path, cli: Cli, deployed: str, gate: Path) -> None:
    running = started_id(cli)
    wait_for_task(home, running)
    result = cli("executions", "cancel", running)

    assert result.code == 0
    assert "cancel" in result.err.lower()
    open_gate(gate)
    assert "[retry" not in (followed := cli("events", "list", running, "--tail").out)
    assert "Task succeeded" in followed


def test_kill_ends_the_operation_itself(home: Path, cli: Cli, deployed: str) -> None:
    running = started_id(cli)
    wait_for_task(home, running)
    result = cli("executions", "cancel", running, "--kill")

    assert result.err.startswith(f"Killing execution {running}")
    assert cli("events", "list", running, "--tail").code == 1
    assert json.loads(cli("executions", "get", running, "--json").out)["status"] == "cancelled"


def test_a_kill_says_what_it_ended_and_leaves_a_result_as_it_is(cli: Cli, deployed: str) -> None:
    left = cli("executions", "start", "execute_operation", "-p", "operation=act.leave", "-d", deployed)
    assert left.code == 0
    (execution,) = json.loads(cli("executions", "list", "--json").out)
    first, second = (cli("executions", "cancel", execution["id"], "--kill", "--yes").err for _ in range(2))

    assert "is completed\n* the kill of 'execute_operation' ended " in first
    assert "is completed\n* the kill of 'execute_operation' found nothing to end\n" in second
    assert json.loads(cli("executions", "get", execution["id"], "--json").out)["status"] == "terminated"


def test_an_unknown_parameter_is_refused(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "-p", "bogus=1")

    assert result.code == 1
    assert "does not have the following parameters declared: bogus" in result.err


def test_an_unreadable_parameter_is_a_usage_error(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "-p", "nothing.yaml")

    assert result.code == 2
    assert result.err.startswith("Error: --parameters: `nothing.yaml` is not a mapping")


def test_a_detached_start_prints_the_id_alone(cli: Cli, deployed: str) -> None:
    result = cli("executions", "start", "install", "-d", deployed, "--detach")

    assert (result.code, result.err) == (0, "")
    assert cli("events", "list", result.out.strip(), "--tail").code == 0


def test_executions_are_listed_by_status(cli: Cli, deployed: str) -> None:
    cli("executions", "start", "install", "-d", deployed)

    assert "install" in cli("executions", "list", "--status", "completed").out
    assert cli("executions", "list", "--status", "failed").out == ""
    assert cli("executions", "list", "--status", "bogus").code == 2


def test_the_events_of_an_ended_execution_can_be_read_again(cli: Cli, deployed: str) -> None:
    first = cli("executions", "start", "install", "-d", deployed)
    (execution,) = json.loads(cli("executions", "list", "--json").out)

    assert cli("events", "list", execution["id"][:8]).out == first.out
    assert cli("events", "list", "--last", "1").out == first.out.splitlines()[-1] + "\n"
    assert cli("events", "list", execution["id"], "-s", "2", "-o", "1").out.splitlines() == first.out.splitlines()[1:3]


def test_everything_can_be_watched_as_it_happens(home: Path, cli: Cli, deployed: str) -> None:
    watching = process(home, "events", "list", "--tail", "--json")
    assert watching.stdout is not None
    cli("executions", "start", "install", "-d", deployed)
    types = (json.loads(line)["type"] for line in watching.stdout)
    next(type_ for type_ in types if type_ == "workflow_succeeded")
    watching.send_signal(signal.SIGINT)
    watching.communicate(timeout=30)

    assert watching.returncode == 130
