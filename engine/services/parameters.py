"""The parameters that a workflow of a deployment would be called with now."""

from contextlib import nullcontext
from functools import partial
from sqlite3 import Connection

from engine.domain import parameters
from engine.domain.blueprint import Workflow
from engine.domain.json import JsonObject
from storage import deployments


def merged(
    connection: Connection, deployment_id: str, workflow: Workflow, given: JsonObject, *, allow_custom: bool
) -> JsonObject:
    """Return the given parameters with the defaults, their functions answered, converted and checked.

    Raises:
        InvalidValue: they do not fit, or a function has no answer.
    """
    return parameters.merge(
        workflow.name,
        workflow.parameters,
        given,
        allow_custom=allow_custom,
        evaluate=partial(_evaluated, connection, deployment_id),
    )


def _evaluated(connection: Connection, deployment_id: str, values: JsonObject) -> JsonObject:
    """Answer the functions in values, as the deployment is now; without a structure there is nothing to answer."""
    if not any(isinstance(value, dict | list) for value in values.values()):
        return values
    from engine.dsl.extensions import ensure_extensions  # plain values do without the blueprint language
    from engine.dsl.functions import Scope, evaluate_entries, has_calls
    from engine.services.outside import Beyond

    ensure_extensions()
    if not has_calls(values):
        return values
    deployment = deployments.get(connection, deployment_id)
    instances = {one.id: one for one in deployments.instances(connection, deployment_id)}
    outside = Beyond(lambda: nullcontext(connection), deployment, secrets=None)
    scope = Scope(plan=deployment.plan, inputs=deployment.inputs, instances=instances, outside=outside)
    return evaluate_entries(values, scope)
