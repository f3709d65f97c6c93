"""Who may run, said a second time and in other words than the product's, to hold the two against each other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from engine.domain.execution import Status


@dataclass(slots=True)
class Known:
    """An execution as the judge knows it from the facts alone."""

    id: str
    number: int
    deployment_id: str | None
    is_forced: bool
    origin: str
    status: Status
    attempt: int
    limits: dict[str, int] = field(default_factory=dict)
    """The execution groups that it is in, and how many of each may run."""

    is_held: bool = False
    """Maintenance mode keeps it in the queue."""

    @property
    def is_waiting(self) -> bool:
        return self.status is Status.QUEUED

    @property
    def is_paused(self) -> bool:
        return self.is_held or (self.is_waiting and 0 in self.limits.values())


def hindrance(one: Known, others: Iterable[Known], *, limit: int, is_new: bool = False) -> str:
    """Return the rule that forbids an execution to run beside the others; empty when none does.

    `others` are those that are not final. A new system-wide one does not wait for what waits for something else.
    """
    running = [other for other in others if other.id != one.id and not other.is_waiting]
    ahead = [other for other in others if other.is_waiting and other.number < one.number]
    if one.deployment_id is None:
        waits_for = [one for one in ahead if not one.is_paused and (not is_new or one.deployment_id is None)]
        if running:
            return "S2 a system-wide execution runs beside others"
        return "S3 a system-wide execution overtakes what waits" if waits_for else ""
    if any(other.deployment_id is None for other in running):
        return "S2 it runs beside a system-wide execution"
    if any(other.deployment_id is None for other in ahead):
        return "S4 it overtakes a waiting system-wide execution"
    if limit and len(running) >= limit:
        return f"S14 more than {limit} run at once"
    return _limit_of_groups(one, running) or ("" if one.is_forced else _order_in_deployment(one, running, ahead))


def _limit_of_groups(one: Known, running: Sequence[Known]) -> str:
    for group, most in one.limits.items():
        if sum(group in other.limits for other in running) >= most:
            return f"S14 more than {most} of group {group} run at once"
    return ""


def _order_in_deployment(one: Known, running: Sequence[Known], ahead: Sequence[Known]) -> str:
    if any(other.deployment_id == one.deployment_id and not other.is_forced for other in running):
        return "S1 two unforced executions of one deployment run"
    if any(other.deployment_id == one.deployment_id for other in running):
        return "S1 it runs beside a forced execution of its deployment"
    if any(other.deployment_id == one.deployment_id for other in ahead):
        return "S3 it overtakes an earlier one of its deployment"
    return ""


def hinders(one: Known, other: Known) -> bool:
    """Say whether a waiting execution waits for this very one, limits aside."""
    if one.deployment_id is None:
        return not other.is_waiting or (other.number < one.number and not other.is_paused)
    if other.deployment_id != one.deployment_id or one.is_forced or other.is_forced:
        return False
    return not other.is_waiting or other.number < one.number
