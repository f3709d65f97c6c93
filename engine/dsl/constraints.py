"""Rules that values of inputs and parameters must keep, such as `max_length: 8`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.domain.blueprint import DataType
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.document import Document
from engine.dsl.patterns import SlowPatternError, is_pattern, matches
from engine.dsl.problems import Kind
from engine.dsl.properties import Declared
from engine.dsl.values import ID_TYPES
from engine.dsl.version import write
from engine.dsl.words import did_you_mean, kind_of

_DEPLOYMENT_TYPES = frozenset(
    {"capability_value", "scaling_group", "node_id", "node_type", "node_instance", "operation_name"}
)
_LISTED_TYPES = frozenset({"blueprint_id", "deployment_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One kind of rule."""

    accepts: Callable[[Json], bool]
    """Whether an argument has the right form."""
    argument: str
    keeps: Callable[[Json, Json], bool]
    """(value, argument) → whether the value keeps the rule."""
    sentence: str
    """What a value must be; `{}` stands for the argument."""
    types: frozenset[str] | None = None
    """Types that it is for; None for all that are no ids."""


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_range(value: Json) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(_is_number(one) for one in value)


def _later(value: Json, argument: Json) -> bool:
    """Rules that need to know what exists are kept until the engine looks."""
    return True


def _is_list_of_labels(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and len(one) == 1 for one in value)


def _is_name_pattern(value: Json) -> bool:
    known = {"starts_with", "ends_with", "contains", "equals_to"}
    return isinstance(value, dict) and bool(value) and value.keys() <= known


_IDS = frozenset(ID_TYPES)

CONSTRAINTS: dict[str, Constraint] = {
    "equal": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: bool(a == b), sentence="equal to {}"
    ),
    "greater_than": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: bool(a > b), sentence="greater than {}"
    ),
    "greater_or_equal": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: bool(a >= b), sentence="{} or more"
    ),
    "less_than": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: bool(a < b), sentence="less than {}"
    ),
    "less_or_equal": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: bool(a <= b), sentence="{} or less"
    ),
    "in_range": Constraint(
        accepts=_is_range,
        argument="a list of two numbers",
        keeps=lambda a, b: bool(b[0] <= a <= b[1]),
        sentence="between the two of {}",
    ),
    "valid_values": Constraint(
        accepts=lambda value: isinstance(value, list),
        argument="a list",
        keeps=lambda a, b: a in b,
        sentence="one of {}",
    ),
    "length": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: len(a) == b, sentence="of the length {}"
    ),
    "min_length": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: len(a) >= b, sentence="of the length {} or more"
    ),
    "max_length": Constraint(
        accepts=_is_number, argument="a number", keeps=lambda a, b: len(a) <= b, sentence="of the length {} or less"
    ),
    "pattern": Constraint(
        accepts=is_pattern,
        argument="a regular expression",
        keeps=lambda a, b: isinstance(a, str) and matches(b, a),
        sentence="a text that matches {}",
    ),
    "filter_id": Constraint(
        accepts=lambda value: isinstance(value, str),
        argument="a text",
        keeps=_later,
        sentence="chosen by the filter {}",
        types=_LISTED_TYPES,
    ),
    "labels": Constraint(
        accepts=_is_list_of_labels,
        argument="a list of labels",
        keeps=_later,
        sentence="labelled {}",
        types=_LISTED_TYPES,
    ),
    "tenants": Constraint(
        accepts=lambda value: isinstance(value, list),
        argument="a list",
        keeps=_later,
        sentence="of the tenants {}",
        types=_LISTED_TYPES,
    ),
    "name_pattern": Constraint(
        accepts=_is_name_pattern,
        argument="a mapping of `starts_with`, `ends_with`, `contains` or `equals_to`",
        keeps=_later,
        sentence="named like {}",
        types=_IDS,
    ),
    "deployment_id": Constraint(
        accepts=lambda value: isinstance(value, str),
        argument="a text",
        keeps=_later,
        sentence="of the deployment {}",
        types=_DEPLOYMENT_TYPES,
    ),
}


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
        document.problems.at_value(Kind.CONSTRAINT_VIOLATED, message, one.body, "default")


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
        hint = did_you_mean(name, CONSTRAINTS)
        problems.at_key(Kind.BAD_CONSTRAINT, f"there is no constraint `{name}`", entry, name, hint)
    elif name_of(argument) is None and not CONSTRAINTS[name].accepts(argument):
        message = f"`{name}` takes {CONSTRAINTS[name].argument}, but this is {kind_of(argument)}"
        problems.at_value(Kind.BAD_CONSTRAINT, message, entry, name)


def violations(label: str, value: Json, constraints: tuple[JsonObject, ...], type_: str | None) -> list[str]:
    """Return a sentence for each rule that the value breaks; items of a list are compared one by one by the caller."""
    found: list[str] = []
    for entry in constraints:
        name = next((one for one in entry if one in CONSTRAINTS), None)
        if name is None or name_of(entry[name]) is not None:
            continue
        if not _keeps(CONSTRAINTS[name], value, entry[name], type_):
            found.append(_sentence(label, value, entry, name))
    return found


def _sentence(label: str, value: Json, entry: JsonObject, name: str) -> str:
    if entry.get("error_message"):
        return f"{label}: {entry['error_message']}"
    return f"{label} must be {CONSTRAINTS[name].sentence.format(_shown(entry[name]))}, but it is {kind_of(value)}"


def _keeps(constraint: Constraint, value: Json, argument: Json, type_: str | None) -> bool:
    if type_ in _IDS:
        return True
    try:
        return constraint.keeps(value, argument)
    except (TypeError, SlowPatternError):
        return False


def _shown(argument: Json) -> str:
    if isinstance(argument, list):
        return ", ".join(f"`{one}`" for one in argument)
    return f"`{argument}`"
