"""What can be written in a blueprint: the functions and the standard types, each with an example."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.json import Json, JsonObject
from engine.dsl.calls import When
from engine.dsl.functions import FUNCTIONS
from engine.dsl.library import STANDARD_TYPES, standard_types
from engine.dsl.values import PRIMITIVES
from engine.dsl.version import write


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionEntry:
    """A function as it is shown."""

    name: str
    summary: str
    arguments: str
    example: str
    since: str
    is_static: bool
    """Whether the inputs alone can decide its value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEntry:
    """A standard type as it is shown."""

    kind: str
    """`node type`, `relationship type`, `data type` or `primitive`."""
    name: str
    parent: str
    properties: Mapping[str, str]
    """Property → its type, with its default."""
    operations: tuple[str, ...]
    example: str


def functions() -> tuple[FunctionEntry, ...]:
    """Return every function that blueprints may call."""
    return tuple(
        FunctionEntry(
            name=one.name,
            summary=one.summary,
            arguments=one.arguments,
            example=one.example,
            since=write(one.since),
            is_static=one.when is When.STATIC,
        )
        for one in FUNCTIONS.values()
    )


def types() -> tuple[TypeEntry, ...]:
    """Return the standard types, and the primitive ones."""
    root: JsonObject = standard_types().root
    return (
        *(_node_type(name, body or {}) for name, body in root["node_types"].items()),
        *(_relationship(name, body or {}) for name, body in root["relationships"].items()),
        *(_data_type(name, body or {}) for name, body in root["data_types"].items()),
        *(_primitive(name) for name in PRIMITIVES),
    )


def _node_type(name: str, body: JsonObject) -> TypeEntry:
    return TypeEntry(
        kind="node type",
        name=name,
        parent=body.get("derived_from") or "",
        properties=_properties(body),
        operations=_operations(body.get("interfaces") or {}),
        example=f"my_node:\n  type: {name}\n",
    )


def _relationship(name: str, body: JsonObject) -> TypeEntry:
    interfaces = {**(body.get("source_interfaces") or {}), **(body.get("target_interfaces") or {})}
    return TypeEntry(
        kind="relationship type",
        name=name,
        parent=body.get("derived_from") or "",
        properties=_properties(body),
        operations=_operations(interfaces),
        example=f"relationships:\n  - type: {name}\n    target: my_other_node\n",
    )


def _data_type(name: str, body: JsonObject) -> TypeEntry:
    return TypeEntry(
        kind="data type",
        name=name,
        parent=body.get("derived_from") or "",
        properties=_properties(body),
        operations=(),
        example=f"properties:\n  my_property:\n    type: {name}\n",
    )


def _primitive(name: str) -> TypeEntry:
    return TypeEntry(
        kind="primitive",
        name=name,
        parent="",
        properties={},
        operations=(),
        example=f"inputs:\n  my_input:\n    type: {name}\n",
    )


def _properties(body: JsonObject) -> dict[str, str]:
    return {name: _property(one or {}) for name, one in (body.get("properties") or {}).items()}


def _property(body: JsonObject) -> str:
    type_ = body.get("type") or "anything"
    if "default" in body:
        return f"{type_}, {_written(body['default'])} unless given"
    return type_ if body.get("required") is False else f"{type_}, required"


def _written(value: Json) -> str:
    """Return a value as it is written in a blueprint; JSON is YAML too."""
    return json.dumps(value, ensure_ascii=False)


def _operations(interfaces: JsonObject) -> tuple[str, ...]:
    return tuple(f"{interface}.{name}" for interface, body in interfaces.items() for name in body)


SKELETON = f"""\
# A blueprint: what a deployment is made of. Try it with `conductor blueprints validate {{file}}`.
tosca_definitions_version: cloudify_dsl_1_5

imports:
  - {STANDARD_TYPES}

# What a deployment is created with.
inputs:
  greeting:
    type: string
    default: hello
    description: What the greeter says.

# What is built. Each template becomes one node or more.
node_templates:
  greeter:
    type: cloudify.nodes.ApplicationServer
    interfaces:
      cloudify.interfaces.lifecycle:
        # Scripts lie in the blueprint's folder; a text of several lines is a script itself.
        create:
          implementation: {{script}}
          inputs:
            greeting: {{{{ get_input: greeting }}}}

# What a deployment tells about itself.
outputs:
  greeting:
    value: {{{{ get_input: greeting }}}}
"""

_SCRIPT = """\
#!/bin/sh
# Inputs of the operation are environment variables; `ctx` talks to Conductor.
ctx logger info "$greeting"
"""
_SCRIPT_FILE = "scripts/create.sh"


def skeleton_file(file: str) -> str:
    """Return a commented blueprint that validates and needs no other file, for a file of that name."""
    script = _SCRIPT.rstrip("\n").replace("\n", "\n            ")
    return _skeleton(file, f"|\n            {script}")


def skeleton_folder(folder: str) -> dict[str, str]:
    """Return the files of a folder with a commented blueprint that validates and the script that it runs."""
    return {_SCRIPT_FILE: _SCRIPT, "blueprint.yaml": _skeleton(f"{folder}/blueprint.yaml", _SCRIPT_FILE)}


def _skeleton(shown: str, script: str) -> str:
    return SKELETON.format(file=" ".join(shown.split()), script=script)
