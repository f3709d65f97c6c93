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


CONVERSIONS: list[tuple[str, Json, Json]] = [
    ("integer", "5", 5),
    ("integer", 2.7, 2),
    ("integer", True, 1),
    ("integer", None, "refused"),
    ("integer", "5.5", "refused"),
    ("integer", [], "refused"),
    ("integer", float("inf"), "refused"),
    ("float", "2.5", 2.5),
    ("float", 3, 3.0),
    ("float", None, "refused"),
    ("float", {}, "refused"),
    ("float", "nan", "refused"),
    ("float", "1e999", "refused"),
    ("boolean", "TRUE", True),
    ("boolean", "false", False),
    ("boolean", True, True),
    ("boolean", None, "refused"),
    ("boolean", 1, "refused"),
    ("boolean", "yes", "refused"),
    ("string", "5", "5"),
    ("string", 5, "refused"),
    ("string", None, "refused"),
    ("list", [1], [1]),
    ("list", "abc", "refused"),
    ("list", None, "refused"),
    ("dict", {"a": 1}, {"a": 1}),
    ("dict", [1], "refused"),
    ("dict", None, "refused"),
    ("a_type_to_come", 5, 5),
]


@pytest.mark.parametrize(
    ("type", "value", "expected"),
    [pytest.param(*row, id=f"{row[0]}: {row[1]!r} is {row[2]!r}") for row in CONVERSIONS],
)
def test_a_value_becomes_what_its_parameter_is_declared_as(type: str, value: Json, expected: Json) -> None:
    if expected != "refused":
        assert {"n": expected} == merged(Parameter(type=type), value)
        return
    with pytest.raises(InvalidParameters, match=f'Parameter "n" must be of type {type}'):
        merged(Parameter(type=type), value)


def test_items_of_a_typed_list_are_converted_and_its_message_names_both_types() -> None:
    assert {"n": [1, 2]} == merged(Parameter(type="list", item_type="integer"), ["1", 2])
    for value in (["x"], "12", None):
        with pytest.raises(InvalidParameters, match="must be of type list of integers"):
            merged(Parameter(type="list", item_type="integer"), value)


def test_a_default_is_replaced_whole_and_null_counts_as_given() -> None:
    parameter = Parameter(default={"a": 1, "b": 2}, has_default=True)

    assert {"n": {"a": 5}} == merged(parameter, {"a": 5})
    assert {"n": None} == merged(parameter, None)


DECLARED = {
    "typed": Parameter(type="integer"),
    "other": Parameter(type="boolean"),
    "bounded": Parameter(type="integer", constraints=({"less_than": 3},)),
    "needed": Parameter(),
}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        pytest.param(
            {"b": 1, "a": 1, "typed": "x"}, "does not have the following parameters declared: a,b. Remove", id="unknown"
        ),
        pytest.param(
            {"typed": "x", "other": "x", "bounded": 9},
            'Parameter "typed" must be of type integer; Parameter "other" must be of type boolean$',
            id="types",
        ),
        pytest.param({"bounded": 9}, 'Parameter "bounded" does not meet its constraints: ', id="constraints"),
        pytest.param(
            {"bounded": 1}, "must be provided with the following parameters to execute: typed,other,needed", id="needed"
        ),
    ],
)
def test_the_first_step_that_finds_problems_tells_all_of_them(given: JsonObject, sentence: str) -> None:
    with pytest.raises(InvalidParameters, match=sentence):
        merge("scale", DECLARED, given, allow_custom=False)


def test_functions_are_answered_before_types_are_looked_at() -> None:
    def evaluate(values: JsonObject) -> JsonObject:
        return {name: "7" if value == {"get_input": "x"} else value for name, value in values.items()}

    assert {"n": 7} == merge(
        "scale", {"n": Parameter(type="integer")}, {"n": {"get_input": "x"}}, allow_custom=False, evaluate=evaluate
    )
