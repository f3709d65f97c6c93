"""Events are printed as the reference prints them."""

from dataclasses import replace
from datetime import UTC, datetime

from conductor_tui.cli.eventlines import EventStyle, event_lines, shown
from engine.domain.event import Event, EventType, Level

EVENT = Event(
    id=1,
    type=EventType.WORKFLOW_NODE_EVENT,
    message="Creating node instance",
    timestamp=datetime(2026, 11, 23, 2, 27, 1, 617000, tzinfo=UTC),
    execution_id="e1",
    deployment_id="shop",
    workflow_id="install",
)
LOG = replace(
    EVENT, type=EventType.LOG, message="migrating", node_instance_id="db_abc123", operation="cloudify.lc.create"
)


def test_an_event_line_has_time_kind_deployment_and_message() -> None:
    assert event_lines(EVENT) == ["2026-11-23 02:27:01.617  CFY <shop> Creating node instance"]


def test_a_log_line_names_instance_operation_and_level() -> None:
    assert event_lines(LOG) == ["2026-11-23 02:27:01.617  LOG <shop> [db_abc123.create] INFO: migrating"]


def test_a_relationship_operation_names_both_ends() -> None:
    event = replace(LOG, target_instance_id="host_1", operation="x.establish")

    assert "[db_abc123->host_1|establish]" in event_lines(event)[0]


def test_failed_tasks_tell_their_causes() -> None:
    event = replace(EVENT, type=EventType.TASK_FAILED, message="Task failed", error_causes="Traceback\nValueError: x")

    assert event_lines(event)[1:] == ["    Traceback", "    ValueError: x"]


def test_further_lines_cannot_pass_for_events() -> None:
    forged = replace(LOG, message="one\n2026-11-23 02:27:01.617  CFY <shop> forged")

    assert event_lines(forged)[1].startswith("    ")


def test_control_characters_are_made_visible() -> None:
    hostile = replace(LOG, message="\x1b]0;title\x07 \x9b31m", deployment_id="a\x1bb", node_instance_id="n\r")

    assert all(line.isprintable() for line in event_lines(hostile))


def test_a_megabyte_in_one_line_is_printed_whole() -> None:
    assert len(event_lines(replace(LOG, message="x" * 1_000_000))[0]) > 1_000_000


def test_success_is_green_and_failure_red_when_coloured() -> None:
    good = replace(EVENT, type=EventType.WORKFLOW_SUCCEEDED, message="ok")
    bad = replace(LOG, level=Level.ERROR)

    assert event_lines(good, is_coloured=True)[0].endswith("\x1b[92mok\x1b[0m")
    assert "\x1b[31mERROR:\x1b[0m migrating" in event_lines(bad, is_coloured=True)[0]


def test_debug_lines_are_shown_on_demand_and_logs_can_be_left_out() -> None:
    debug = replace(LOG, level=Level.DEBUG)
    events = [EVENT, LOG, debug]

    assert list(shown(events, EventStyle())) == [EVENT, LOG]
    assert list(shown(events, EventStyle(has_debug=True))) == events
    assert list(shown(events, EventStyle(has_logs=False))) == [EVENT]
