"""Who may run now, who waits, who is refused.

One rule serves start, dequeue, resume and schedules: `blockers` says what stands in the way of an execution, `decide`
turns that into an answer for a new one, `next_to_start` chooses from the queue. FIFO holds per deployment; a waiting
system-wide execution is a barrier that nothing queued after it may pass. It waits for what was queued before it, but
not for what a paused execution group or maintenance mode holds.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import DeploymentBusy, ExecutionRefused, OthersRunning, SystemWideRunning
from engine.domain.execution import StartRequest, Status


class Rule(StrEnum):
    """Which rule holds an execution back."""

    SYSTEM_WIDE = "system-wide"
    """A system-wide execution runs or waits ahead."""
    DEPLOYMENT = "deployment"
    """Another execution of the same deployment runs or waits ahead."""
    IDLE = "idle"
    """A system-wide execution needs every other one to have ended."""
    CAPACITY = "capacity"
    """The limit on concurrent executions is reached."""
    GROUP = "group"
    """As many executions of its execution group run as may."""
    PAUSE = "pause"
    """Its execution group is paused; no execution holds it back."""
    MAINTENANCE = "maintenance"
    """Maintenance mode holds the queue; no execution holds it back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLimit:
    """An execution group that an execution belongs to."""

    group_id: str
    concurrency: int
    """How many of the group may run at once; 0 is a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """An execution that is not final, as the rules see it."""

    id: str
    number: int
    deployment_id: str | None
    workflow_id: str
    status: Status
    force: bool = False
    limits: tuple[GroupLimit, ...] = ()
    """The execution groups that it belongs to; it must satisfy all of them."""
    is_held: bool = False
    """Maintenance mode keeps it in the queue."""

    @property
    def is_system_wide(self) -> bool:
        return self.deployment_id is None

    @property
    def is_queued(self) -> bool:
        return self.status is Status.QUEUED

    @property
    def is_paused(self) -> bool:
        """Say whether it waits for somebody to end a pause; no system-wide execution waits for that, too."""
        return self.is_queued and (self.is_held or any(not limit.concurrency for limit in self.limits))

    def is_in(self, group_id: str) -> bool:
        return any(limit.group_id == group_id for limit in self.limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One reason why an execution waits."""

    rule: Rule
    execution_id: str
    """Empty for a pause and for maintenance mode, behind which there is no execution."""
    workflow_id: str
    deployment_id: str | None
    is_queued: bool
    """Whether the blocker itself still waits."""
    group_id: str | None = None
    """The execution group whose limit holds; None for the other rules."""

    @property
    def sentence(self) -> str:
        """Return the reason as users read it."""
        what = f"{self.workflow_id} {self.execution_id}"
        match self.rule:
            case Rule.SYSTEM_WIDE:
                return f"system-wide {what} {'waits ahead' if self.is_queued else 'is running'}"
            case Rule.DEPLOYMENT:
                return f"{what} of this deployment {'waits ahead' if self.is_queued else 'is running'}"
            case Rule.IDLE:
                return f"needs an idle engine; {what} {'waits ahead' if self.is_queued else 'is running'}"
            case Rule.CAPACITY:
                state = "starts before it" if self.is_queued else "is running"
                return f"the limit on concurrent executions is reached; {what} {state}"
            case Rule.GROUP:
                return f"execution group {self.group_id} runs no more at once; {what} is running"
            case Rule.PAUSE:
                return f"execution group {self.group_id} is paused"
            case Rule.MAINTENANCE:
                return "maintenance mode holds the queue"


@dataclass(frozen=True, slots=True)
class Start:
    """It begins at once."""


@dataclass(frozen=True, slots=True)
class Queue:
    """It waits for the blockers to end."""

    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """It may neither run nor wait."""

    error: ExecutionRefused


Decision = Start | Queue | Refuse


def blockers(candidate: Live, live: Iterable[Live], *, limit: int = 0) -> tuple[Blocker, ...]:
    """Return what stands in the way of `candidate`, in order of arrival; empty when it may run now.

    `live` may contain the candidate itself. `limit` 0 means no limit on concurrent executions.
    """
    others = sorted((one for one in live if one.id != candidate.id), key=lambda one: one.number)
    ahead = [one for one in others if not one.is_queued or one.number < candidate.number]
    held = [_nobody(Rule.MAINTENANCE)] if candidate.is_held else []
    found = held + [_blocker(rule, one) for one in ahead if (rule := _rule_against(candidate, one)) is not None]
    if found or candidate.is_system_wide:
        return tuple(found)
    running = [one for one in others if not one.is_queued]
    if by_groups := tuple(_group_blockers(candidate, running)):
        return by_groups
    if limit:
        return tuple(_blocker(Rule.CAPACITY, one) for one in _places_taken(running, ahead, limit))
    return ()


def _places_taken(running: Sequence[Live], ahead: Sequence[Live], limit: int) -> Sequence[Live]:
    """Return who takes all places, in order of arrival: who runs, then who is about to start; empty where one is free.

    A place that has just become free belongs to the first in the queue, not to whoever asks at that moment.
    """
    if len(running) >= limit:
        return running
    taken = [*running, *next_to_start(ahead, limit=limit)]
    return taken if len(taken) >= limit else ()


def _group_blockers(candidate: Live, running: Sequence[Live]) -> Iterable[Blocker]:
    for limit in candidate.limits:
        members = [one for one in running if one.is_in(limit.group_id)]
        if not limit.concurrency:
            yield _nobody(Rule.PAUSE, limit.group_id)
        elif len(members) >= limit.concurrency:
            yield from (_blocker(Rule.GROUP, one, limit.group_id) for one in members)


def _nobody(rule: Rule, group_id: str | None = None) -> Blocker:
    """Return a blocker behind which there is no execution."""
    return Blocker(rule=rule, execution_id="", workflow_id="", deployment_id=None, is_queued=False, group_id=group_id)


def _rule_against(candidate: Live, other: Live) -> Rule | None:
    if candidate.is_system_wide:
        return None if other.is_paused else Rule.IDLE
    if other.is_system_wide:
        return Rule.SYSTEM_WIDE
    if other.deployment_id == candidate.deployment_id and not candidate.force:
        return Rule.DEPLOYMENT
    return None


def _blocker(rule: Rule, other: Live, group_id: str | None = None) -> Blocker:
    return Blocker(
        rule=rule,
        execution_id=other.id,
        workflow_id=other.workflow_id,
        deployment_id=other.deployment_id,
        is_queued=other.is_queued,
        group_id=group_id,
    )


_PATIENT = frozenset({Rule.CAPACITY, Rule.GROUP, Rule.PAUSE})
"""What is waited for without being asked to: it says how many may run, not who."""


def decide(
    request: StartRequest, live: Sequence[Live], *, limit: int = 0, limits: tuple[GroupLimit, ...] = ()
) -> Decision:
    """Say what becomes of a new execution (guide, "Queuing Executions"; semantics §2.1).

    `limits` are those of the execution groups that it belongs to already, as one that is resumed may.
    """
    newest = max((one.number for one in live), default=0) + 1
    candidate = Live(
        id="",
        number=newest,
        deployment_id=request.deployment_id,
        workflow_id=request.workflow_id,
        status=Status.QUEUED,
        force=request.force,
        limits=limits,
    )
    found = blockers(candidate, live, limit=limit)
    if request.is_system_wide:
        found = tuple(one for one in found if not _is_other_queued(one))
    if not found:
        return Start()
    if request.queue or all(one.rule in _PATIENT for one in found):
        return Queue(found)
    return Refuse(_refusal(found))


def _is_other_queued(blocker: Blocker) -> bool:
    """A system-wide request is refused for what runs, and for another system-wide one that waits."""
    return blocker.is_queued and blocker.deployment_id is not None


def _refusal(found: Sequence[Blocker]) -> ExecutionRefused:
    by_rule = {rule: [one.execution_id for one in found if one.rule is rule] for rule in Rule}
    if by_rule[Rule.SYSTEM_WIDE]:
        return SystemWideRunning(by_rule[Rule.SYSTEM_WIDE])
    if by_rule[Rule.IDLE]:
        return OthersRunning(by_rule[Rule.IDLE])
    return DeploymentBusy(by_rule[Rule.DEPLOYMENT])


def next_to_start(live: Sequence[Live], *, limit: int = 0) -> tuple[Live, ...]:
    """Return the queued executions that may start together now, in order of arrival.

    It says of each what `blockers` says, in one pass over all.
    """
    floor = _Floor.of(live, limit)
    queued = sorted((one for one in live if one.is_queued), key=lambda one: one.number)
    return tuple(candidate for candidate in queued if floor.admits(candidate))


@dataclass(slots=True)
class _Floor:
    """What runs, and what of the queue has been passed by without starting."""

    running: int
    limit: int
    busy: set[str]
    """Deployments of which an execution runs or waits ahead."""
    is_barred: bool
    """A system-wide execution runs or waits ahead."""
    members: Counter[str]
    """How many of each execution group run."""
    has_waiting: bool = False
    """Something waits ahead that a system-wide execution waits for."""

    @classmethod
    def of(cls, live: Iterable[Live], limit: int) -> "_Floor":
        running = [one for one in live if not one.is_queued]
        return cls(
            running=len(running),
            limit=limit,
            busy={one.deployment_id for one in running if one.deployment_id is not None},
            is_barred=any(one.is_system_wide for one in running),
            members=Counter(limit.group_id for one in running for limit in one.limits),
        )

    def admits(self, candidate: Live) -> bool:
        """Say whether the next in the queue may start, and take it in or let it wait."""
        is_free = self._is_free_for(candidate)
        if is_free:
            self.running += 1
            self.members.update(limit.group_id for limit in candidate.limits)
        elif not candidate.is_paused:
            self.has_waiting = True
        if candidate.deployment_id is None:
            self.is_barred = True
        else:
            self.busy.add(candidate.deployment_id)
        return is_free

    def _is_free_for(self, candidate: Live) -> bool:
        if candidate.is_held:
            return False
        if candidate.is_system_wide:
            return not self.running and not self.has_waiting
        if self.is_barred or (self.limit and self.running >= self.limit):
            return False
        if any(self.members[limit.group_id] >= limit.concurrency for limit in candidate.limits):
            return False
        return candidate.force or candidate.deployment_id not in self.busy
