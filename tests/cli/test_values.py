"""Inputs and parameters are read from every form that people type."""

from pathlib import Path

import pytest

from conductor_tui.cli.values import BadValues, parse_values
from engine.domain.blueprint import Parameter
from engine.domain.json import Json, JsonObject


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("a=1", {"a": "1"}, id="a pair is text"),
        pytest.param("a=1;b=x y", {"a": "1", "b": "x y"}, id="pairs are parted by semicolons"),
        pytest.param("a=b=c", {"a": "b=c"}, id="only the first equals sign parts"),
        pytest.param(r"a=1\;2", {"a": "1;2"}, id="an escaped semicolon belongs to the value"),
        pytest.param("a=", {"a": ""}, id="a value may be empty"),
        pytest.param("a=1;", {"a": "1"}, id="a last semicolon is harmless"),
        pytest.param('{"a": [1, 2]}', {"a": [1, 2]}, id="inline JSON"),
        pytest.param("{a: yes, b: 1.10}", {"a": True, "b": 1.1}, id="inline YAML"),
        pytest.param("a: 2024-01-01", {"a": "2024-01-01"}, id="a date stays text"),
        pytest.param("url: http://x/?a=b", {"url": "http://x/?a=b"}, id="YAML whose value holds an equals sign"),
    ],
)
def test_text_is_read(text: str, values: JsonObject) -> None:
    assert parse_values([text], {}) == values


@pytest.mark.parametrize(
    ("declared", "text", "value"),
    [
        pytest.param(Parameter(type="integer"), "8080", 8080, id="an integer"),
        pytest.param(Parameter(type="integer"), "many", "many", id="what is no integer stays text to be refused"),
        pytest.param(Parameter(type="integer"), "true", "true", id="a boolean is no integer"),
        pytest.param(Parameter(type="float"), "1", 1, id="a float"),
        pytest.param(Parameter(type="boolean"), "false", False, id="a boolean"),
        pytest.param(Parameter(type="list"), "[a, b]", ["a", "b"], id="a list"),
        pytest.param(Parameter(type="string"), "1.10", "1.10", id="a string that looks like a number"),
        pytest.param(Parameter(default=80, has_default=True), "8080", 8080, id="as its default when untyped"),
        pytest.param(Parameter(default="80", has_default=True), "8080", "8080", id="text as its default when untyped"),
        pytest.param(Parameter(), "8080", "8080", id="text when nothing is declared"),
    ],
)
def test_pairs_are_read_as_declared(declared: Parameter, text: str, value: Json) -> None:
    assert parse_values([f"it={text}"], {"it": declared}) == {"it": value}


def test_a_later_text_wins() -> None:
    assert parse_values(["a=1;b=2", "b=3"], {}) == {"a": "1", "b": "3"}


def test_files_folders_and_patterns_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "b.yaml").write_text("b: 2\n")
    (tmp_path / "other.txt").write_text("- no\n")

    assert parse_values([str(tmp_path / "a.yaml")], {}) == {"a": 1}
    assert parse_values([str(tmp_path)], {}) == {"a": 1, "b": 2}
    assert parse_values([str(tmp_path / "*.yaml")], {}) == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("nothing.yaml", "not a mapping", id="a missing file"),
        pytest.param("{a: ", "not valid YAML", id="broken YAML"),
        pytest.param("[1, 2]", "not a mapping", id="a list"),
        pytest.param("1: 2", "not a mapping", id="a number as a name"),
        pytest.param("a: !!binary aGk=", "JSON does not know", id="binary"),
        pytest.param("a: .inf", "JSON does not know", id="infinity"),
        pytest.param("a=1;b", "has no `=`", id="a pair without equals sign"),
    ],
)
def test_other_text_is_refused_with_a_reason(text: str, word: str) -> None:
    with pytest.raises(BadValues, match=word):
        parse_values([text], {})
