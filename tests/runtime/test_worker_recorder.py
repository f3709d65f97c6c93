"""What the recorder promises about what it writes together, and about what it refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import InvalidValue, StaleAttempt, StorageFailed
from engine.domain.event import Draft, EventType
from engine.domain.execution import OperationRecord, OperationState, Status
from engine.runtime.lines import LineSplitter
from engine.runtime.recorder import Entry, Recorder
from engine.runtime.scrub import scrub_line, scrub_text
from storage import deployments, events, executions, operations
from tests.runtime.worker_world import World, make_world, node

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Setting:
    """A recorder over a started execution."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.id = world.start("install").id
        self.is_stopping = False
        self.stale = 0
        with world.database.write() as connection:
            executions.begin(connection, self.id, 1, NOW)
        self.recorder = Recorder(
            world.database, self.id, 1, "d1", heed=lambda _status: self.is_stopping, on_stale=self._note
        )

    def _note(self) -> None:
        self.stale += 1

    def draft(self, message: str) -> Draft:
        return Draft(type=EventType.LOG, message=message, timestamp=NOW, execution_id=self.id)

    def record(self, state: OperationState = OperationState.PENDING) -> OperationRecord:
        return OperationRecord(id="o1", execution_id=self.id, name="op", state=state)

    def logged(self) -> list[str]:
        with self.world.database.read() as connection:
            found = events.after(connection, 0, execution_id=self.id)
        return [event.message for event in found]

    def states(self) -> list[OperationState]:
        with self.world.database.read() as connection:
            return [one.state for one in operations.find(connection, self.id)]


@pytest.fixture
def setting(tmp_path: Path) -> Iterator[Setting]:
    made = Setting(make_world(tmp_path / "home", [node("web")]))
    yield made
    made.recorder.close()


def test_what_was_submitted_is_on_the_disk_when_its_ticket_is_settled(setting: Setting) -> None:
    setting.recorder.submit(Entry(drafts=[setting.draft("one")])).wait()

    assert ["one"] == setting.logged()


def test_log_lines_are_written_in_their_order_without_being_waited_for(setting: Setting) -> None:
    for number in range(500):
        setting.recorder.tell(setting.draft(str(number)))
    setting.recorder.flush()

    assert [str(number) for number in range(500)] == setting.logged()


def test_an_entry_that_fails_undoes_itself_alone(setting: Setting) -> None:
    def refuse(connection: Connection) -> None:
        deployments.set_instance_state(connection, "d1", "web_000001", "started")
        raise InvalidValue("no")

    refused = setting.recorder.submit(Entry(write=refuse))
    setting.recorder.submit(Entry(drafts=[setting.draft("kept")])).wait()

    with pytest.raises(InvalidValue):
        refused.wait()
    assert (["kept"], "uninitialized") == (setting.logged(), setting.world.instance("web_000001").state)


def test_a_start_is_on_the_disk_before_it_is_told(setting: Setting) -> None:
    seen: list[list[OperationState]] = []
    entry = Entry(
        added=[setting.record()],
        begun=[setting.record(OperationState.STARTED)],
        after=lambda _error: seen.append(setting.states()),
    )

    setting.recorder.submit(entry)
    setting.recorder.flush()

    assert [[OperationState.STARTED]] == seen


def test_a_start_is_left_out_once_the_execution_was_asked_to_stop(setting: Setting) -> None:
    setting.is_stopping = True
    told: list[BaseException | None] = []
    entry = Entry(
        added=[setting.record()],
        begun=[setting.record(OperationState.STARTED)],
        begun_drafts=[setting.draft("started")],
        drafts=[setting.draft("kept")],
        after=told.append,
    )

    setting.recorder.submit(entry).wait()
    setting.recorder.flush()

    assert ([OperationState.PENDING], ["kept"]) == (setting.states(), setting.logged())
    assert [True] == [error is not None for error in told]


def test_a_superseded_attempt_writes_nothing_and_is_told_once(setting: Setting) -> None:
    with setting.world.database.write() as connection:
        executions.finish(connection, setting.id, 1, Status.FAILED, "judged", NOW)

    with pytest.raises(StaleAttempt):
        setting.recorder.submit(Entry(drafts=[setting.draft("late")])).wait()
    with pytest.raises(StaleAttempt):
        setting.recorder.flush()

    assert ([], 1) == (setting.logged(), setting.stale)


def test_nothing_is_taken_after_the_end(setting: Setting) -> None:
    setting.recorder.close()

    with pytest.raises(StorageFailed, match="nothing is recorded any more"):
        setting.recorder.flush()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it is the mistake
def test_whoever_waits_hears_of_a_mistake_in_the_recorder_itself(setting: Setting) -> None:
    def break_off(_connection: Connection) -> None:
        raise SystemExit

    with pytest.raises(StorageFailed, match="broke off"):
        setting.recorder.submit(Entry(write=break_off)).wait()


@given(st.text())
def test_a_stored_line_has_no_control_character_and_an_end(text: str) -> None:
    line = scrub_line(text, limit=64)

    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in line)
    assert len(line.encode()) <= 64


@given(st.text())
def test_a_stored_text_keeps_only_its_line_breaks(text: str) -> None:
    kept = scrub_text(text, limit=128)

    assert not any(ord(character) < 32 for character in kept.replace("\n", ""))
    assert len(kept.encode()) <= 128


@given(st.lists(st.binary(max_size=40)))
def test_lines_are_the_same_however_the_bytes_arrive(pieces: list[bytes]) -> None:
    whole, parts = LineSplitter(limit=16), LineSplitter(limit=16)

    expected = [*whole.feed(b"".join(pieces)), *whole.finish()]

    assert expected == [*(line for piece in pieces for line in parts.feed(piece)), *parts.finish()]
