"""What a workflow is called with: defaults, types and constraints."""

import pytest

from engine.domain.blueprint import Parameter
from engine.domain.errors import InvalidParameters
from engine.domain.json import Json, JsonObject
from engine.domain.parameters import merge


def merged(parameter: Parameter, value: Json) -> JsonObject:
    return merge("scale", {"n": parameter}, {"n": value}, allow_custom=False)


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        ({"greater_or_equal": 8}, 8),
        ({"in_range": [1, 3]}, 3),
        ({"valid_values": ["a", "b"]}, "b"),
        ({"max_length": 2}, "ab"),
        ({"pattern": "^a+$"}, "aaa"),
        ({"less_than": {"get_input": "limit"}}, 99),
        ({"a_rule_to_come": 1}, "anything"),
    ],
)
def test_a_value_that_keeps_its_rule_is_taken(constraint: JsonObject, value: Json) -> None:
    assert {"n": value} == merged(Parameter(constraints=(constraint,)), value)


@pytest.mark.parametrize(
    ("constraint", "value", "wanted"),
    [
        ({"greater_or_equal": 8}, 7, "it must be `8` or more"),
        ({"in_range": [1, 3]}, 4, "it must be between the two of `1`, `3`"),
        ({"valid_values": ["a", "b"]}, "c", "it must be one of `a`, `b`"),
        ({"less_than": 3}, "text", "it must be less than `3`"),
        ({"pattern": "^a+$"}, 5, "it must be a text that matches `^a+$`"),
        ({"length": 2, "error_message": "two letters, please"}, "abc", "two letters, please"),
    ],
)
def test_a_value_that_breaks_its_rule_is_told_what_it_must_be(constraint: JsonObject, value: Json, wanted: str) -> None:
    with pytest.raises(InvalidParameters) as refusal:
        merged(Parameter(constraints=(constraint,)), value)

    assert f'Parameter "n" does not meet its constraints: {wanted}' == str(refusal.value)


def test_items_of_a_typed_list_are_compared_one_by_one() -> None:
    several = Parameter(type="list", item_type="integer", constraints=({"less_than": 10},))

    assert {"n": [1, 2]} == merged(several, [1, 2])
    with pytest.raises(InvalidParameters, match="less than `10`"):
        merged(several, [1, 20])


def test_names_of_things_that_exist_are_not_looked_at_here() -> None:
    assert {"n": "d1"} == merged(Parameter(type="deployment_id", constraints=({"labels": [{"a": "b"}]},)), "d1")


def test_a_pattern_that_would_take_for_ever_is_broken_by_its_text() -> None:
    with pytest.raises(InvalidParameters, match="a text that matches"):
        merged(Parameter(constraints=({"pattern": "^(a+)+$"},)), "a" * 40 + "!")
