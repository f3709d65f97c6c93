"""How a deployment's lack of something is told, with what was probably meant."""

from collections.abc import Iterable

from engine.domain.errors import NotFound
from engine.domain.schedule import SYSTEM

_MOST = 20


def lacking(deployment_id: str, kind: str, id: str, known: Iterable[str]) -> NotFound:
    """Return the error that the deployment has no such workflow or schedule."""
    from engine.dsl.words import did_you_mean, listed  # only who errs needs it

    names = sorted(known)
    there = f"there are {listed(names, _MOST)}" if len(names) > 1 else f"there is {listed(names)}" if names else ""
    hint = did_you_mean(id, names) or there or "it has none"
    owner = "the system" if deployment_id == SYSTEM else f"deployment `{deployment_id}`"
    return NotFound(kind, id, hint, owner=owner)
