"""How many instances a node or a scaling group begins with and may have."""

from dataclasses import dataclass, field

from engine.domain.blueprint import Instances
from engine.domain.errors import InvalidValue
from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.document import Document
from engine.dsl.problems import Kind
from engine.dsl.values import unquoted
from engine.dsl.words import kind_of

UNBOUNDED = "UNBOUNDED"

_FIELDS = {"default_instances": "default", "min_instances": "minimum", "max_instances": "maximum"}
_LEAST = {"default_instances": 0, "min_instances": 0, "max_instances": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Instance counts, and those that are known only with the inputs."""

    instances: Instances = field(default_factory=Instances)
    expressions: JsonObject = field(default_factory=dict)


_ONE = Counts()


class CountError(InvalidValue):
    """A number of instances is not possible."""

    def __init__(self, name: str, sentence: str) -> None:
        self.name = name
        super().__init__(f"`{name}` {sentence}")


def of_template(document: Document, name: str, body: JsonObject) -> Counts:
    """Return the counts of a node template."""
    if "instances" not in body and "capabilities" not in body:
        return _ONE
    deploy = (body.get("instances") or {}).get("deploy")
    scalable = (body.get("capabilities") or {}).get("scalable") or {}
    if deploy is None:
        return of_properties(document, scalable.get("properties") or {})
    if body.get("capabilities"):
        message = f"`{name}` has both `instances` and `capabilities`; only one of them can say how many there are"
        document.problems.at_key(Kind.BAD_INSTANCES, message, body, "instances", "keep `capabilities`")
        return Counts()
    if not isinstance(deploy, int) or isinstance(deploy, bool) or deploy < 0:
        message = f"`deploy` must be an integer of 0 or more, but it is {kind_of(deploy)}"
        document.problems.at_value(Kind.BAD_INSTANCES, message, body["instances"], "deploy")
        return Counts()
    return Counts(instances=Instances(default=deploy))


def of_properties(document: Document, properties: JsonObject) -> Counts:
    """Return the counts that `default_instances`, `min_instances` and `max_instances` give."""
    expressions = {_FIELDS[name]: value for name, value in properties.items() if name_of(value) is not None}
    fixed = {name: value for name, value in properties.items() if name_of(value) is None}
    try:
        instances = counted(fixed, is_whole=not expressions)
    except CountError as error:
        hint = unquoted(properties[error.name], lambda value: type(value) is int)
        document.problems.at_value(Kind.BAD_INSTANCES, str(error), properties, error.name, hint)
        return Counts()
    return Counts(instances=instances, expressions=expressions)


def counted(properties: JsonObject, *, is_whole: bool = True) -> Instances:
    """Return the counts as numbers.

    Raises:
        CountError: one of them is no possible number, or they contradict each other.
    """
    numbers = {_FIELDS[name]: _number(name, value) for name, value in properties.items() if value is not None}
    counts = Instances(**numbers)
    if is_whole:
        _check_order(counts)
    return counts


def _number(name: str, value: Json) -> int:
    if name == "max_instances" and value in (UNBOUNDED, -1):
        return -1
    if not isinstance(value, int) or isinstance(value, bool):
        unbounded = f" or `{UNBOUNDED}`" if name == "max_instances" else ""
        raise CountError(name, f"must be an integer{unbounded}, but it is {kind_of(value)}")
    if value < _LEAST[name]:
        unbounded = f" (or `{UNBOUNDED}`)" if name == "max_instances" else ""
        raise CountError(name, f"must be {_LEAST[name]} or more{unbounded}, but it is {value}")
    return value


def _check_order(counts: Instances) -> None:
    if counts.default < counts.minimum:
        raise CountError(
            "default_instances", f"is {counts.default}, less than `min_instances`, {counts.minimum}; change one of them"
        )
    if counts.maximum != -1 and counts.default > counts.maximum:
        raise CountError(
            "default_instances", f"is {counts.default}, more than `max_instances`, {counts.maximum}; change one of them"
        )
