"""A worker forgets no secret that it has read, and stores the calls for them instead."""

import json

import pytest

from engine.domain.json import Json
from engine.runtime.secrecy import Secrecy

DATABASE = json.dumps({"user": "administrator", "passwords": ["first-password", "second-password"]})


@pytest.fixture
def secrecy() -> Secrecy:
    secrecy = Secrecy()
    secrecy.hear("token", "abcdefgh")
    secrecy.hear("database", DATABASE)
    return secrecy


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("abcdefgh", {"get_secret": "token"}),
        ("second-password", {"get_secret": ["database", "passwords", 1]}),
        ("u:abcdefgh@h", {"concat": ["u:", {"get_secret": "token"}, "@h"]}),
        ("abcdefghabcdefgh", {"concat": [{"get_secret": "token"}, {"get_secret": "token"}]}),
        (DATABASE, {"get_secret": "database"}),
        (["x", {"deep": "abcdefgh"}], ["x", {"deep": {"get_secret": "token"}}]),
        ("nothing of it", "nothing of it"),
        (12, 12),
    ],
)
def test_secrets_in_what_is_kept_become_calls(secrecy: Secrecy, value: Json, kept: Json) -> None:
    assert {"p": kept} == secrecy.folded({"p": value})


def test_short_values_stay_as_they_are() -> None:
    secrecy = Secrecy()
    secrecy.hear("pin", "1234")

    assert {"p": "1234"} == secrecy.folded({"p": "1234"})


def test_what_was_not_read_is_not_looked_for() -> None:
    values = {"p": "abcdefgh"}

    assert Secrecy().folded(values) is values
