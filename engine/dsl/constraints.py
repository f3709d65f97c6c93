"""Constraints as blueprints write them: whether each exists, and what a value breaks, in sentences."""

from collections.abc import Mapping

from engine.domain.blueprint import DataType
from engine.domain.constraints import CONSTRAINTS, broken
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.document import Document
from engine.dsl.problems import Kind
from engine.dsl.properties import Declared
from engine.dsl.version import write
from engine.dsl.words import did_you_mean, kind_of, listed

_CHANGE = "change the default, or the constraint"


def check_definitions(
    document: Document, one: Declared, types: Mapping[str, DataType], *, is_workflow: bool = False
) -> None:
    """Note constraints that do not exist or have arguments of the wrong form, and defaults that break them."""
    written = one.body.get("constraints") or []
    before = len(document.problems.found)
    for index, entry in enumerate(written):
        _check_entry(document, entry, written, index, is_workflow=is_workflow)
    default = one.schema.default
    if len(document.problems.found) > before or default is None or name_of(default) is not None:
        return
    for message in violations(f"the default of `{one.key}`", default, tuple(written), one.schema.type):
        document.problems.at_value(Kind.CONSTRAINT_VIOLATED, message, one.body, "default", _CHANGE)


def _check_entry(document: Document, entry: JsonObject, written: list[Json], index: int, *, is_workflow: bool) -> None:
    problems = document.problems
    names = [name for name in entry if name != "error_message" or is_workflow]
    if not is_workflow and "error_message" in entry and document.checks_versions and document.version < (1, 5):
        message = f"`error_message` needs {write((1, 5))}, but this blueprint is {document.version_name}"
        problems.at_key(Kind.VERSION_TOO_OLD, message, entry, "error_message")
    if len(names) != 1:
        message = "a constraint is a mapping with one key, such as `max_length: 8`"
        problems.at_value(Kind.BAD_CONSTRAINT, message, written, index)
        return
    name, argument = names[0], entry[names[0]]
    if name not in CONSTRAINTS:
        hint = did_you_mean(name, CONSTRAINTS) or f"possible are {listed(CONSTRAINTS, 12)}"
        problems.at_key(Kind.BAD_CONSTRAINT, f"there is no constraint `{name}`", entry, name, hint)
    elif name_of(argument) is None and not CONSTRAINTS[name].accepts(argument):
        message = f"`{name}` takes {CONSTRAINTS[name].argument}, but this is {kind_of(argument)}"
        problems.at_value(Kind.BAD_CONSTRAINT, message, entry, name)


def violations(label: str, value: Json, constraints: tuple[JsonObject, ...], type_: str | None) -> list[str]:
    """Return a sentence for each rule that the value breaks; items of a list are compared one by one by the caller."""
    return [
        f"{label}: {entry['error_message']}"
        if entry.get("error_message")
        else f"{label} must be {wanted}, but it is {kind_of(value)}"
        for entry in constraints
        if (wanted := broken(entry, value, type_))
    ]
