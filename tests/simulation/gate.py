"""Who may run, said a second time and in other words than the product's, to hold the two against each other."""

from collections.abc import Iterable
from dataclasses import dataclass

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

    @property
    def is_waiting(self) -> bool:
        return self.status is Status.QUEUED


def hindrance(one: Known, others: Iterable[Known], *, limit: int, is_new: bool = False) -> str:
    """Return the rule that forbids an execution to run beside the others; empty when none does.

    `others` are those that are not final. A new system-wide one does not wait for what waits for something else.
    """
    running = [other for other in others if other.id != one.id and not other.is_waiting]
    ahead = [other for other in others if other.is_waiting and other.number < one.number]
    if one.deployment_id is None:
        waits_for = [other for other in ahead if not is_new or other.deployment_id is None]
        if running:
            return "S2 a system-wide execution runs beside others"
        return "S3 a system-wide execution overtakes what waits" if waits_for else ""
    if any(other.deployment_id is None for other in running):
        return "S2 it runs beside a system-wide execution"
    if any(other.deployment_id is None for other in ahead):
        return "S4 it overtakes a waiting system-wide execution"
    if limit and len(running) >= limit:
        return f"S14 more than {limit} run at once"
    if one.is_forced:
        return ""
    if any(other.deployment_id == one.deployment_id and not other.is_forced for other in running):
        return "S1 two unforced executions of one deployment run"
    if any(other.deployment_id == one.deployment_id for other in running):
        return "S1 it runs beside a forced execution of its deployment"
    if any(other.deployment_id == one.deployment_id for other in ahead):
        return "S3 it overtakes an earlier one of its deployment"
    return ""
