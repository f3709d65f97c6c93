"""What lists can be sorted by."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Sort:
    """One order of a list."""

    name: str
    value: Callable[[Any], Any]
    """What is compared; None comes last, whichever way round."""


def arranged(items: Sequence[Item], sorts: Iterable[Sort], chosen: str) -> list[Item]:
    """Return the items in the order named `chosen`; a leading minus turns it round, no known name leaves it."""
    found = next((one for one in sorts if one.name == chosen.removeprefix("-")), None)
    if found is None:
        return list(reversed(items)) if chosen == "-" else list(items)
    known = [one for one in items if found.value(one) is not None]
    rest = [one for one in items if found.value(one) is None]
    return sorted(known, key=found.value, reverse=chosen.startswith("-")) + rest


def turned(chosen: str) -> str:
    """Return the same order the other way round."""
    return chosen[1:] if chosen.startswith("-") else f"-{chosen}"
