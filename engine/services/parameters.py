"""The parameters that a workflow of a deployment would be called with now."""

from contextlib import nullcontext
from dataclasses import replace
from sqlite3 import Connection

from engine.domain import parameters
from engine.domain.blueprint import Workflow
from engine.domain.json import JsonObject
from storage import deployments
from storage.database import home_of


def merged(
    connection: Connection, deployment_id: str, workflow: Workflow, given: JsonObject, *, allow_custom: bool
) -> JsonObject:
    """Return the given parameters with the defaults, their functions answered, converted and checked.

    What needs a secret is checked with its value, and stays the call that gives it: parameters are stored.

    Raises:
        InvalidValue: they do not fit, or a function has no answer.
    """
    pending: JsonObject = {}

    def evaluate(values: JsonObject) -> JsonObject:
        if not any(isinstance(value, dict | list) for value in values.values()):
            return values  # without a structure there is nothing to answer
        kept, answered = _evaluated(connection, deployment_id, values)
        pending.update({name: value for name, value in kept.items() if value != answered[name]})
        return answered

    checked = parameters.merge(workflow.name, workflow.parameters, given, allow_custom=allow_custom, evaluate=evaluate)
    return {name: pending.get(name, value) for name, value in checked.items()}


def _evaluated(connection: Connection, deployment_id: str, values: JsonObject) -> tuple[JsonObject, JsonObject]:
    """Answer the functions in values as the deployment is now: all but those that need a secret, and all."""
    from engine.dsl.extensions import ensure_extensions  # plain values do without the blueprint language
    from engine.dsl.functions import Scope, evaluate_entries, has_calls
    from engine.dsl.secretcalls import needs_secret
    from engine.services import secrets
    from engine.services.outside import Beyond

    ensure_extensions()
    if not has_calls(values):
        return values, values
    deployment = deployments.get(connection, deployment_id)
    instances = {one.id: one for one in deployments.instances(connection, deployment_id)}
    beyond = Beyond(lambda: nullcontext(connection), deployment, secrets=None)
    scope = Scope(plan=deployment.plan, inputs=deployment.inputs, instances=instances, outside=beyond)
    kept = evaluate_entries(values, scope)
    if not needs_secret(kept):
        return kept, kept
    opening = secrets.opening(home_of(connection))
    opened = Beyond(lambda: nullcontext(connection), deployment, secrets=opening)
    return kept, evaluate_entries(kept, replace(scope, outside=opened))
