"""The judge: holds every commit against the invariants, and against what really happened."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from sqlite3 import Connection

from engine.domain.event import EventType
from engine.domain.execution import Status
from engine.domain.hook import EVENT_TYPES, PAUSES
from storage import maintenance, settings
from tests.law import NEXT_ATTEMPT, is_lawful
from tests.simulation.actor import Job
from tests.simulation.database import HOOKS
from tests.simulation.facts import Fact, Kind, taken
from tests.simulation.gate import Known, hinders, hindrance
from tests.simulation.returned import Line, content, faults
from tests.simulation.truth import Stop, Truth

_TOLD = {
    Status.TERMINATED: EventType.WORKFLOW_SUCCEEDED,
    Status.FAILED: EventType.WORKFLOW_FAILED,
    Status.CANCELLED: EventType.WORKFLOW_CANCELLED,
}
NEVER_BEGAN = "no worker could begin it"


class Judge:
    """Knows every execution from the facts alone."""

    def __init__(self, truth: Truth) -> None:
        self.known: dict[str, Known] = {}
        self._truth = truth
        self._starts: Counter[tuple[str, int]] = Counter()
        self._decided: set[tuple[str, str, str]] = set()
        self._last_event = 0
        self._limit = 0
        self._is_maintained = False
        self._is_worker = False
        self._limits: dict[str, dict[str, int]] = {}
        self._ahead: dict[str, set[str]] = {}
        """For each execution that waits: who was not final when it joined the queue."""
        self._noted: set[tuple[str, int]] = set()
        self.untold: set[tuple[str, int]] = set()
        """Events that hooks have yet to hear of, or to give up."""
        self.trace = hashlib.blake2b(digest_size=8)
        """The same in every run of the same seed; ids are left out of it, as schedules make them at random."""

    @property
    def live(self) -> list[Known]:
        found = [one for one in self.known.values() if not one.status.is_final]
        for one in found:
            one.limits = self._limits.get(one.id, {})
            one.is_held = self._is_maintained and one.is_waiting and one.deployment_id is not None
        return found

    def committed(self, connection: Connection, epoch: int | None, *, is_worker: bool, job: Job | None = None) -> None:
        """Judge a commit of a worker or of somebody else; `epoch` is that of the engine whose poller made it."""
        self._is_worker = is_worker
        self._limit = settings.get(connection, "max_concurrent_executions") or 0
        self._is_maintained = maintenance.get(connection) is not None
        facts = list(taken(connection))
        self._limits = _limits_of_groups(connection)
        if job is not None and job.is_return and any(one.kind in (Kind.INSERTED, Kind.DELETED) for one in facts):
            self._replaced(connection, job)
            return
        for fact in facts:
            self._judge(fact, connection)
        self._judge_events(facts)
        self._judge_groups(facts)
        self._judge_hooks(facts)
        self._judge_occurrences(facts, connection, epoch)
        for fact in facts:
            what = "" if fact.kind is Kind.GROUP_EVENT else fact.target
            self.trace.update(f"{fact.kind} {fact.number} {what}".encode())

    def _replaced(self, connection: Connection, job: Job) -> None:
        """Hold the state after a restore against what was copied, and go on from there."""
        found = content(connection)
        before = {one.id: one.attempt for one in self.known.values()}
        copy = self._truth.copies[job.snapshot_id]
        for sentence in faults(copy, before, found, own=job.execution_id, now=job.began):
            raise Stop(sentence)
        self.known = {line["id"]: _known(line) for line in found["execution"]}
        for id in self.known.keys() - before.keys():
            self._forget(id)
        for one in self.live:
            self._ahead[one.id] = {other.id for other in self.live if other.id != one.id}
        succeeded = [line for line in found["operation"] if line["state"] == "succeeded"]
        self._truth.done = {(line["execution_id"], line["id"]) for line in succeeded}
        self._decided = {
            (line["deployment_id"], line["schedule_id"], line["occurrence"]) for line in found["occurrence"]
        }
        self._last_event = max(self._last_event, *(line["id"] for line in found["event"]))
        self.untold = {(line["hook_id"], line["event_id"]) for line in found["hook_delivery"]}
        self._truth.returns += 1
        self.trace.update(b"returned")

    def _forget(self, id: str) -> None:
        """Take an execution for new that was deleted before it came back: nobody can know which attempts it had."""
        self._starts = Counter({key: n for key, n in self._starts.items() if key[0] != id})
        self._truth.effects = Counter({key: n for key, n in self._truth.effects.items() if key[0] != id})

    def idle_while_free(self) -> Known | None:
        """Return a waiting execution that could run: after a look of the dispatcher there must be none (L2)."""
        live = self.live
        for one in live:
            is_held = self._is_maintained and one.deployment_id is not None
            if one.is_waiting and not is_held and not hindrance(one, live, limit=self._limit):
                return one
        return None

    def overtaken(self) -> str:
        """Return who waits for somebody that came later, and may not: nobody is passed by without end (L3, L4)."""
        live = self.live
        for one in live:
            if one.is_waiting and (late := self._late_hinderers(one, live)):
                rule = "L4" if one.deployment_id is None else "L3"
                return f"{rule} {one.number} of {one.deployment_id} waits for {late}, which came later"
        return ""

    def _late_hinderers(self, one: Known, live: Sequence[Known]) -> list[int]:
        """A force is a wish to pass, and a limit says nothing of the order: what counts is who is waited for."""
        return [
            other.number
            for other in live
            if other.id != one.id and other.id not in self._ahead.get(one.id, set()) and hinders(one, other)
        ]

    def _join_queue(self, one: Known) -> None:
        self._ahead[one.id] = {other.id for other in self.live if other.id != one.id}

    def _judge(self, fact: Fact, connection: Connection) -> None:
        match fact.kind:
            case Kind.INSERTED:
                self._inserted(fact)
            case Kind.CHANGED:
                self._changed(fact, connection)
            case Kind.DELETED:
                self._deleted(fact)
            case Kind.OPERATION:
                self._operated(fact)
            case Kind.FORGOTTEN:
                self._truth.done.discard((fact.id, fact.source))
            case Kind.SCHEDULE_GONE:
                gone = (fact.deployment_id or "", fact.id)
                self._decided = {one for one in self._decided if one[:2] != gone}
            case Kind.EVENT:
                self._require(fact.number > self._last_event, "S15 an event has no new number")
                self._last_event = fact.number

    def _inserted(self, fact: Fact) -> None:
        one = Known(
            id=fact.id,
            number=fact.number,
            deployment_id=fact.deployment_id,
            is_forced=fact.is_forced,
            origin=fact.origin,
            status=Status(fact.target),
            attempt=fact.target_attempt,
        )
        self._require(one.status in (Status.PENDING, Status.QUEUED), f"S6 a new execution is {one.status}")
        self.known[one.id] = one
        self._truth.seen[f"new {one.status}"] += 1
        if one.status is Status.PENDING:
            self._let_in(one, is_new=True)
        else:
            self._join_queue(one)

    def _changed(self, fact: Fact, connection: Connection) -> None:
        one, target = self.known[fact.id], Status(fact.target)
        self._require(one.status == fact.source, f"{one.number} was {one.status}, not {fact.source}")
        self._require_step(one, fact, target)
        self._truth.seen[f"{one.status}->{target}"] += 1
        source, one.status, one.attempt, one.number = one.status, target, fact.target_attempt, fact.number
        if target is Status.PENDING:
            self._let_in(one, is_new=source.is_final)
        elif target is Status.QUEUED:
            self._join_queue(one)
        elif target is Status.STARTED:
            self._starts[one.id, one.attempt] += 1
            self._require(self._starts[one.id, one.attempt] == 1, f"S7 {one.number} started twice in one attempt")
        elif target.is_final:
            self._ended(one, source, fact, connection)

    def _require_step(self, one: Known, fact: Fact, target: Status) -> None:
        if fact.target_attempt != fact.source_attempt:
            is_resume = (one.status, target) in NEXT_ATTEMPT
            self._require(is_resume, f"S6 {one.number} got a new attempt from {one.status} to {target}")
            self._require(fact.target_attempt == fact.source_attempt + 1, f"S5 attempts of {one.number} skip a number")
            return
        self._require(not one.status.is_final, f"S5 {one.number} left its final status {one.status} for {target}")
        self._require(is_lawful(one.status, target), f"S6 {one.number} went from {one.status} to {target}")

    def _let_in(self, one: Known, *, is_new: bool) -> None:
        live = self.live
        rule = hindrance(one, live, limit=self._limit, is_new=is_new)
        self._require(not rule, f"{rule} ({one.number} of {one.deployment_id})")
        is_held = self._is_maintained and one.deployment_id is not None
        self._require(not is_held, f"S11 {one.number} starts in maintenance mode")

    def _ended(self, one: Known, source: Status, fact: Fact, connection: Connection) -> None:
        has_worker = not self._is_worker and (one.id, one.attempt) in self._truth.working
        self._require(not has_worker, f"S9 {one.number} is said to be {one.status}, and its worker lives")
        self._require(fact.is_stamped, f"S5 the end of {one.number} has no moment")
        self._require(self._is_truthful(one, fact), f"S9 {one.number} is {one.status}: {fact.error!r}")
        if source is Status.KILL_CANCELLING:
            self._require(one.status is Status.CANCELLED, f"S9 the killed {one.number} is {one.status}")
        left = connection.execute(
            "SELECT count(*) FROM operation WHERE execution_id = ? AND state = 'started'", (one.id,)
        ).fetchone()[0]
        self._require(not left, f"S9 {one.number} has ended, and {left} of its operations have not")
        done, total = connection.execute(
            "SELECT coalesce(finished_operations, 0), coalesce(total_operations, 0) FROM execution WHERE id = ?",
            (one.id,),
        ).fetchone()
        self._require(done <= total, f"{one.number} has finished {done} of {total} operations")

    def _is_truthful(self, one: Known, fact: Fact) -> bool:
        match one.status:
            case Status.TERMINATED:
                return (one.id, one.attempt) in self._truth.completed
            case Status.CANCELLED:
                return (one.id, one.attempt) in self._truth.asked_to_stop
        return bool(fact.error) and (self._starts[one.id, one.attempt] == 1 or NEVER_BEGAN in fact.error)

    def _deleted(self, fact: Fact) -> None:
        one = self.known.pop(fact.id)
        self._require(one.status.is_final, f"S13 {one.number} was removed while {one.status}")

    def _operated(self, fact: Fact) -> None:
        one = self.known.get(fact.id)
        self._require(one is not None, "an operation of nobody changed")
        if fact.target == "started":
            self._require(one is not None and one.status.is_active, "S12 an operation began after the end")
            self._require(fact.origin == "pending", f"S7 an operation began from {fact.origin}")
        if fact.target == "succeeded":
            self._truth.done.add((fact.id, fact.source))

    def _judge_events(self, facts: Sequence[Fact]) -> None:
        """Whatever ends is told of in the same transaction."""
        told = {(fact.id, fact.target) for fact in facts if fact.kind is Kind.EVENT}
        for fact in facts:
            if fact.kind is Kind.CHANGED and (type := _TOLD.get(Status(fact.target))):
                self._require((fact.id, type) in told, f"S15 no event tells that {fact.number} is {fact.target}")

    def _judge_groups(self, facts: Sequence[Fact]) -> None:
        """Each group hears of each change of its executions in the same transaction, and of nothing else."""
        told = [(fact.id, fact.target.partition(" with error")[0]) for fact in facts if fact.kind is Kind.GROUP_EVENT]
        expected = [
            (group, f"execution '{fact.id}' changed state to '{fact.target}'")
            for fact in facts
            if fact.kind is Kind.CHANGED
            for group in sorted(self._limits.get(fact.id, {}))
        ]
        self._require(told == expected, f"S15 groups were told {told}, not {expected}")

    def _judge_hooks(self, facts: Sequence[Fact]) -> None:
        """What hooks are to tell is noted with the fact; it is told when it was told, and given up after its tries."""
        wanted = {
            (hook, fact.number)
            for fact in facts
            if fact.kind is Kind.EVENT
            for hook, words in HOOKS.items()
            if fact.target in {EVENT_TYPES[word] for word in words}
        }
        noted = {(fact.id, fact.number) for fact in facts if fact.kind is Kind.NOTED}
        self._require(wanted == noted, f"H1 hooks are to tell {noted}, and {wanted} happened")
        self._noted |= noted
        self.untold |= noted
        for fact in facts:
            if fact.kind is Kind.TOLD:
                self._told((fact.id, fact.number), fact)

    def _told(self, key: tuple[str, int], fact: Fact) -> None:
        self._require(fact.source == "pending", f"H2 {key} left its end {fact.source}")
        self._require(key in self._noted, f"H2 {key} was told and never happened")
        if fact.target == "delivered":
            self._require(self._truth.told[key] > 0, f"H2 {key} is said to be told, and nobody heard of it")
        else:
            self._require(self._truth.tried[key] > len(PAUSES), f"H3 {key} was given up early")
        self.untold.discard(key)
        self._truth.seen[f"hook {fact.target}"] += 1

    def _judge_occurrences(self, facts: Sequence[Fact], connection: Connection, epoch: int | None) -> None:
        """Nothing is started for a schedule without its decision, and nothing is decided twice."""
        decisions = [fact for fact in facts if fact.kind is Kind.OCCURRENCE]
        started = [one.id for one in facts if one.kind is Kind.INSERTED and one.origin.startswith("schedule:")]
        fired = [one.id for one in decisions if one.id]
        self._require(sorted(started) == sorted(fired), "S10 a start of a schedule and its decision are apart")
        for one in decisions:
            key = (one.deployment_id or "", one.origin, one.source)
            self._require(key not in self._decided, f"S10 {key} is decided twice")
            self._decided.add(key)
            self._truth.seen[f"schedule {one.target}"] += 1
            self._require(one.target != "error", f"S10 {key} could not be decided: {one.error}")
            self._require(not (one.id and self._is_maintained), f"S11 {key} fires in maintenance mode")
        if decisions and epoch is not None:
            newest = connection.execute("SELECT max(epoch) FROM engine").fetchone()[0]
            self._require(epoch == newest, f"S12 the poller of epoch {epoch} decides, and {newest} leads")

    def _require(self, holds: bool, sentence: str) -> None:
        if not holds:
            raise Stop(sentence)


def _known(line: Line) -> Known:
    return Known(
        id=line["id"],
        number=line["number"],
        deployment_id=line["deployment_id"],
        is_forced=bool(line["force"]),
        origin=line["origin"],
        status=Status(line["status"]),
        attempt=line["attempt"],
    )


def _limits_of_groups(connection: Connection) -> dict[str, dict[str, int]]:
    """Return the groups of each execution that is in any, with how many of each may run."""
    rows = connection.execute(
        "SELECT execution_id, id, concurrency FROM execution_group_member JOIN execution_group ON id = group_id"
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["execution_id"], {})[row["id"]] = row["concurrency"]
    return found
