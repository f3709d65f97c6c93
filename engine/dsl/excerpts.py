"""The line of a file that a mistake is about, and the imports that led to the file."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from engine.domain.errors import Problem

_WIDEST = 120
_BEFORE = 40
"""Characters that a long line shows before the place."""


def with_context(problem: Problem, texts: Mapping[str, str], importers: Mapping[str, tuple[str, int]]) -> Problem:
    """Return the problem with its line and the way to its file.

    Args:
        problem: a mistake with its place.
        texts: file → its text.
        importers: imported file → (importing file, line).
    """
    source, pointer = _excerpt(texts.get(problem.file, ""), problem.line, problem.column)
    return replace(problem, source=source, pointer=pointer, imported=_way(problem.file, importers))


def _excerpt(text: str, line: int, column: int) -> tuple[str, int]:
    lines = _lines(text)
    if not 0 < line <= len(lines):
        return "", 0
    whole = "".join(char if char.isprintable() else " " for char in lines[line - 1][: column + _WIDEST])
    start = max(0, column - 1 - _BEFORE) if len(whole) > _WIDEST else 0
    return whole[start : start + _WIDEST].rstrip(), max(0, column - 1 - start)


@lru_cache(maxsize=8)
def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n"))


def _way(file: str, importers: Mapping[str, tuple[str, int]]) -> tuple[str, ...]:
    way: list[str] = []
    seen = {file}
    while file in importers:
        file, line = importers[file]
        way.append(f"{file}:{line}")
        if file in seen:
            break
        seen.add(file)
    return tuple(reversed(way))
