"""The smaller sections: plugins, inputs, workflows, outputs, labels and the rules among nodes as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.domain.blueprint import DataType, Node, Operation, Output, Parameter, Plugin, Workflow
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import calls_in
from engine.dsl.constraints import check_definitions
from engine.dsl.document import Document
from engine.dsl.graphs import circle
from engine.dsl.implementations import Resolver
from engine.dsl.problems import Kind
from engine.dsl.properties import Declared, check_type_name, declared, fit_default
from engine.dsl.values import PRIMITIVES
from engine.dsl.words import listed


def plugins(document: Document, types: Mapping[str, DataType]) -> dict[str, Plugin]:
    """Return the declared plugins."""
    found: dict[str, Plugin] = {}
    for name, body in document.usable("plugins").items():
        install = body.get("install") is not False
        if install and not (body.get("source") or body.get("package_name")):
            message = f"the plugin `{name}` is to be installed, but has neither `source` nor `package_name`"
            hint = "add `install: false` if its code lies beside the blueprint"
            document.problems.at_key(Kind.PLUGIN_SOURCE, message, document.section("plugins"), name, hint)
        for one in declared(body.get("properties")).values():
            check_type_name(document, one, types)
        found[name] = Plugin(
            name=name,
            executor=body["executor"],
            source=body.get("source"),
            install=install,
            package_name=body.get("package_name"),
            package_version=body.get("package_version"),
            properties=body.get("properties") or {},
        )
    return found


def inputs(document: Document, types: Mapping[str, DataType]) -> dict[str, Parameter]:
    """Return the inputs with their schemas."""
    found = declared(document.section("inputs"), without=document.broken.get("inputs", frozenset()))
    return {name: _input(document, one, types) for name, one in found.items()}


def _input(document: Document, one: Declared, types: Mapping[str, DataType]) -> Parameter:
    problems, body = document.problems, one.body
    if not check_type_name(document, one, types):
        return one.schema
    if one.schema.hidden and one.schema.required and body.get("default") is None:
        message = f"the input `{one.key}` is hidden and required, so nobody could give it"
        problems.at_key(Kind.BAD_INPUT, message, one.holder, one.key, "add a `default`")
    if body.get("display") is not None and one.schema.type != "textarea":
        message = "`display` is for inputs of the type `textarea` only"
        problems.at_key(Kind.BAD_INPUT, message, body, "display")
    _check_item_type(document, one)
    check_definitions(document, one, types)
    place = problems.marks.key(one.holder, one.key)
    schema = fit_default(document, one, types, is_final=True).schema
    return replace(schema, place=f"{place.file}:{place.line}:{place.column}" if place.file else "")


def _check_item_type(document: Document, one: Declared) -> None:
    if one.schema.item_type is None:
        return
    if one.schema.type != "list":
        message = "`item_type` is for the type `list` only"
        document.problems.at_key(Kind.BAD_INPUT, message, one.body, "item_type", "write `type: list`, or remove it")
    elif one.schema.item_type not in PRIMITIVES:
        message = f"the items of a list cannot be of the type `{one.schema.item_type}`"
        hint = f"possible are {listed(PRIMITIVES, 30)}"
        document.problems.at_value(Kind.BAD_INPUT, message, one.body, "item_type", hint)


def workflows(document: Document, types: Mapping[str, DataType], resolver: Resolver) -> dict[str, Workflow]:
    """Return the workflows with their parameters."""
    section = document.section("workflows")
    found: dict[str, Workflow] = {}
    for name in document.usable("workflows"):
        if workflow := _workflow(document, name, section, types, resolver):
            found[name] = workflow
    return found


def _workflow(
    document: Document, name: str, section: JsonObject, types: Mapping[str, DataType], resolver: Resolver
) -> Workflow | None:
    written = section[name]
    body: JsonObject = written if isinstance(written, dict) else {"mapping": written}
    holder, key = (written, "mapping") if isinstance(written, dict) else (section, name)
    if not isinstance(body.get("mapping"), str):
        document.problems.at_key(Kind.MISSING_KEY, f"the workflow `{name}` needs a `mapping`", section, name)
        return None
    schema = declared(body.get("parameters"))
    parameters = {key: _workflow_parameter(document, one, types) for key, one in schema.items()}
    target = resolver.resolve(
        body["mapping"], dict.fromkeys(parameters), None, holder=holder, key=key, is_workflow=True
    )
    if target is None:
        return None
    script = {key: Parameter(default=value, has_default=True) for key, value in target.inputs.items() if value}
    return Workflow(
        name=name,
        plugin=target.plugin,
        function=target.function,
        parameters={**parameters, **script},
        is_cascading=body.get("is_cascading") is True,
        availability_rules=body.get("availability_rules") or {},
    )


def _workflow_parameter(document: Document, one: Declared, types: Mapping[str, DataType]) -> Parameter:
    if not check_type_name(document, one, types):
        return one.schema
    _check_item_type(document, one)
    check_definitions(document, one, types, is_workflow=True)
    return fit_default(document, one, types, is_final=True).schema


def outputs(document: Document, section: str) -> dict[str, Output]:
    """Return the outputs or capabilities."""
    return {
        name: Output(value=body["value"], description=body.get("description") or "")
        for name, body in document.usable(section).items()
    }


def labels(document: Document, section: str) -> JsonObject:
    """Return labels as key → list of values."""
    found: JsonObject = {}
    for name, body in document.usable(section).items():
        values = body["values"]
        for index, value in enumerate(values):
            if not _is_label(value, section):
                message = f"the values of the label `{name}` must be texts"
                hint = "" if section == "blueprint_labels" else "or functions whose value the inputs decide"
                document.problems.at_value(Kind.WRONG_KIND, message, values, index, hint)
        found[name] = values
    return found


def _is_label(value: Json, section: str) -> bool:
    if isinstance(value, str):
        return True
    names = [name for name, _ in calls_in(value)]
    return section != "blueprint_labels" and isinstance(value, dict) and "get_attribute" not in names


def check_nodes(document: Document, nodes: Mapping[str, Node]) -> None:
    """Note circles among nodes, and operations that need a host where there is none."""
    edges = {name: [one.target for one in node.relationships] for name, node in nodes.items()}
    templates = document.section("node_templates")
    if names := circle(edges):
        message = f"the node templates {listed(names)} depend on each other in a circle"
        first = templates[names[0]]
        document.problems.at_key(Kind.CYCLE, message, first, "relationships", "remove one of the relationships")
    for name, operation in _without_host(nodes):
        message = f"the operation `{operation}` of `{name}` runs on its host, but `{name}` has none"
        hint = "contain it in a `cloudify.nodes.Compute`, or set `executor: central_deployment_agent`"
        document.problems.at_key(Kind.NO_HOST, message, templates, name, hint)


def _without_host(nodes: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Yield nodes that have no host, each with an operation that needs one."""
    homeless = {name for name, node in nodes.items() if node.host_id is None}
    for name, node in nodes.items():
        sides = [(name, node.operations)]
        for one in node.relationships:
            sides += [(name, one.source_operations), (one.target, one.target_operations)]
        for owner, operations in sides:
            if owner in homeless and (hosted := _hosted(operations)):
                yield owner, hosted


def _hosted(operations: Mapping[str, Operation]) -> str | None:
    """Return an operation that runs on the host."""
    return next((name for name, one in operations.items() if one.executor == "host_agent"), None)
