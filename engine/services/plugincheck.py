"""What a blueprint that imports a plugin's file would be told is told when the plugin is uploaded."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from engine.domain.errors import BlueprintInvalid, Problem
from engine.dsl.extensions import ensure_extensions
from engine.dsl.library import STANDARD_TYPES, Folder
from engine.dsl.parse import check
from engine.dsl.problems import Kind
from engine.dsl.source import load
from engine.dsl.version import LATEST, write

ELSEWHERE = frozenset(
    {Kind.UNKNOWN_TYPE, Kind.UNKNOWN_NODE_TYPE, Kind.UNKNOWN_RELATIONSHIP, Kind.UNKNOWN_IMPLEMENTATION}
)
"""Mistakes that may be none: another plugin, imported beside this one, may have what is missing."""


def require_importable(folder: Path, files: Iterable[str]) -> None:
    """Check each of a plugin's YAML files as if a blueprint imported it.

    Raises:
        BlueprintInvalid: with every mistake and its place.
    """
    ensure_extensions()
    problems = [problem for name in files for problem in _mistakes(folder, name)]
    if problems:
        raise BlueprintInvalid(problems)


def _mistakes(folder: Path, name: str) -> list[Problem]:
    main = f"tosca_definitions_version: {write(LATEST)}\nimports: ['{STANDARD_TYPES}', '{name}']\n"
    try:
        check(load(main, "a blueprint"), Folder(root=folder), checks_versions=False)
    except BlueprintInvalid as error:
        return [replace(one, imported=()) for one in error.problems if one.kind not in ELSEWHERE]
    return []
