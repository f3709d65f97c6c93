"""Prepared plans and node instances against recorded behaviour."""

import re
from collections.abc import Callable
from itertools import count

import pytest

from engine.domain.blueprint import Plan
from engine.domain.errors import ConductorError, FunctionFailed, InvalidInputs, SecretMissing
from engine.domain.json import Json
from engine.dsl.inputs import prepare
from engine.dsl.instantiate import InstancesInvalid, instantiate
from tests.conformance.likeness import likeness
from tests.conformance.projection import differences, of_ours, of_theirs
from tests.conformance.records import Record, by_id, cases, parse_record
from tests.conformance.worlds import instances_of

FAILURES = {
    "UnknownInputError": InvalidInputs,
    "MissingRequiredInputError": InvalidInputs,
    "ConstraintException": InvalidInputs,
    "DSLParsingException": InvalidInputs,
    "DSLParsingLogicException": InvalidInputs,
    "InputEvaluationError": FunctionFailed,
    "FunctionEvaluationError": FunctionFailed,
    "EvaluationRecursionLimitReached": FunctionFailed,
    "UnknownSecretError": SecretMissing,
    "UnsupportedGetSecretError": SecretMissing,
}


@pytest.mark.parametrize("record", cases("prepare"))
def test_inputs_prepare_a_plan_as_recorded(record: Record) -> None:
    outcome = record["outcome"]
    if not outcome.get("ok"):
        with pytest.raises(FAILURES.get(outcome["error"]["class"], ConductorError)):
            prepared(record)
        return

    plan, values = prepared(record)
    theirs = outcome["plan"]

    ours = of_ours(plan) | {"inputs": values}
    assert [] == differences(ours, of_theirs({**theirs, "inputs": {}}) | {"inputs": theirs["inputs"]})
    assert likeness(instances_of(theirs["node_instances"])) == likeness(instantiate(plan, counter()))


@pytest.mark.parametrize("record", cases("instances"))
def test_a_plan_has_the_recorded_instances(record: Record) -> None:
    plan = parse_record(by_id(record["parse_id"]))
    if not record["outcome"].get("ok"):
        with pytest.raises(InstancesInvalid):
            instantiate(plan, counter())
        return

    theirs = instances_of(record["outcome"]["plan"]["node_instances"])
    assert likeness(theirs) == likeness(instantiate(plan, counter()))


def prepared(record: Record) -> tuple[Plan, dict[str, Json]]:
    """Return the plan that a recorded call prepared."""
    arguments = record["args"]
    missing = missing_secrets(record)
    return prepare(
        parse_record(by_id(record["parse_id"])),
        arguments["inputs"] or {},
        converts=arguments["auto_correct_types"],
        is_eager=not arguments["runtime_only_evaluation"],
        has_secret=lambda name: name not in missing,
    )


def missing_secrets(record: Record) -> set[str]:
    """Return the secrets that the recording machine did not have; the record tells them in its message only."""
    message = record["outcome"].get("error", {}).get("message", "")
    found = re.search(r"Required secrets: \[(.*?)\]", message)
    return {name.strip("' ") for name in found[1].split(",")} if found else set()


def counter() -> Callable[[], str]:
    """Return a source of ids that counts."""
    numbers = count()
    return lambda: f"{next(numbers):06d}"
