"""Schedules and calendars from the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SCHEDULE = ("deployments", "schedule")
TEN_FRIDAYS = "every last Friday at 22:00 Berlin time, starting 2099-10-01, ten times, skip if still running"


def test_ten_last_fridays_in_berlin_are_previewed_before_anything_is_stored(cli: Cli, deployed: str) -> None:
    create = (*SCHEDULE, "create", "talk", "install", "--when", TEN_FRIDAYS)

    shown = cli(*create, "--preview", "20")

    rows = [line for line in shown.out.splitlines() if "22:00:00" in line]
    assert 10 == len(rows)
    assert "Fri 2099-10-30 22:00:00 CET" in rows[0] and "2099-10-30 21:00:00Z" in rows[0]
    assert "DST change" in next(row for row in rows if "CEST" in row)
    assert "Nothing is stored" in shown.err
    assert "" == cli(*SCHEDULE, "list").out

    assert 0 == cli(*create).code
    stored = json.loads(cli(*SCHEDULE, "get", "talk", "install", "--preview", "20", "--json").out)
    assert 10 == len(stored["upcoming"])
    rehearsed = json.loads(cli(*SCHEDULE, "preview", "talk", "install", "-n", "20", "--test-clock", "--json").out)
    assert stored["upcoming"] == [one["starts_at"] for one in rehearsed]
    assert {"fired"} == {one["disposition"] for one in rehearsed}
    assert ("skip", "Europe/Berlin") == (stored["policies"]["overlap"], stored["rule"]["zone"])


def test_everything_of_a_schedule_can_be_changed_and_what_is_left_out_stays(cli: Cli, deployed: str) -> None:
    cli(*SCHEDULE, "create", "talk", "install", "-s", "2099-01-01 08:00", "--tz", "UTC", "-r", "1 week", "--slip", "7")

    def changed(*words: str) -> dict[str, object]:
        result = cli(*SCHEDULE, "update", "talk", "install", *words, "--json")
        assert 0 == result.code, result.err
        found: dict[str, object] = json.loads(result.out)
        return found

    assert 7 == changed("--stop-on-fail")["slip"]
    assert True is changed("--overlap", "queue", "--catch-up", "all", "--jitter", "30")["stop_on_fail"]
    policies = changed("--force", "--wait-after-fail", "5")["policies"]
    assert {"overlap": "queue", "catch_up": "all", "jitter": 30, "calendars": []} == policies
    arguments = changed("--no-force")["arguments"]
    assert {"force": False, "dry_run": False, "allow_custom_parameters": False, "wait_after_fail": 5} == arguments
    assert ["2099-01-08"] == changed("--exclude", "2099-01-08")["rule"]["excluded"]  # type: ignore[index] # JSON
    rule = changed("--when", "daily at 9:00", "--dst-gap", "skip", "--dst-repeat", "both")["rule"]
    assert isinstance(rule, dict)
    assert ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0", None, "skip", "both") == (
        rule["rrule"],
        rule["recurrence"],
        rule["gap"],
        rule["repeat"],
    )
    assert [] == changed("--clear", "excluded")["rule"]["excluded"]  # type: ignore[index] # JSON


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--when", "daily at 9:00", "-r", "1 day"), 2, "--when is mutually exclusive with --recurrence"),
        (("--when", "every blue moon"), 1, "`blue moon` of `every blue moon` was not understood"),
        (("-s", "+1h", "-r", "1 day", "--overlap", "maybe"), 2, "--overlap is one of skip, queue, parallel"),
        (("-s", "+1h", "-r", "1 day", "--calendar", "nonsuch"), 1, "there is no calendar `nonsuch`"),
        (("-r", "1 day"), 1, "since is missing"),
        (("-s", "+1h", "--rrule", "FREQ=SECONDLY"), 1, "finer than schedules are polled"),
    ],
)
def test_what_does_not_fit_is_refused(
    cli: Cli, deployed: str, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = cli(*SCHEDULE, "create", "talk", "install", *words)

    assert code == result.code
    assert sentence in result.err


def test_a_schedule_rests_for_a_reason_and_tells_its_history(cli: Cli, deployed: str) -> None:
    cli(*SCHEDULE, "create", "talk", "install", "--when", "every minute", "--disabled")
    assert 1 == cli(*SCHEDULE, "disable", "talk", "install").code
    assert 0 == cli(*SCHEDULE, "enable", "talk", "install").code

    disabled = cli(*SCHEDULE, "disable", "talk", "install", "--reason", "moving house")

    assert "it is disabled: moving house" in disabled.err
    assert "moving house" in cli(*SCHEDULE, "get", "talk", "install").out
    assert 0 == cli(*SCHEDULE, "history", "talk", "install").code
    assert 0 == cli(*SCHEDULE, "preview", "talk", "install", "-n", "3").code


def test_lists_are_filtered_sorted_and_counted(cli: Cli, deployed: str) -> None:
    create = (*SCHEDULE, "create", "talk", "install", "--tz", "UTC")
    cli(*create, "-n", "early", "-s", "2099-01-01 08:00", "-c", "1")
    cli(*create, "-n", "late", "-s", "2099-06-01 08:00", "-r", "1 day")

    def ids(*words: str) -> list[str]:
        return [one["id"] for one in json.loads(cli(*SCHEDULE, "list", *words, "--json").out)]

    assert ["early", "late"] == ids()
    assert ["late", "early"] == ids("--sort-by", "id", "--descending")
    assert ["early"] == ids("--until", "2099-03-01", "--tz", "UTC")
    assert ["late"] == ids("--since", "2099-03-01", "--tz", "UTC")
    assert ["late"] == ids("--search", "at")
    assert ["early"] == ids("--size", "1")
    assert ["late"] == ids("--size", "1", "--offset", "1")
    assert [] == ids("-o", "2")
    assert [{"deployment_id": "talk", "single": 1, "recurring": 1}] == json.loads(
        cli(*SCHEDULE, "summary", "deployment_id", "--json").out
    )
    assert 2 == cli(*SCHEDULE, "summary", "colour").code


def test_a_calendar_is_kept_as_long_as_schedules_refer_to_it(cli: Cli, deployed: str) -> None:
    calendar = (*SCHEDULE, "calendar")
    made = cli(*calendar, "create", "freeze", "--window", "2099-12-24 18:00 .. 2100-01-02 06:00", "--tz", "UTC")
    assert (0, "freeze\n") == (made.code, made.out)
    words = ("--when", "daily at 12:00", "-s", "2099-12-24 00:00", "--tz", "UTC", "--calendar", "freeze")

    shown = cli(*SCHEDULE, "create", "talk", "install", *words, "--preview", "2").out
    assert ["", "closed by freeze"] == [line.partition("Z")[2].strip() for line in shown.splitlines()[1:]]
    cli(*SCHEDULE, "create", "talk", "install", *words)

    assert "talk/install" in cli(*calendar, "get", "freeze").out
    assert "freeze" in cli(*calendar, "list").out
    assert 1 == cli(*calendar, "delete", "freeze", "--yes").code
    assert 0 == cli(*calendar, "update", "freeze", "--window", "every saturday for 2 days", "--tz", "UTC").code
    assert 0 == cli(*SCHEDULE, "update", "talk", "install", "--clear", "calendars").code
    assert 0 == cli(*calendar, "delete", "freeze", "--yes").code


def test_the_system_has_schedules_of_its_own(cli: Cli, home: object) -> None:
    made = cli(*SCHEDULE, "create", "-", "create_snapshot", "-n", "nightly", "--when", "daily at 2:00", "--tz", "UTC")

    assert (0, "nightly\n") == (made.code, made.out)
    assert "create_snapshot" in cli(*SCHEDULE, "list", "-").out
    assert 0 == cli(*SCHEDULE, "delete", "-", "nightly", "--yes").code


def test_schedules_go_out_as_a_calendar_file_and_come_back(cli: Cli, deployed: str, tmp_path: Path) -> None:
    create = (*SCHEDULE, "create", "talk", "install", "--tz", "Europe/Berlin")
    cli(*create, "--when", "last friday at 22:00", "-s", "2099-01-01 00:00", "-c", "10", "--overlap", "queue")
    before = json.loads(cli(*SCHEDULE, "get", "talk", "install", "--json").out)
    file = tmp_path / "all.ics"
    file.write_text(cli(*SCHEDULE, "export").out, newline="")
    assert "BEGIN:VTIMEZONE" in file.read_text()
    assert 1 == cli(*SCHEDULE, "import", str(file)).code

    cli(*SCHEDULE, "delete", "talk", "install", "--yes")
    taken = cli(*SCHEDULE, "import", str(file))

    assert (0, "install\n") == (taken.code, taken.out)
    assert before == json.loads(cli(*SCHEDULE, "get", "talk", "install", "--json").out)
    assert 0 == cli(*SCHEDULE, "import", str(file), "--replace").code
    assert "BEGIN:VEVENT" in cli(*SCHEDULE, "export", "talk", "install").out
