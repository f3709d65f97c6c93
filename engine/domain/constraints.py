"""Rules that values of inputs and parameters must keep, such as `max_length: 8`."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.json import Json, JsonObject
from engine.domain.matching import SlowPatternError, is_pattern, matches

ID_TYPES = (
    "blueprint_id",
    "deployment_id",
    "capability_value",
    "scaling_group",
    "node_id",
    "node_type",
    "node_instance",
    "secret_key",
    "operation_name",
)
"""Types whose values name things; which there are is looked at elsewhere."""

_IDS = frozenset(ID_TYPES)
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
        argument="a list of two numbers, such as `[1, 10]`",
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


def broken(constraint: JsonObject, value: Json, type_: str | None = None) -> str:
    """Return what the value should be by a rule that it breaks, such as `8 or more`; nothing when it keeps the rule.

    A rule whose argument is still a function is kept.
    """
    name = next((one for one in constraint if one in CONSTRAINTS), None)
    if name is None or type_ in _IDS or isinstance(constraint[name], dict):
        return ""
    if _keeps(CONSTRAINTS[name], value, constraint[name]):
        return ""
    return CONSTRAINTS[name].sentence.format(_shown(constraint[name]))


def _keeps(constraint: Constraint, value: Json, argument: Json) -> bool:
    try:
        return constraint.keeps(value, argument)
    except (TypeError, SlowPatternError):
        return False


def _shown(argument: Json) -> str:
    if isinstance(argument, list):
        return ", ".join(f"`{one}`" for one in argument)
    return f"`{argument}`"
