"""Blueprints, deployments, schedules and the two shortcuts, from the command line."""

import json
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest

from engine.conductor import Conductor
from tests.cli.conftest import BLUEPRINT, Cli, wait_for_poll


def test_upload_prints_the_id(cli: Cli) -> None:
    result = cli("blueprints", "upload", str(BLUEPRINT), "-b", "talk")

    assert (result.code, result.out) == (0, "talk\n")
    assert "talk" in cli("blueprints", "list").out


def test_a_name_that_is_taken_is_refused(cli: Cli, deployed: str) -> None:
    result = cli("blueprints", "upload", str(BLUEPRINT), "-b", "talk")

    assert result.code == 1
    assert result.err.startswith("Error: a blueprint `talk` exists already")


def test_a_mistake_is_told_with_its_line_and_again_by_the_listing(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    path = tmp_path / "bad" / "bad.yaml"
    path.write_text(BLUEPRINT.read_text().replace("cloudify.nodes.Root", "bogus.Type"))

    result = cli("blueprints", "upload", str(path), "-b", "bad")

    assert (result.code, result.out) == (1, "")
    sentence, line, caret = result.err.splitlines()
    assert sentence.startswith("bad.yaml:19:11: ")
    assert line[caret.index("^") :].startswith("bogus.Type")
    (row,) = json.loads(cli("blueprints", "list", "--json").out)
    assert ("bad", "invalid", sentence) == (row["id"], row["state"], row["error"])


def test_inputs_are_read_as_declared(cli: Cli, deployed: str) -> None:
    result = cli("deployments", "create", "loud", "-b", "talk", "-i", "loudness=11")

    assert (result.code, result.out) == (0, "loud\n")
    assert json.loads(cli("deployments", "outputs", "loud", "--json").out) == {"loudness": 11}
    assert cli("deployments", "outputs", "loud").out.splitlines()[1].split() == ["loudness", "11"]


def test_labels_are_shown_as_they_are_evaluated(cli: Cli, tmp_path: Path) -> None:
    copytree(BLUEPRINT.parent, tmp_path / "labelled")
    labels = "labels:\n  team: {values: [shop, {get_input: loudness}]}\n"
    main = tmp_path / "labelled" / BLUEPRINT.name
    main.write_text(BLUEPRINT.read_text() + labels)
    assert cli("blueprints", "upload", str(main), "-b", "labelled").code == 0
    assert cli("deployments", "create", "loud", "-b", "labelled", "-i", "loudness=11").code == 0

    assert "labels:\n  team  shop, 11\n" in cli("deployments", "get", "loud").out
    assert {"team": ["shop", 11]} == json.loads(cli("deployments", "get", "loud", "--json").out)["labels"]


def test_an_unknown_input_is_refused(cli: Cli, deployed: str) -> None:
    result = cli("deployments", "create", "loud", "-b", "talk", "-i", "bogus=11")

    assert result.code == 1
    assert "bogus" in result.err


def test_deployments_are_listed_and_shown(cli: Cli, deployed: str) -> None:
    assert "talk" in cli("deployments", "list").out
    assert cli("deployments", "list", "-b", "other").out == ""
    shown = cli("deployments", "get", "talk").out
    assert "speaker_" in shown
    assert json.loads(cli("deployments", "get", "talk", "--json").out)["row"]["id"] == "talk"


def test_a_deployment_and_its_blueprint_are_deleted(cli: Cli, deployed: str) -> None:
    assert "in use" in cli("blueprints", "delete", "talk").err
    assert cli("deployments", "delete", "talk").code == 0
    assert cli("blueprints", "delete", "talk").code == 0
    assert cli("blueprints", "list").out == ""


def test_a_deployment_that_another_one_reads_from_is_taken_away_by_force_alone(
    cli: Cli, deployed: str, tmp_path: Path
) -> None:
    copytree(BLUEPRINT.parent, tmp_path / "reading")
    main = tmp_path / "reading" / BLUEPRINT.name
    text = BLUEPRINT.read_text().replace("inputs:\n", "inputs:\n  source: { default: other }\n", 1)
    main.write_text(text + "  heard:\n    value: { get_capability: [{ get_input: source }, loudness] }\n")
    assert cli("blueprints", "upload", str(main), "-b", "reading").code == 0
    assert cli("deployments", "create", "reader", "-b", "reading", "-i", "source=talk").code == 0

    refused = cli("deployments", "update", "talk", "-i", "loudness=2")
    kept = cli("deployments", "delete", "talk")

    because = "existing installations depend on it: `reader`; delete those first"
    update = f"Error: Can't execute workflow `update` on deployment `talk`: {because}, or start it with --force\n"
    assert (1, True) == (refused.code, refused.err.endswith(update))
    assert (1, f"Error: Can't delete deployment `talk`: {because}, or add --force\n") == (kept.code, kept.err)
    assert "needed_by     reader\n" in cli("deployments", "get", "talk").out
    assert "depends_on    talk\n" in cli("deployments", "get", "reader").out
    assert ["reader"] == json.loads(cli("deployments", "get", "talk", "--json").out)["needed_by"]
    forced = cli("deployments", "delete", "talk", "--force")
    assert (0, True) == (
        forced.code,
        forced.err.startswith("Warning: existing installations depend on it: `reader`\n"),
    )
    assert "deployment `talk`, whose capabilities this one reads" in cli("events", "list", "-d", "reader").out


@pytest.mark.parametrize("words", ["deployments delete", "blueprints delete", "deployments get", "blueprints get"])
def test_what_does_not_exist_is_named(cli: Cli, words: str) -> None:
    result = cli(*words.split(), "bogus")

    assert result.code == 1
    assert result.err.startswith(f"Error: there is no {words.split()[0][:-1]} `bogus`")


def test_workflows_are_listed_with_their_parameters(cli: Cli, deployed: str) -> None:
    assert "install" in cli("workflows", "list", "-d", "talk").out
    assert "operation" in cli("workflows", "get", "execute_operation", "-d", "talk").out
    assert cli("workflows", "get", "bogus", "-d", "talk").code == 1


def test_a_schedule_is_created_shown_changed_and_deleted(cli: Cli, deployed: str) -> None:
    create = ("deployments", "schedule", "create", "talk", "install")
    result = cli(*create, "--since", "2099-01-01 08:00", "--tz", "UTC", "-r", "1 week", "--weekdays", "mo,we")

    assert (result.code, result.out) == (0, "install\n")
    assert "2099-01-05 08:00:00Z" in cli("deployments", "schedule", "list").out
    shown = cli("deployments", "schedule", "get", "talk", "install", "--preview", "2").out
    assert "2099-01-05 08:00:00Z" in shown
    assert "2099-01-07 08:00:00Z" in shown
    assert cli("deployments", "schedule", "disable", "talk", "install").code == 0
    assert json.loads(cli("deployments", "schedule", "list", "talk", "--json").out)[0]["enabled"] is False
    assert cli("deployments", "schedule", "enable", "talk", "install").code == 0
    assert cli("deployments", "schedule", "update", "talk", "install", "--slip", "3").code == 0
    assert json.loads(cli("deployments", "schedule", "get", "talk", "install", "--json").out)["slip"] == 3
    assert cli("deployments", "schedule", "delete", "talk", "install").code == 0
    assert cli("deployments", "schedule", "list").out == ""


def test_a_rule_is_given_in_one_way_only(cli: Cli, deployed: str) -> None:
    create = ("deployments", "schedule", "create", "talk", "install", "--since", "+1h")
    result = cli(*create, "--rrule", "FREQ=DAILY", "-r", "1 day")

    assert result.code == 2
    assert "mutually exclusive" in result.err


def test_a_time_that_cannot_be_read_is_refused(cli: Cli, deployed: str) -> None:
    result = cli("deployments", "schedule", "create", "talk", "install", "--since", "tomorrow", "-c", "1")

    assert result.code == 1
    assert "tomorrow is not a legal time format" in result.err


def test_install_goes_the_whole_way_and_uninstall_back(cli: Cli) -> None:
    there = cli("install", str(BLUEPRINT), "-b", "talk", "-i", "loudness=3")

    assert there.code == 0
    assert "'install' workflow execution succeeded" in there.out
    assert "started" in cli("deployments", "get", "talk").out

    back = cli("uninstall", "talk", "--yes")

    assert back.code == 0
    assert "'uninstall' workflow execution succeeded" in back.out
    assert cli("deployments", "list").out == ""
    assert cli("blueprints", "list").out == ""


def test_uninstall_leaves_a_blueprint_that_others_need(cli: Cli, deployed: str) -> None:
    cli("deployments", "create", "other", "-b", "talk")
    result = cli("uninstall", "talk")

    assert result.code == 0
    assert "Nothing of `talk` is installed." in result.err
    assert [one["id"] for one in json.loads(cli("deployments", "list", "--json").out)] == ["other"]
    assert "talk" in cli("blueprints", "list").out


def test_the_engine_is_started_shown_and_stopped(home: Path, cli: Cli) -> None:
    assert "not running" in cli("engine", "status").out
    assert cli("engine", "start").code == 0
    assert json.loads(cli("engine", "status", "--json").out)["state"] == "running"
    with closing(Conductor(home)) as conductor:
        wait_for_poll(conductor)
    assert "has stopped" in cli("engine", "stop").err
    assert "No engine was running" in cli("engine", "stop").err


def test_empty_listings_say_what_to_do_next(cli: Cli) -> None:
    for words in ("blueprints list", "deployments list", "executions list", "deployments schedule list"):
        result = cli(*words.split())

        assert (result.code, result.out) == (0, "")
        assert "conductor " in result.err
        assert json.loads(cli(*words.split(), "--json").out) == []


def test_maintenance_mode_holds_new_executions(cli: Cli, deployed: str) -> None:
    assert "deactivated" in cli("maintenance-mode", "status").out
    assert cli("maintenance-mode", "activate", "--timeout", "5").code == 2
    assert "activated" in cli("maintenance-mode", "activate", "--wait", "--timeout", "5").out
    refused = cli("executions", "start", "install", "-d", "talk")
    assert refused.code == 1
    assert "maintenance" in refused.err
    assert cli("maintenance-mode", "deactivate").code == 0
    assert cli("executions", "start", "install", "-d", "talk").code == 0
