"""Secrets travel in a file that a passphrase seals, and get a new key when that is wanted."""

import json
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.errors import AlreadyExists, ConductorError, InvalidValue, StorageFailed
from tests.security.canaries import leaks

CANARY = "canary-7f3a9d"
PHRASE = "correct horse"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Conductor]:
    with closing(Conductor(tmp_path / "here")) as conductor:
        conductor.create_secret("password", CANARY, is_hidden=True)
        conductor.create_secret("token", "token-value")
        yield conductor


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Conductor]:
    with closing(Conductor(tmp_path / "there")) as conductor:
        yield conductor


def test_secrets_arrive_elsewhere_as_they_were(here: Conductor, there: Conductor, tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"

    assert 2 == here.export_secrets(file, PHRASE)
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert CANARY not in file.read_text()
    assert ("password", "token") == there.import_secrets(file, PHRASE).created
    assert CANARY == there.reveal_secret("password")
    assert {"password": True, "token": False} == {one.key: one.is_hidden for one in there.secrets()}


def test_secrets_that_exist_are_kept_unless_they_are_to_be_replaced(
    here: Conductor, there: Conductor, tmp_path: Path
) -> None:
    here.export_secrets(tmp_path / "f", PHRASE)
    there.create_secret("token", "own-value")

    done = there.import_secrets(tmp_path / "f", PHRASE)
    assert (("password",), (), ("token",)) == (done.created, done.replaced, done.kept)
    assert "own-value" == there.reveal_secret("token")
    done = there.import_secrets(tmp_path / "f", PHRASE, replaces=True)
    assert ((), ("password", "token"), ()) == (done.created, done.replaced, done.kept)
    assert "token-value" == there.reveal_secret("token")


def test_another_passphrase_opens_nothing(here: Conductor, there: Conductor, tmp_path: Path) -> None:
    here.export_secrets(tmp_path / "f", PHRASE)

    with pytest.raises(InvalidValue, match="the passphrase is another"):
        there.import_secrets(tmp_path / "f", "another phrase")
    assert [] == there.secrets()


def test_an_export_overwrites_nothing_and_wants_a_passphrase(here: Conductor, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("precious")

    with pytest.raises(AlreadyExists):
        here.export_secrets(tmp_path / "f", PHRASE)
    with pytest.raises(InvalidValue, match="fewer than 8 characters"):
        here.export_secrets(tmp_path / "g", "short")
    assert ("precious", False) == ((tmp_path / "f").read_text(), (tmp_path / "g").exists())


def test_a_secret_that_cannot_be_opened_ends_the_export(here: Conductor, tmp_path: Path) -> None:
    (here.home.root / "secrets.key").unlink()

    with pytest.raises(StorageFailed, match="was sealed with another key"):
        here.export_secrets(tmp_path / "f", PHRASE)
    assert not (tmp_path / "f").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda file: "no json",
        lambda file: "{}",
        lambda file: json.dumps({**file, "format": 9}),
        lambda file: json.dumps({**file, "salt": "*"}),
        lambda file: json.dumps({**file, "secrets": [{**file["secrets"][0], "key": "token"}]}),
        lambda file: json.dumps({**file, "secrets": [{**file["secrets"][0], "value": "AAAA"}]}),
        lambda file: json.dumps({**file, "secrets": [*file["secrets"], {"key": "../x", "value": ""}]}),
    ],
)
def test_a_damaged_file_changes_nothing(here: Conductor, there: Conductor, tmp_path: Path, change: object) -> None:
    here.export_secrets(tmp_path / "f", PHRASE)
    (tmp_path / "f").write_text(change(json.loads((tmp_path / "f").read_text())))  # type: ignore[operator] # a lambda

    with pytest.raises(ConductorError):
        there.import_secrets(tmp_path / "f", PHRASE)
    assert [] == there.secrets()


def test_a_new_key_seals_and_the_old_one_still_opens(here: Conductor) -> None:
    [old] = here.home.root.joinpath("secrets.key").read_text().splitlines()[-1:]

    assert (2, ()) == here.renew_secret_key()
    keys = [one for one in here.home.root.joinpath("secrets.key").read_text().splitlines() if not one.startswith("#")]
    assert (2, old) == (len(keys), keys[-1])
    assert CANARY == here.reveal_secret("password")
    assert 0o600 == stat.S_IMODE((here.home.root / "secrets.key").stat().st_mode)
    (here.home.root / "secrets.key").write_text(keys[0])
    assert CANARY == here.reveal_secret("password")
    assert [] == leaks(here.home.root, {"password": CANARY})


def test_a_secret_of_a_lost_key_is_left_as_it_is(here: Conductor) -> None:
    (here.home.root / "secrets.key").unlink()
    here.update_secret("token", "new-value")

    assert (1, ("password",)) == here.renew_secret_key()
    assert "new-value" == here.reveal_secret("token")
