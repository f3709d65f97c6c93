"""Secrets from the command line: given in safe ways, shown on demand."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from conductor_tui.cli.boundary import guarded
from conductor_tui.cli.session import Session
from tests.cli.conftest import Cli

CANARY = "canary-7f3a9d"


class Piped(io.TextIOWrapper):
    """Standard input that is no terminal."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


def test_a_value_is_piped_in(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(f"{CANARY}\n".encode()))

    assert "token\n" == cli("secrets", "create", "token").out
    assert CANARY == json.loads(cli("secrets", "get", "token", "--json").out)["value"]


def test_a_value_is_read_from_a_file_as_it_is(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("one\ntwo\n")
    cli("secrets", "create", "key", "-f", str(tmp_path / "key.pem"))

    assert "one\ntwo\n" == json.loads(cli("secrets", "get", "key", "--json").out)["value"]


def test_a_value_is_typed_unseen_and_twice(home: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "conductor_tui", "secrets", "create", "token"])
    shown, questions = b"", [b"Value of secret token: ", b"Again: "]
    try:
        while piece := os.read(terminal, 1024):
            shown += piece
            if questions and questions[0] in shown:
                del questions[0]
                os.write(terminal, f"{CANARY}\n".encode())
    except OSError:  # the terminal has closed
        pass
    os.close(terminal)

    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown
    assert CANARY.encode() not in shown


def test_a_list_never_shows_values(cli: Cli) -> None:
    cli("secrets", "create", "token", "-s", CANARY)
    cli("secrets", "create", "other", "-s", CANARY, "--hidden-value")

    for words in (("secrets", "list"), ("secrets", "list", "--json"), ("events", "list")):
        result = cli(*words)
        assert "token" in result.out
        assert CANARY not in result.out + result.err


def test_a_hidden_value_wants_to_be_asked_for(cli: Cli) -> None:
    cli("secrets", "create", "token", "-s", CANARY, "--hidden")

    assert "--reveal shows it" in cli("secrets", "get", "token").out
    assert CANARY in cli("secrets", "get", "token", "--reveal").out
    cli("secrets", "update", "token", "--not-hidden-value")
    assert CANARY in cli("secrets", "get", "token").out


def test_a_secret_is_updated_and_deleted(cli: Cli) -> None:
    cli("secrets", "create", "token", "-s", "old-value")
    cli("secrets", "create", "token", "-s", "new-value", "-u")

    assert "new-value" in cli("secrets", "get", "token").out
    assert "Secret `token` updated.\n" == cli("secrets", "update", "token", "-s", CANARY).err
    assert CANARY in cli("secrets", "get", "token").out
    assert "Secret `token` deleted.\n" == cli("secrets", "delete", "token", "--yes").err
    assert cli("secrets", "list").err.startswith("No secrets.")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("create", "k", "-s", "x", "-f", "x"), 2, "give either --secret-string or --secret-file"),
        (("create", "k", "-f", "/does/not/exist"), 1, "there is no file `/does/not/exist`"),
        (("create", "k", "-s", ""), 1, "the value of secret `k` is empty"),
        (("create", "a/b", "-s", "x"), 1, "`a/b` cannot be the id of a secret"),
        (("get", "k"), 1, "there is no secret `k`"),
        (("update", "k", "-s", "x"), 1, "there is no secret `k`"),
        (("update", "k", "--hidden-value", "--not-hidden-value"), 2, "give either"),
        (("delete", "k", "-y"), 1, "there is no secret `k`"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(cli: Cli, words: tuple[str, ...], code: int, sentence: str) -> None:
    result = cli("secrets", *words)

    assert (code, "") == (result.code, result.out)
    assert sentence in result.err
    assert "Traceback" not in result.err


def test_a_crash_report_leaves_values_out(home: Path) -> None:
    def command() -> None:
        raise RuntimeError("a defect")

    guarded(command, session=Session(), argv=["--home", str(home), "secrets", "create", "k", "-s", CANARY])

    reports = [path.read_text() for path in (home / "crash").iterdir()]
    assert ["secrets create …" in one for one in reports] == [True]
    assert CANARY not in reports[0]


def test_commands_that_need_no_secrets_do_without_cryptography(home: Path) -> None:
    program = (
        "import sys; from conductor_tui.cli.main import run; "
        "run(['executions', 'list']); run(['secrets', 'list']); print('cryptography' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "False" == done.stdout.splitlines()[-1]


def test_secrets_are_exported_imported_and_sealed_anew(cli: Cli, tmp_path: Path) -> None:
    cli("secrets", "create", "token", "-s", CANARY)

    assert "1 secrets exported" in cli("secrets", "export", "-o", f"{tmp_path}/f", "-p", "correct horse").err
    assert "Kept as they were: token" in cli("secrets", "import", "-i", f"{tmp_path}/f", "-p", "correct horse").err
    words = ("secrets", "import", "-i", f"{tmp_path}/f", "-p", "correct horse", "--override-collisions", "--json")
    assert {"created": [], "replaced": ["token"], "kept": []} == json.loads(cli(*words).out)
    assert "1 secrets sealed with a new key.\n" == cli("secrets", "rotate-key").err
    assert CANARY in cli("secrets", "get", "token").out
