"""Stored plugins, and which of their files is for which version of the language."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.domain.json import JsonObject

LABELS = ("labels", "blueprint_labels", "resource_tags")
"""Sections that are kept with a plugin, whichever of its files is imported."""

_VERSIONED = re.compile(r"_([0-9]+)_([0-9]+)\.ya?ml\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlugin:
    """A plugin of which one version is stored."""

    id: str
    package_name: str
    package_version: str
    distribution: str | None
    """The Linux distribution that it is for; None is for any."""
    archive_name: str
    """What was uploaded."""
    content: str
    """Name of the stored folder under `plugins/` in the state directory: a digest of the content."""
    files: tuple[str, ...]
    """Its YAML files, the one for any version first."""
    labels: JsonObject = field(default_factory=dict)
    """The sections of `LABELS` by name, as they are kept with it."""
    packages: tuple[str, ...] = ()
    """The Python packages that it brings: `name==version`."""
    uploaded_at: datetime


def file_for(files: Sequence[str], version: tuple[int, int]) -> str | None:
    """Return the YAML file for a version of the language: its own, or else one for any; None where there is none."""
    own = (f"_{version[0]}_{version[1]}.yaml", f"_{version[0]}_{version[1]}.yml")
    return next((one for one in files if one.endswith(own)), None) or next(
        (one for one in in_order(files) if language_of(one) is None), None
    )


def in_order(files: Iterable[str]) -> tuple[str, ...]:
    """Return YAML files in the order in which they are preferred: `plugin.yaml`, others for any version, the rest."""
    return tuple(sorted(files, key=lambda one: (language_of(one) is not None, one != "plugin.yaml", one)))


def language_of(file: str) -> tuple[int, int] | None:
    """Return the version of the language that a file's name ends with; None when it is for any."""
    found = _VERSIONED.search(file)
    return (int(found[1]), int(found[2])) if found else None


def plugin_id(name: str, version: str, distribution: str | None) -> str:
    """Return the id that a plugin gets."""
    parts = [name, version, *([distribution] if distribution else [])]
    return re.sub(r"[^A-Za-z0-9._~-]", "_", "-".join(parts))
