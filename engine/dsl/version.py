"""Which versions of the language exist, and which one a document is written in."""

import re
from typing import TypeAlias

Version: TypeAlias = tuple[int, int]

FIRST: Version = (1, 0)
LATEST: Version = (1, 5)
VERSIONS: tuple[Version, ...] = tuple((1, minor) for minor in range(6))

_FORM = re.compile(r"cloudify_dsl_(\d+)_(\d+)\Z")


def read(text: str) -> Version | None:
    """Return the version that a `tosca_definitions_version` names; None when there is no such version."""
    if not (found := _FORM.match(text)) or len(text) > 40:
        return None
    version = (int(found[1]), int(found[2]))
    return version if version in VERSIONS else None


def write(version: Version) -> str:
    """Return a version as blueprints write it."""
    return f"cloudify_dsl_{version[0]}_{version[1]}"
