"""The parameters that a workflow of a deployment would be called with now."""

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
    from engine.dsl.functions import Scope, evaluate, has_call  # plain values do without the blueprint language

    if not has_call(values):
        return values
    deployment = deployments.get(connection, deployment_id)
    instances = {one.id: one for one in deployments.instances(connection, deployment_id)}
    scope = Scope(plan=deployment.plan, inputs=deployment.inputs, instances=instances)
    return {name: evaluate(value, scope) for name, value in values.items()}
