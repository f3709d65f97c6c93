"""How a plan, a validation and the language itself are shown as lines."""

from collections.abc import Iterable, Sequence, Sized
from typing import TYPE_CHECKING

from conductor_tui.cli.details import block, parameter_block
from conductor_tui.cli.listings import fields_lines, section
from conductor_tui.cli.plain import plain
from conductor_tui.cli.table import Column
from conductor_tui.spans import UNLIMITED, safe

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.blueprint import Instances, Node, Plan
    from engine.domain.errors import Problem
    from engine.domain.json import JsonObject
    from engine.dsl.catalogue import FunctionEntry, TypeEntry
    from engine.dsl.report import Report

_NODES = (Column("node"), Column("type"), Column("instances"), Column("host"), Column("needs"))


def size(plan: "Plan") -> str:
    """Return how much there is in a plan, in words."""
    return f"{counted(plan.nodes, 'node')}, {counted(plan.workflows, 'workflow')}, {counted(plan.inputs, 'input')}"


def counted(things: Sized, word: str) -> str:
    """Return a number with its noun: `1 node`, `2 nodes`."""
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def verdict(path: "Path", report: "Report") -> list[str]:
    """Return a line that says whether a blueprint is valid, and below it every mistake with its line and a caret."""
    if report.plan is not None:
        warned = f"; {counted(report.warnings, 'warning')}" if report.warnings else ""
        return [safe(f"{path}: valid: {size(report.plan)}{warned}", UNLIMITED)]
    head = safe(f"{path}: refused: {counted(report.problems, 'mistake')}", UNLIMITED)
    return [head, *(f"  {line}" for one in report.problems for line in explained(one))]


def explained(problem: "Problem") -> list[str]:
    """Return a mistake with its line and a caret, safe to print."""
    return [safe(line, UNLIMITED) for line in problem.explanation.split("\n")]


def report_shape(path: "Path", report: "Report") -> "JsonObject":
    """Return a validation as JSON, for editors."""
    return {
        "path": str(path),
        "valid": report.is_valid,
        "problems": plain(report.problems),
        "warnings": plain(report.warnings),
    }


def plan_lines(plan: "Plan") -> list[str]:
    """Return what a blueprint amounts to."""
    return [
        *fields_lines(
            [
                ("version", plan.version),
                ("description", plan.description.strip()),
                ("files", ", ".join(plan.source_files)),
                ("blueprints", ", ".join(plan.imported_blueprints)),
                ("plugins", ", ".join(plan.imported_plugins)),
                ("secrets", ", ".join(plan.required_secrets)),
                ("workflows", ", ".join(plan.workflows)),
            ]
        ),
        *parameter_block("inputs", plan.inputs),
        *block("nodes", _NODES, [_node_cells(one) for one in plan.nodes.values()]),
        *section("groups", {name: ", ".join(members) for name, members in plan.groups.items()}),
        *section("outputs", {name: one.value for name, one in plan.outputs.items()}),
        *section("capabilities", {name: one.value for name, one in plan.capabilities.items()}),
    ]


def _node_cells(node: "Node") -> tuple[str, ...]:
    host = node.host_id if node.host_id not in (None, node.id) else None
    needs = ", ".join(f"{one.type.rsplit('.', 1)[-1]} {one.target}" for one in node.relationships)
    return node.id, node.type, _instances(node.instances, node.scalable), host or "-", needs or "-"


def _instances(instances: "Instances", expressions: "JsonObject") -> str:
    if expressions:
        return "by the inputs"
    most = "any" if instances.maximum < 0 else str(instances.maximum)
    is_usual = (instances.minimum, instances.maximum) == (0, -1)
    return str(instances.default) if is_usual else f"{instances.default} ({instances.minimum} to {most})"


def function_lines(functions: "Iterable[FunctionEntry]") -> list[str]:
    """Return the functions, each with what it takes and an example."""
    return [line for one in functions for line in _function(one)]


def _function(one: "FunctionEntry") -> list[str]:
    when = "with the inputs" if one.is_static else "at run time"
    return [
        safe(f"{one.name}: {one.summary}", UNLIMITED),
        safe(f"  takes {one.arguments}; answered {when}; since {one.since}", UNLIMITED),
        *_example(one.example),
        "",
    ]


def type_lines(types: "Sequence[TypeEntry]") -> list[str]:
    """Return the types, each with its properties, its operations and an example."""
    return [line for one in types for line in _type(one)]


def _type(one: "TypeEntry") -> list[str]:
    parent = f", derived from {one.parent}" if one.parent else ""
    operations = [f"  operations: {', '.join(one.operations)}"] if one.operations else []
    return [
        safe(f"{one.name} ({one.kind}{parent})", UNLIMITED),
        *(safe(f"  {name}: {about}", UNLIMITED) for name, about in one.properties.items()),
        *operations,
        *_example(one.example),
        "",
    ]


def _example(text: str) -> list[str]:
    return [safe(f"    {line}", UNLIMITED) for line in text.splitlines()]
