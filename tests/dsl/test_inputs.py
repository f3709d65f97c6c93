"""Inputs of a deployment: which are needed, which fit, and what they decide."""

import pytest

from engine.domain.errors import FunctionFailed, InvalidInputs
from engine.dsl.inputs import prepare
from tests.dsl.conftest import HEADER, Parse

INPUTS = (
    HEADER
    + """
inputs:
  port: { type: integer, description: Where the shop listens. }
  size: { type: string, default: small, constraints: [ { valid_values: [small, large] } ] }
  note: { required: false }
node_types:
  web: { properties: { port: {}, name: {}, ip: {} } }
node_templates:
  one:
    type: web
    properties:
      port: { get_input: port }
      name: { concat: [web-, { get_property: [SELF, port] }] }
      ip: { concat: [{ get_input: size }, { get_attribute: [SELF, address] }] }
"""
)


def test_given_values_and_defaults_become_values(parsed: Parse) -> None:
    values = prepare(parsed(INPUTS), {"port": 80})[1]

    assert {"port": 80, "size": "small", "note": None} == values


def test_every_complaint_is_told_at_once(parsed: Parse) -> None:
    with pytest.raises(InvalidInputs) as refusal:
        prepare(parsed(INPUTS), {"prt": 80, "size": "huge"})

    assert (
        "the blueprint has no input `prt` (did you mean `port`?); "
        "blueprint.yaml:6:3: the input `port` is missing (integer: Where the shop listens.); "
        "blueprint.yaml:7:3: the input `size` must be one of `small`, `large`, but it is the text `huge`"
    ) == str(refusal.value)


def test_a_value_of_the_wrong_type_is_refused(parsed: Parse) -> None:
    with pytest.raises(InvalidInputs, match="the input `port` must be an integer, but it is the text `80`"):
        prepare(parsed(INPUTS), {"port": "80"})


def test_texts_of_a_command_line_are_converted_when_asked(parsed: Parse) -> None:
    assert 80 == prepare(parsed(INPUTS), {"port": "80"}, converts=True)[1]["port"]


def test_what_inputs_decide_is_evaluated_and_the_rest_stays(parsed: Parse) -> None:
    plan, _ = prepare(parsed(INPUTS), {"port": 80})

    assert {
        "port": 80,
        "name": "web-80",
        "ip": {"concat": ["small", {"get_attribute": ["SELF", "address"]}]},
    } == plan.nodes["one"].properties


def test_functions_that_lead_to_themselves_are_refused(parsed: Parse) -> None:
    text = (
        HEADER
        + "node_types:\n  t: { properties: { a: {}, b: {} } }\nnode_templates:\n  n:\n    type: t\n    properties:\n"
        + "      a: { get_property: [SELF, b] }\n      b: { get_property: [SELF, a] }\n"
    )
    plan = parsed(text)

    with pytest.raises(FunctionFailed, match="leads to itself"):
        prepare(plan, {})
