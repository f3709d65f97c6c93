"""What is typed in a form becomes values of the declared types, or a sentence about what is wrong."""

from typing import Any

import pytest

from conductor_tui.fields import BadField, collect, create_command, initial, kind, read, start_command
from engine.domain.blueprint import Parameter


@pytest.mark.parametrize(
    ("type", "text", "value"),
    [
        ("string", "1", "1"),
        ("integer", " 42 ", 42),
        ("float", "1.5", 1.5),
        ("boolean", "True", True),
        ("boolean", "off", False),
        ("list", "[a, 1]", ["a", 1]),
        ("dict", "{a: 1}", {"a": 1}),
        ("dict", '{"a": 1}', {"a": 1}),
        (None, "8080", 8080),
        (None, "some text", "some text"),
        ("node_id", "123", "123"),
        ("my.data.Type", "{a: b}", {"a": "b"}),
    ],
)
def test_typed_text_becomes_a_value(type: str | None, text: str, value: Any) -> None:
    assert value == read(text, Parameter(type=type))


@pytest.mark.parametrize(
    ("type", "text", "told"),
    [
        ("integer", "9OO", "must be a whole number"),
        ("integer", "1.5", "must be a whole number"),
        ("float", "x", "must be a number"),
        ("boolean", "maybe", "must be true or false"),
        ("list", "{a: 1}", "must be a list, such as [a, b]"),
        ("dict", "[1]", "must be a mapping, such as {name: value}"),
        ("list", "[1", "is not valid YAML"),
        (None, "2026-10-13", "is not valid YAML"),
    ],
)
def test_what_does_not_fit_is_told(type: str | None, text: str, told: str) -> None:
    with pytest.raises(BadField, match=told.split("[")[0].split("{")[0].strip()):
        read(text, Parameter(type=type))


def test_an_untyped_parameter_with_a_text_default_stays_text() -> None:
    assert read("8080", Parameter(default="80", has_default=True)) == "8080"


def test_only_one_of_the_valid_values_is_taken() -> None:
    parameter = Parameter(type="string", constraints=({"valid_values": ["safe", "fast"]},))

    assert read("safe", parameter) == "safe"
    with pytest.raises(BadField, match="must be one of safe, fast"):
        read("slow", parameter)


def test_only_what_differs_from_the_default_is_sent() -> None:
    parameters = {
        "kept": Parameter(type="integer", default=5, has_default=True),
        "changed": Parameter(type="integer", default=5, has_default=True),
        "optional": Parameter(type="string", required=False),
        "needed": Parameter(type="string"),
    }

    values, wrong = collect(parameters, {"kept": "5", "changed": "6", "optional": "", "needed": " "})

    assert values == {"changed": 6}
    assert wrong == {"needed": "is required"}


def test_a_default_that_is_no_text_is_written_as_json() -> None:
    assert initial(Parameter(default=["a"], has_default=True)) == '["a"]'
    assert initial(Parameter(default=None, has_default=True)) == ""


def test_a_field_says_what_it_takes() -> None:
    assert kind(Parameter(type="integer")) == "integer, required"
    assert kind(Parameter(type="list", item_type="string", default=[], has_default=True)) == "list of string"


def test_the_command_line_can_be_pasted() -> None:
    assert (
        start_command("my dep", "install", {"a": "it's"}, ("--queue",))
        == """conductor executions start install -d 'my dep' -p '{"a": "it'"'"'s"}' --queue"""
    )
    assert create_command("shop", "", {}) == "conductor deployments create NAME -b shop"
