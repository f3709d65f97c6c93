"""How a plan and inputs become that of a deployment: evaluated, and with every secret that they name at hand."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import replace

from engine.domain.blueprint import Plan
from engine.domain.errors import SecretMissing
from engine.domain.json import Json, JsonObject
from engine.dsl.extensions import ensure_extensions
from engine.dsl.inputs import prepare
from engine.dsl.secretcalls import required_secrets

SECRET_KEY = "secret_key"
"""The type of inputs that name secrets."""


def prepared(plan: Plan, inputs: JsonObject, known_secrets: Container[str]) -> tuple[Plan, dict[str, Json]]:
    """Return the prepared plan, which tells the secrets that it needs, and the value of every input.

    Raises:
        InvalidInputs: inputs are missing, unknown or do not fit.
        FunctionFailed: a function has no answer for these inputs.
        SecretMissing: functions or inputs name secrets that do not exist.
    """
    ensure_extensions()
    found, values = prepare(plan, inputs, has_secret=known_secrets.__contains__)
    if missing := sorted({one for one in _chosen(plan, values) if one not in known_secrets}):
        raise SecretMissing(missing)
    return replace(found, required_secrets=required_secrets(found)), values


def _chosen(plan: Plan, values: Mapping[str, Json]) -> Iterator[str]:
    """Yield the secrets that inputs of the type `secret_key` name."""
    for name, schema in plan.inputs.items():
        value = values.get(name)
        if schema.type == SECRET_KEY and isinstance(value, str):
            yield value
        if schema.item_type == SECRET_KEY and isinstance(value, list):
            yield from (one for one in value if isinstance(one, str))
