"""What is remembered comes back whole, or not at all."""

from pathlib import Path

from conductor_tui import state
from conductor_tui.state import State


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.json"
    state.save(State(screen="queue", filters={"executions": "web"}), path)

    assert State(screen="queue", filters={"executions": "web"}) == state.load(path)
    assert [path] == list(tmp_path.iterdir())


def test_a_file_that_makes_no_sense_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.json"
    path.write_text('{"screen": 3}')

    assert State() == state.load(path)


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    state.save(State(), tmp_path / "gone" / "cockpit.json")


def test_the_history_holds_each_command_once_and_not_too_many() -> None:
    remembered = State()
    for number in range(200):
        remembered.remember(f"open {number % 150}")

    assert state.HISTORY == len(remembered.history)
    assert "open 49" == remembered.history[-1]
    assert len(set(remembered.history)) == len(remembered.history)
