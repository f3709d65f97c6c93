"""The user's editor and pager are found, or it is said why the screen is not left for one."""

from pathlib import Path

import pytest

from conductor_tui.editing import CannotLeave, editor, pager


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({"VISUAL": "code --wait", "EDITOR": "vi"}, ["code", "--wait"]),
        ({"EDITOR": "emacs -nw"}, ["emacs", "-nw"]),
        ({"VISUAL": " ", "EDITOR": "vi"}, ["vi"]),
    ],
)
def test_the_editor_that_is_named_is_taken(environ: dict[str, str], command: list[str]) -> None:
    assert command == editor(environ)


def test_the_pager_that_is_named_is_taken() -> None:
    assert ["less", "-S"] == pager({"PAGER": "less -S"})


def test_without_any_editor_it_is_said_how_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotLeave, match=r"there is no editor: set \$EDITOR"):
        editor({})
