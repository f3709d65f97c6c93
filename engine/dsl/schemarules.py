"""What editors can be told beyond the forms of the schema: what the steps after the check hold, in JSON Schema."""

from engine.domain.constraints import CONSTRAINTS
from engine.domain.json import JsonObject
from engine.dsl import schema
from engine.dsl.groups import SCALING
from engine.dsl.scalable import UNBOUNDED
from engine.dsl.shapes import Shape

_FUNCTION: JsonObject = {"type": "object", "minProperties": 1, "maxProperties": 2}
_CONSTRAINT: JsonObject = {
    "type": "object",
    "minProperties": 1,
    "maxProperties": 2,
    "additionalProperties": False,
    "properties": {
        **{name: {"description": f"Takes {one.argument}."} for name, one in CONSTRAINTS.items()},
        "error_message": {"description": "What is said when it is broken. Since cloudify_dsl_1_5."},
    },
}
_IMPORT: JsonObject = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": {"type": ["object", "null"]},
        },
    ]
}
_INSTALLED: JsonObject = {
    "if": {"not": {"properties": {"install": {"const": False}}, "required": ["install"]}},
    "then": {"anyOf": [{"required": ["source"]}, {"required": ["package_name"]}]},
}
_PART_OF_A_TEMPLATE: JsonObject = {
    "required": [],
    "anyOf": [{"required": ["type"]}, {"required": ["relationships"], "maxProperties": 1}],
}
"""A template whose body another file has may add relationships to it."""

RULES: tuple[tuple[Shape, JsonObject], ...] = (
    (schema.CONSTRAINTS, {"items": _CONSTRAINT}),
    (schema.IMPORTS, {"items": _IMPORT, "uniqueItems": True}),
    (schema.RETRIES, {"minimum": -1}),
    (schema.SECONDS, {"minimum": 0}),
    (schema.FIRST_COUNT, {"anyOf": [{"type": "integer", "minimum": 0}, _FUNCTION]}),
    (schema.MOST_COUNT, {"anyOf": [{"enum": [-1, UNBOUNDED]}, {"type": "integer", "minimum": 1}, _FUNCTION]}),
    (schema.POLICY_TYPE, {"const": SCALING}),
    (schema.PLUGIN, _INSTALLED),
    (schema.NODE_TEMPLATE, _PART_OF_A_TEMPLATE),
)
"""A shape of the schema, by identity → what is added to its JSON Schema."""
