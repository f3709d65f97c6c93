"""Plans in one comparable form: what ours says, and what the recorded one says."""

from typing import Any

from engine.domain.blueprint import Instances, Node, Operation, Output, Parameter, Plan, Relationship

Form = dict[str, Any]
_NEVER = object()
PLUGIN = ("name", "source", "install", "package_name", "package_version", "properties")
"""Not the executor: each operation says its own, and the reference writes that into the plugin."""


def of_ours(plan: Plan) -> Form:
    """Return our plan as a comparable form."""
    return {
        "version": plan.version,
        "description": plan.description or None,
        "nodes": {name: _node(node) for name, node in plan.nodes.items()},
        "inputs": {name: _parameter(one) for name, one in plan.inputs.items()},
        "outputs": {name: _output(one) for name, one in plan.outputs.items()},
        "capabilities": {name: _output(one) for name, one in plan.capabilities.items()},
        "groups": {name: sorted(members) for name, members in plan.groups.items()},
        "scaling_groups": {
            name: {"members": sorted(group.members), **_counts(group.instances, group.scalable)}
            for name, group in plan.scaling_groups.items()
        },
        "workflows": {
            name: {
                "plugin": one.plugin,
                "operation": one.function,
                "is_cascading": one.is_cascading,
                "availability_rules": one.availability_rules or None,
                "parameters": {key: _parameter(value) for key, value in one.parameters.items()},
            }
            for name, one in plan.workflows.items()
        },
        "data_types": {
            name: {key: _parameter(value) for key, value in one.fields.items()} for name, one in plan.data_types.items()
        },
        "labels": plan.labels,
        "blueprint_labels": plan.blueprint_labels,
        "resource_tags": plan.resource_tags,
        "metadata": plan.metadata or None,
        "imported_blueprints": sorted(set(plan.imported_blueprints)),
        "namespaces": plan.namespaces,
        "display_name": plan.deployment_settings.get("display_name"),
        "schedules": _schedules(plan.deployment_settings),
        "secrets": sorted(plan.required_secrets),
        "parent_capabilities": sorted(plan.parent_capabilities),
    }


def _schedules(settings: Form) -> Form:
    """Moments are left out: the reference turns them into UTC by the zone of the machine that reads the blueprint."""
    found = settings.get("default_schedules") or {}
    return {name: (one["workflow"], one.get("workflow_parameters")) for name, one in found.items()}


def _node(node: Node) -> Form:
    return {
        "type": node.type,
        "type_hierarchy": list(node.type_hierarchy),
        "properties": node.properties,
        "operations": {name: _operation(one) for name, one in node.operations.items()},
        "relationships": [_relationship(one) for one in node.relationships],
        "host": node.host_id,
        **_counts(node.instances, node.scalable),
    }


def _counts(instances: Instances, expressions: Form) -> Form:
    fixed = {"default": instances.default, "minimum": instances.minimum, "maximum": instances.maximum}
    return {"instances": {**fixed, **expressions}}


def _operation(one: Operation) -> Form:
    return {
        "plugin": one.plugin,
        "operation": one.function,
        "inputs": one.inputs,
        "executor": one.executor,
        "max_retries": one.max_retries,
        "retry_interval": one.retry_interval,
        "timeout": one.timeout,
        "timeout_recoverable": one.timeout_recoverable,
        "input_types": one.input_types,
    }


def _relationship(one: Relationship) -> Form:
    return {
        "type": one.type,
        "type_hierarchy": list(one.type_hierarchy),
        "target": one.target,
        "properties": one.properties,
        "source_operations": {name: _operation(two) for name, two in one.source_operations.items()},
        "target_operations": {name: _operation(two) for name, two in one.target_operations.items()},
    }


def _parameter(one: Parameter) -> Form:
    written = {
        "type": one.type,
        "default": one.default,
        "item_type": one.item_type,
        "constraints": [dict(rule) for rule in one.constraints] or None,
        "required": None if one.required else False,
        "description": one.description or None,
        "display_label": one.display_label or None,
        "hidden": one.hidden or None,
    }
    return {key: value for key, value in written.items() if value is not None}


def _output(one: Output) -> Form:
    return {"value": one.value, "description": one.description or None}


def of_theirs(plan: Form) -> Form:
    """Return a recorded plan as a comparable form."""
    settings = plan.get("deployment_settings") or {}
    return {
        "version": plan["version"]["raw"],
        "description": plan.get("description"),
        "nodes": {one["name"]: _their_node(one) for one in plan["nodes"]},
        "inputs": {name: _their_parameter(one) for name, one in plan["inputs"].items()},
        "outputs": {name: _their_output(one) for name, one in plan["outputs"].items()},
        "capabilities": {name: _their_output(one) for name, one in plan["capabilities"].items()},
        "groups": {name: sorted(set(one["members"])) for name, one in plan["groups"].items()},
        "scaling_groups": {
            name: {"members": sorted(one["members"]), **_their_counts(one["properties"])}
            for name, one in plan["scaling_groups"].items()
        },
        "workflows": {
            name: {
                "plugin": one["plugin"],
                "operation": one["operation"],
                "is_cascading": one["is_cascading"],
                "availability_rules": one["availability_rules"] or None,
                "parameters": _their_parameters(one["parameters"]),
            }
            for name, one in plan["workflows"].items()
        },
        "data_types": {
            name: {key: _their_parameter(value) for key, value in one["properties"].items()}
            for name, one in plan["data_types"].items()
        },
        "labels": {name: one["values"] for name, one in plan["labels"].items()},
        "blueprint_labels": {name: one["values"] for name, one in plan["blueprint_labels"].items()},
        "resource_tags": plan["resource_tags"],
        "metadata": plan.get("metadata"),
        "imported_blueprints": sorted(set(plan["imported_blueprints"])),
        "namespaces": plan["namespaces_mapping"],
        "display_name": settings.get("display_name"),
        "schedules": _schedules(settings),
        "secrets": sorted({name for one in plan["requirements"]["secrets"] if isinstance(name := _first(one), str)}),
        "parent_capabilities": sorted(
            tuple(map(str, path if isinstance(path, list) else [path]))
            for path in plan["requirements"]["parent_capabilities"]
        ),
    }


def _first(path: Any) -> Any:
    return path[0] if isinstance(path, list) else path


def _their_node(node: Form) -> Form:
    return {
        "type": node["type"],
        "type_hierarchy": node["type_hierarchy"],
        "properties": node["properties"],
        "operations": _their_operations(node["interfaces"], node["operations"]),
        "relationships": [_their_relationship(one) for one in node["relationships"]],
        "host": node.get("host_id"),
        **_their_counts(node["capabilities"]["scalable"]["properties"]),
    }


def _their_counts(properties: Form) -> Form:
    names = {"default": "default_instances", "minimum": "min_instances", "maximum": "max_instances"}
    return {"instances": {ours: properties[theirs] for ours, theirs in names.items()}}


def _their_operations(interfaces: Form, operations: Form) -> Form:
    names = [f"{interface}.{name}" for interface, body in interfaces.items() for name in body]
    return {name: _their_operation(operations[name]) for name in names if operations[name]["operation"]}


def _their_operation(one: Form) -> Form:
    types = one.get("inputs_types") or {}
    return {
        "plugin": one["plugin"],
        "operation": one["operation"],
        "inputs": {name: _without_type(value, types.get(name)) for name, value in one["inputs"].items()},
        "executor": one["executor"],
        "max_retries": one["max_retries"],
        "retry_interval": one["retry_interval"],
        "timeout": one["timeout"],
        "timeout_recoverable": bool(one["timeout_recoverable"]),
        "input_types": types,
    }


def _without_type(value: Any, type_: str | None) -> Any:
    """The reference writes the declared type of an input into a value that is a mapping."""
    if type_ is None or not isinstance(value, dict) or value.get("type") != type_:
        return value
    return {key: one for key, one in value.items() if key != "type"}


def _their_relationship(one: Form) -> Form:
    return {
        "type": one["type"],
        "type_hierarchy": one["type_hierarchy"],
        "target": one["target_id"],
        "properties": one["properties"],
        "source_operations": _their_operations(one["source_interfaces"], one["source_operations"]),
        "target_operations": _their_operations(one["target_interfaces"], one["target_operations"]),
    }


def _their_parameter(one: Form) -> Form:
    keys = ("type", "default", "item_type", "constraints", "required", "description", "display_label", "hidden")
    without = {"required": True, "description": "", "display_label": "", "hidden": False}
    return {key: one[key] for key in keys if one.get(key) is not None and one[key] != without.get(key, _NEVER)}


def _their_parameters(parameters: Form) -> Form:
    """The reference describes the parameters that it adds to workflows that are scripts, in its own words."""
    found = {name: _their_parameter(one) for name, one in parameters.items()}
    for name in found.keys() & {"script_path", "script_source"}:
        found[name].pop("description", None)
    return found


def their_plugins(plan: Form) -> Form:
    """Return the plugins that a recorded plan installs somewhere; those that nothing uses are not in it."""
    kinds = ("deployment_plugins_to_install", "host_agent_plugins_to_install", "workflow_plugins_to_install")
    return {one["name"]: {key: one[key] for key in PLUGIN} for kind in kinds for one in plan.get(kind, ())}


def plugins_like(plan: Plan, theirs: Form) -> Form:
    """Return those of our plugins that the recorded plan has."""
    return {name: {key: getattr(one, key) for key in PLUGIN} for name, one in plan.plugins.items() if name in theirs}


def _their_output(one: Form) -> Form:
    return {"value": one.get("value"), "description": one.get("description")}


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Return where two forms differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        keys = sorted(ours.keys() | theirs.keys(), key=str)
        return [
            text
            for key in keys
            for text in differences(ours.get(key, "(absent)"), theirs.get(key, "(absent)"), f"{path}.{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [
            text
            for index, (one, two) in enumerate(zip(ours, theirs, strict=True))
            for text in differences(one, two, f"{path}[{index}]")
        ]
    return [] if ours == theirs and type(ours) is type(theirs) else [f"{path}: {ours!r} != {theirs!r}"]
