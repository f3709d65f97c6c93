"""How a plan and inputs become that of a deployment: evaluated, and with every secret that they name at hand."""

from collections.abc import Container
from dataclasses import replace

from engine.domain.blueprint import Plan
from engine.domain.json import Json, JsonObject
from engine.dsl.extensions import ensure_extensions
from engine.dsl.inputs import prepare
from engine.dsl.secretcalls import required_secrets


def prepared(plan: Plan, inputs: JsonObject, known_secrets: Container[str]) -> tuple[Plan, dict[str, Json]]:
    """Return the prepared plan, which tells the secrets that it needs, and the value of every input.

    Raises:
        InvalidInputs: inputs are missing, unknown or do not fit.
        FunctionFailed: a function has no answer for these inputs.
        SecretMissing: functions name secrets that do not exist.
    """
    ensure_extensions()
    found, values = prepare(plan, inputs, has_secret=known_secrets.__contains__)
    return replace(found, required_secrets=required_secrets(found)), values
