"""Groups from the command line, run by a real engine."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import BLUEPRINT, Cli
from tests.cli.test_complete import offered
from tests.runtime.world import until


@pytest.fixture
def fleet(cli: Cli, gate: Path) -> str:
    """A group of three deployments that it has made."""
    assert cli("blueprints", "upload", str(BLUEPRINT), "-b", "talk").code == 0
    words = ("-b", "talk", "-i", f"gate={gate}", "--count", "3")
    assert "fleet\n" == cli("deployments", "group", "create", "fleet", *words).out
    return "fleet"


def test_a_workflow_runs_on_every_deployment_of_a_group(cli: Cli, fleet: str) -> None:
    cli("deployments", "group", "create", "done")
    words = ("--id", "wave", "--concurrency", "1", "--success-group", "done")
    started = cli("executions", "group", "start", "install", "-g", fleet, *words)
    assert (0, "wave\n") == (started.code, started.out)
    until(lambda: json.loads(cli("executions", "group", "get", "wave", "--json").out)["status"] == "terminated", 30)

    view = json.loads(cli("executions", "group", "get", "wave", "--json").out)
    begun = [one["started_at"] for one in view["executions"]]
    ended = [one["ended_at"] for one in view["executions"]]
    assert all(end <= begin for end, begin in zip(ended, begun[1:], strict=False))
    members = json.loads(cli("deployments", "group", "get", "done", "--json").out)["deployments"]
    assert ["fleet-1", "fleet-2", "fleet-3"] == members
    assert "3 completed" in cli("executions", "group", "list").out


def test_a_paused_group_waits_explains_itself_and_is_cancelled(cli: Cli, fleet: str) -> None:
    cli("executions", "group", "start", "install", "-g", fleet, "--id", "wave", "--concurrency", "0")
    waiting = json.loads(cli("executions", "group", "get", "wave", "--json").out)["executions"][0]["id"]

    assert "execution group wave is paused" in cli("executions", "why", waiting).out
    assert "execution group wave is paused" in cli("queue").out
    assert "3 queued in" in cli("executions", "group", "add", "wave", "-e", waiting).err
    assert "paused" in cli("executions", "group", "get", "wave").out
    cancelled = cli("executions", "group", "cancel", "wave")
    assert "3 executions of group `wave` were asked to stop.\n" == cancelled.err


def test_a_group_is_followed_and_resumed(cli: Cli, fleet: str, gate: Path) -> None:
    """The first time each member fails; what is told of the group says so, and the exit code, too."""
    words = ("-p", "operation=act.fail", "--id", "wave", "--concurrency", "2")
    cli("executions", "group", "start", "execute_operation", "-g", fleet, *words)
    followed = cli("events", "list", "-g", "wave", "--tail")
    assert 1 == followed.code
    assert 3 == sum("changed state to 'failed' with error '" in line for line in followed.out.splitlines())
    assert "<group wave>" in followed.out.splitlines()[0]
    assert "Ended execution group wave: 3 failed" in followed.err

    assert "3 executions of group `wave` go on." in cli("executions", "group", "resume", "wave").err
    assert 1 == cli("events", "list", "-g", "wave", "--tail").code
    told = [json.loads(line) for line in cli("events", "list", "-g", "wave", "--json").out.splitlines()]
    assert 6 == sum("'started'" in one["message"] for one in told)
    assert {("execution_state_change", None, "wave")} == {
        (one["type"], one["execution_id"], one["execution_group_id"]) for one in told
    }


def test_a_group_that_ended_well_is_followed_to_its_good_end(cli: Cli, fleet: str) -> None:
    cli("executions", "group", "start", "install", "-g", fleet, "--id", "wave", "--dry-run")
    followed = cli("events", "list", "-g", "wave", "--tail")

    assert (0, True) == (followed.code, "Finished execution group wave: 3 completed" in followed.err)
    resumed = cli("executions", "group", "resume", "wave")
    assert (0, "No execution of group `wave` has failed or been cancelled.\n") == (resumed.code, resumed.err)


def test_a_group_goes_on_once_it_is_given_a_limit(cli: Cli, fleet: str) -> None:
    cli("executions", "group", "start", "install", "-g", fleet, "--id", "wave", "--concurrency", "0", "--dry-run")
    assert "runs 3 at once" in cli("executions", "group", "update", "wave", "--concurrency", "3").err

    until(lambda: "3 completed" in cli("executions", "group", "list").out, 30)


def test_members_come_and_go(cli: Cli, fleet: str) -> None:
    assert "4 deployments are" in cli("deployments", "group", "add", fleet, "--count", "1").err
    assert "3 deployments are" in cli("deployments", "group", "remove", fleet, "-d", "fleet-1").err
    assert "fleet-4" in cli("deployments", "group", "get", fleet).out
    assert fleet in cli("deployments", "group", "list").out
    assert cli("deployments", "group", "delete", fleet, "--yes").code == 0
    assert 4 == len(json.loads(cli("deployments", "list", "--json").out))


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("deployments", "group", "create", "g", "--count", "1"), 2, "--count needs --blueprint-id"),
        (("deployments", "group", "add", "g"), 2, "give --deployment-id or --count"),
        (("deployments", "group", "remove", "g"), 2, "give --deployment-id"),
        (("deployments", "group", "get", "g"), 1, "there is no deployment group `g`"),
        (("executions", "group", "start", "install", "-g", "g"), 1, "there is no deployment group `g`"),
        (("executions", "group", "update", "g"), 2, "give --concurrency"),
        (("executions", "group", "cancel", "g", "-f", "-k"), 2, "mutually exclusive"),
        (("executions", "group", "resume", "g"), 1, "there is no execution group `g`"),
        (("events", "list", "-g", "g"), 1, "there is no execution group `g`"),
        (("events", "list", "-g", "g", "-d", "d"), 2, "give one of EXECUTION_ID"),
    ],
)
def test_what_cannot_be_meant_is_refused(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli(*words)

    assert result.code == code
    assert sentence in result.err


def test_tab_completes_what_was_made(cli: Cli, home: Path, fleet: str) -> None:
    cli("hooks", "create", "note", "--on", "failed", "--command", "true")
    cli("snapshots", "create", "safe")
    cli("executions", "group", "start", "install", "-g", fleet, "--id", "wave", "--concurrency", "0")
    lines = {
        "hooks get no": "note",
        "snapshots get sa": "safe",
        "deployments group get fl": "fleet",
        "executions group get wa": "wave",
        "executions group start install -g fl": "fleet",
    }

    for line, word in lines.items():
        assert any(word in one for one in offered(home, f"conductor {line}")), line
