"""From a plan and the inputs of a deployment to the prepared plan: values set, and what they decide evaluated."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.domain.blueprint import (
    DataType,
    Instances,
    Node,
    Operation,
    Output,
    Parameter,
    Plan,
    Relationship,
    ScalingGroup,
)
from engine.domain.errors import FunctionFailed, InvalidInputs, SecretMissing
from engine.domain.json import Json, JsonObject
from engine.dsl.constraints import violations
from engine.dsl.functions import Scope, evaluate, evaluate_entries, has_call, has_calls, name_of
from engine.dsl.scalable import CountError, counted
from engine.dsl.secretcalls import required_secrets
from engine.dsl.values import Fitting
from engine.dsl.words import did_you_mean, listed


def prepare(
    plan: Plan,
    inputs: JsonObject,
    *,
    converts: bool = False,
    is_eager: bool = True,
    has_secret: Callable[[str], bool] | None = None,
) -> tuple[Plan, dict[str, Json]]:
    """Return the plan for these inputs, and the value of every input.

    Functions that only a running deployment can answer stay as they are.

    Args:
        plan: what `parse` returned.
        inputs: the values that were given.
        converts: texts become the numbers and booleans that inputs declare: what a command line gives.
        is_eager: False leaves every function to run time.
        has_secret: says whether a secret exists; with it, all that the plan names for these inputs must.

    Raises:
        InvalidInputs: inputs are missing, unknown or do not fit; the text tells all of them.
        FunctionFailed: a function has no answer for these inputs.
        SecretMissing: a secret does not exist.
    """
    values = set_inputs(plan, inputs, converts=converts)
    scope = Scope(plan=plan, inputs=values, is_running=False)
    preparation = _Preparation(plan, scope)
    prepared = preparation.run() if is_eager else preparation.counts_only()
    if has_secret is not None and (missing := [one for one in required_secrets(prepared) if not has_secret(one)]):
        raise SecretMissing(missing)
    return prepared, values


def set_inputs(plan: Plan, given: JsonObject, *, converts: bool = False) -> dict[str, Json]:
    """Return the value of every input of the plan.

    Raises:
        InvalidInputs: inputs are missing, unknown or do not fit; the text tells all of them.
    """
    complaints = [_unknown(name, plan.inputs) for name in given if name not in plan.inputs]
    values: dict[str, Json] = {}
    for name, schema in plan.inputs.items():
        value = given.get(name)
        if converts and isinstance(value, str):
            value = converted(value, schema.type)
        found: list[str] = []
        values[name] = _value(name, schema, value, plan.data_types, found)
        complaints += [f"{schema.place}: {complaint}" if schema.place else complaint for complaint in found]
    if complaints:
        raise InvalidInputs("; ".join(complaints))
    return values


def _unknown(name: str, known: Mapping[str, Parameter]) -> str:
    hint = did_you_mean(name, known) or (f"there are {listed(known)}" if known else "the blueprint has no inputs")
    return f"the blueprint has no input `{name}` ({hint})"


def _value(name: str, schema: Parameter, given: Json, types: Mapping[str, DataType], complaints: list[str]) -> Json:
    value = schema.default if given is None else given
    if value is None and schema.type in types:
        value = Fitting(types).fit({}, schema.type, None, name) or None
    if value is None:
        if schema.required:
            complaints.append(f"the input `{name}` is missing{_about(schema)}")
        return None
    return fit_value(f"the input `{name}`", schema, value, types, complaints)


def _about(schema: Parameter) -> str:
    words = [schema.type or "", " ".join(schema.description.split())[:120]]
    told = ": ".join(word for word in words if word)
    return f" ({told})" if told else ""


def fit_value(label: str, schema: Parameter, value: Json, types: Mapping[str, DataType], complaints: list[str]) -> Json:
    """Return the value as its declaration completes it; what does not fit is added to `complaints`."""
    if name_of(value) is not None:
        if schema.constraints:
            complaints.append(f"{label} has constraints, so it cannot be a function")
        return value
    before = len(complaints)
    _check_constraints(label, schema, value, complaints)
    fitting = Fitting(types)
    fitted = fitting.fit(value, schema.type, None, "")
    for misfit in fitting.misfits:
        where = f", field `{'.'.join(misfit.path)}`," if misfit.path else ""
        hint = f" ({misfit.hint})" if misfit.hint else ""
        complaints.append(f"{label}{where} {misfit.sentence}{hint}")
    if schema.item_type and isinstance(value, list) and len(complaints) == before:
        _check_items(label, schema.item_type, value, complaints)
    return fitted


def _check_items(label: str, item_type: str, values: list[Json], complaints: list[str]) -> None:
    for index, item in enumerate(values):
        fitting = Fitting({})
        fitting.fit(item, item_type, None, "")
        complaints.extend(f"item {index + 1} of {label} {misfit.sentence}" for misfit in fitting.misfits)


def _check_constraints(label: str, schema: Parameter, value: Json, complaints: list[str]) -> None:
    items = value if schema.type == "list" and schema.item_type and isinstance(value, list) else [value]
    for item in items:
        complaints.extend(violations(label, item, schema.constraints, schema.item_type or schema.type))


def converted(text: str, type_: str | None) -> Json:
    """Return what a text on a command line means for a declared type; the text itself where it means nothing."""
    readers: dict[str, Callable[[str], Json]] = {
        "integer": int,
        "float": float,
        "boolean": lambda value: {"true": True, "false": False}[value],
        "list": json.loads,
        "dict": json.loads,
    }
    if type_ not in readers or len(text) > 1_000_000:
        return text
    try:
        return readers[type_](text)
    except (ValueError, KeyError, RecursionError):
        return text


class _Preparation:
    """Evaluates every part of a plan; parts without functions stay the same objects."""

    def __init__(self, plan: Plan, scope: Scope) -> None:
        self.plan, self.scope = plan, scope

    def run(self) -> Plan:
        plan = self.counts_only()
        return replace(
            plan,
            nodes={name: self._node(node) for name, node in plan.nodes.items()},
            outputs=self._outputs(plan.outputs),
            capabilities=self._outputs(plan.capabilities),
            labels=evaluate_entries(plan.labels, self.scope),
            deployment_settings=self._value(plan.deployment_settings),
        )

    def counts_only(self) -> Plan:
        """Return the plan with its numbers of instances, which are needed before anything runs."""
        nodes, groups = self.plan.nodes, self.plan.scaling_groups
        return replace(
            self.plan,
            nodes={
                name: replace(node, instances=self._counts(node), scalable={}) if node.scalable else node
                for name, node in nodes.items()
            },
            scaling_groups={
                name: replace(group, instances=self._counts(group, name), scalable={}) if group.scalable else group
                for name, group in groups.items()
            },
        )

    def _counts(self, one: Node | ScalingGroup, group: str = "") -> Instances:
        node = one.id if isinstance(one, Node) else None
        expressions = evaluate_entries(one.scalable, replace(self.scope, self_node=node))
        return _counts(node or group, one.instances, expressions)

    def _value(self, value: Json) -> Json:
        return evaluate(value, self.scope)

    def _outputs(self, outputs: Mapping[str, Output]) -> dict[str, Output]:
        return {name: replace(one, value=self._value(one.value)) for name, one in outputs.items()}

    def _node(self, node: Node) -> Node:
        scope = replace(self.scope, self_node=node.id)
        properties = evaluate_entries(node.properties, scope)
        operations = self._all(node.operations, scope)
        relationships = self._relationships(node)
        if (properties, operations, relationships) == (node.properties, node.operations, node.relationships):
            return node
        return replace(node, properties=properties, operations=operations, relationships=relationships)

    def _relationships(self, node: Node) -> tuple[Relationship, ...]:
        if not any(_has_functions(one) for one in node.relationships):
            return node.relationships
        return tuple(self._relationship(node.id, one) for one in node.relationships)

    def _relationship(self, source: str, one: Relationship) -> Relationship:
        scope = replace(self.scope, source_node=source, target_node=one.target)
        return replace(
            one,
            properties=evaluate_entries(one.properties, scope),
            source_operations=self._all(one.source_operations, scope),
            target_operations=self._all(one.target_operations, scope),
        )

    def _all(self, operations: dict[str, Operation], scope: Scope) -> dict[str, Operation]:
        if not any(one.has_functions for one in operations.values()):
            return operations
        return {name: _prepared(name, one, scope) for name, one in operations.items()}


def _has_functions(relationship: Relationship) -> bool:
    operations = (*relationship.source_operations.values(), *relationship.target_operations.values())
    return any(one.has_functions for one in operations) or has_calls(relationship.properties)


def _prepared(name: str, operation: Operation, scope: Scope) -> Operation:
    if not operation.has_functions:
        return operation
    inputs = evaluate_entries(operation.inputs, scope)
    check_types(name, operation.input_types, inputs, scope.plan.data_types)
    return replace(operation, inputs=inputs, has_functions=has_calls(inputs))


def check_types(name: str, declared: Mapping[str, str], inputs: JsonObject, types: Mapping[str, DataType]) -> None:
    """Compare evaluated inputs of an operation with the types that it declares.

    Raises:
        FunctionFailed: one does not fit.
    """
    for key, type_ in declared.items():
        fitting = Fitting(types)
        if not has_call(inputs.get(key)):
            fitting.fit(inputs.get(key), type_, None, key)
        for misfit in fitting.misfits:
            raise FunctionFailed(f"operation `{name}`: {misfit.about(f'{key}')}")


def _counts(name: str, fixed: Instances, expressions: JsonObject) -> Instances:
    fields = {"default_instances": fixed.default, "min_instances": fixed.minimum, "max_instances": fixed.maximum}
    names = {"default": "default_instances", "minimum": "min_instances", "maximum": "max_instances"}
    try:
        return counted({**fields, **{names[key]: value for key, value in expressions.items()}}, is_whole=False)
    except CountError as error:
        raise InvalidInputs(
            f"the inputs lead to a number of instances of `{name}` that is not possible: {error}"
        ) from error
