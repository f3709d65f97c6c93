"""The one alias for values that travel as JSON: null, booleans, numbers, strings, lists and objects."""

from typing import Any, TypeAlias

Json: TypeAlias = Any
JsonObject: TypeAlias = dict[str, Any]
