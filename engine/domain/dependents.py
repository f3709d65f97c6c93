"""Which deployments others read capabilities of, and what may not be done to those while the others depend on them.

Known are the deployments that `get_capability` names outright in a plan; a name that is itself computed is known to
nobody before it is evaluated.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.domain.execution import Status
from engine.domain.json import Json, JsonObject

CHECKED = frozenset({"stop", "uninstall", "heal", "update"})
"""The workflows that take away what others may read (semantics §2.3)."""
UNDER_WAY = frozenset({Status.QUEUED, Status.PENDING, Status.STARTED})
"""Statuses of an execution by which a dependent shows that it is being dealt with itself."""

_FUNCTION = "get_capability"
_DECLARATIONS = frozenset({"inputs", "data_types"})
"""Parts of a plan whose defaults mean nothing before they are chosen; what was chosen stands elsewhere in it."""
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependent:
    """A deployment that reads capabilities of another one."""

    id: str
    is_active: bool
    """All of its node instances are started, and there is at least one."""
    under_way: frozenset[str] = frozenset()
    """The workflows that wait or run on it."""

    def is_hindering(self, workflow_id: str) -> bool:
        """Say whether a workflow of the deployment that it reads from may not run now."""
        if self.under_way & CHECKED:
            return False
        return self.is_active or workflow_id != "uninstall"


def hindering(workflow_id: str, dependents: Iterable[Dependent]) -> tuple[str, ...]:
    """Return the dependents because of which a workflow may not run; none for one that takes nothing away."""
    if workflow_id not in CHECKED:
        return ()
    return tuple(one.id for one in dependents if one.is_hindering(workflow_id))


def listed(ids: Sequence[str]) -> str:
    """Return the first names in a row, and how many there are beyond them."""
    more = f" and {len(ids) - _MOST_TOLD} more" if len(ids) > _MOST_TOLD else ""
    return ", ".join(f"`{one}`" for one in ids[:_MOST_TOLD]) + more


def sources_of(plan: JsonObject) -> tuple[str, ...]:
    """Return the deployments that a plan, as plain values, names as sources of capabilities, by name."""
    parts = (value for name, value in plan.items() if name not in _DECLARATIONS)
    return tuple(sorted({source for part in parts for source in _named_in(part)}))


def _named_in(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _named_in(one)
    elif isinstance(value, dict):
        match value.get(_FUNCTION):
            case [str(source), _, *_]:
                yield source
        for one in value.values():
            yield from _named_in(one)
