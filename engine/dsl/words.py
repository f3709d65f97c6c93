"""How names and values are written in messages: quoted, shortened, in the words of whoever writes YAML."""

from collections.abc import Iterable
from difflib import get_close_matches

from engine.domain.json import Json

_LONGEST = 60
_LONGEST_NAME = 200
_MOST_NAMES = 1000
"""A comparison takes about 20 microseconds."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like `name`, or nothing."""
    if len(name) > _LONGEST_NAME:
        return ""
    last = name.rsplit(".", 1)[-1].lower()
    names = [one for one in known if len(one) <= _LONGEST_NAME]
    if same := next((one for one in names if one.rsplit(".", 1)[-1].lower() == last), None):
        return same
    similar = [one for one in names if abs(len(one) - len(name)) <= max(6, len(name) // 2)]
    return next(iter(get_close_matches(name, similar[:_MOST_NAMES], n=1, cutoff=0.6)), "")


_ELSEWHERE = {
    "nodes": "node_templates",
    "resources": "node_templates",
    "templates": "node_templates",
    "types": "node_types",
    "parameters": "inputs",
    "variables": "inputs",
    "relationship_types": "relationships",
    "schedules": "deployment_settings",
    "tags": "resource_tags",
    "version": "tosca_definitions_version",
    "script": "implementation",
    "operation": "implementation",
    "depends_on": "relationships",
    "requirements": "relationships",
}
"""What people write who come from other tools, or remember half of it → what it is called here."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the question with the name that was probably meant, or nothing."""
    known = list(known)
    found = _ELSEWHERE.get(name, "")
    found = found if found in known else nearest(name, known)
    return f"did you mean `{found}`?" if found else ""


def listed(names: Iterable[str], limit: int = 8, *, joint: str = "and") -> str:
    """Return names for a sentence: `a`, `b` and `c`, or the first of many."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > limit:
        return f"{', '.join(quoted[:limit])} and {len(quoted) - limit} more"
    return f" {joint} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def kind_of(value: Json) -> str:
    """Return what a value is, as somebody who writes YAML would say."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the boolean `{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    if isinstance(value, str):
        return f"the text `{shorten(value)}`"
    return "a mapping" if isinstance(value, dict) else "a list"


def shorten(text: str) -> str:
    """Return a text on one line, cut when it is long."""
    line = " ".join(text.split()) if "\n" in text else text
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 3]}..."
