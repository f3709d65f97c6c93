"""Values of secrets are kept out of text in whatever form a program writes them."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.redaction import Redactor
from engine.domain.secret import MASK, masked

CANARY = "c4n&ry \"ö\\'<x>/+="


@pytest.mark.parametrize(
    "written",
    [
        CANARY,
        json.dumps({"password": CANARY}),
        json.dumps({"password": CANARY}, ensure_ascii=False),
        repr(CANARY),
        repr([CANARY]),
        html.escape(CANARY),
        quote(CANARY),
        quote(CANARY, safe=""),
        quote_plus(CANARY),
        f"postgres://user:{quote(CANARY, safe='')}@host",
    ],
)
def test_a_value_is_found_in_every_form(written: str) -> None:
    hidden = Redactor([CANARY]).text(f"before {written} after")

    assert MASK in hidden
    assert "c4n" not in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")


@pytest.mark.parametrize("before", ["", "u", "us", "use", "user:"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_value_is_found_in_base64_wherever_it_begins(before: str, encode: type) -> None:
    secret = "correct horse battery"
    encoded = encode(f"{before}{secret}!".encode()).decode()

    assert MASK in Redactor([secret]).text(encoded)


def test_each_line_of_a_long_value_is_secret() -> None:
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\n-----END KEY-----\n"

    assert f"read {MASK}" == Redactor([key]).text("read MIIEpAIBAAKCAQEA")


def test_each_value_of_a_json_secret_is_secret() -> None:
    redactor = Redactor([json.dumps({"user": "administrator", "deep": [{"pin": 12345678}], "on": True})])

    assert f"{MASK} logs in with {MASK}: true" == redactor.text("administrator logs in with 12345678: true")


def test_a_short_value_is_left_alone_as_it_occurs_everywhere() -> None:
    assert "a town has an inn" == Redactor(["inn"]).text("a town has an inn")


def test_the_longest_value_counts() -> None:
    assert f"[{MASK}]" == Redactor(["secret", "secret-and-more"]).text("[secret-and-more]")


def test_structures_are_searched_too() -> None:
    redactor = Redactor(["hunter2x"])

    assert {"a": [MASK, 1, None], f"key {MASK}": True} == redactor.json(
        {"a": ["hunter2x", 1, None], "key hunter2x": True}
    )


def test_the_beginning_of_a_value_before_a_cut_is_hidden() -> None:
    redactor = Redactor(["0123456789abcdef"])

    assert f"x={MASK} […and 512 more bytes]" == redactor.text("x=0123456789 […and 512 more bytes]")
    assert "x=01234 […and 512 more bytes]" == redactor.text("x=01234 […and 512 more bytes]")


@given(st.text(min_size=6, max_size=60).filter(lambda text: len(text.strip()) >= 6), st.text(max_size=20))
def test_no_value_survives_in_a_text(secret: str, around: str) -> None:
    redactor = Redactor([secret])

    for written in (secret, json.dumps(secret), repr(secret), quote(secret, safe=""), html.escape(secret)):
        assert written.strip("\"'") not in redactor.text(f"{around}{written}{around}").replace(MASK, "")


def test_a_masked_value_shows_its_structure_alone() -> None:
    assert MASK == masked("hunter2")
    assert json.dumps({"user": MASK, "ports": [MASK, MASK]}) == masked('{"user": "x", "ports": [1, 2]}')
