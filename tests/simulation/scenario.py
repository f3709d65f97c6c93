"""One whole simulation: a stormy part with everything at once, then a calm in which everything must come to its end."""

from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import ConductorError
from engine.domain.snapshot import FileFacts, SnapshotStatus
from engine.services import executiongroups, maintenance, schedules, snapshotarchive, snapshots
from storage import schedules as stored
from tests.simulation.engines import Machine
from tests.simulation.people import Nature, User
from tests.simulation.world import CALM, Violation, World, be_quiet

CALM_STEPS = 5000
"""Turns within which everything must have ended once nothing goes wrong any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one simulation did."""

    seed: int
    steps: int
    trace: str
    seen: dict[str, int]


def simulate(seed: int, steps: int, *, is_on_disk: bool = False, has_calm: bool = True) -> Outcome:
    """Run a simulation; without a calm in its end it sees no broken promise of liveness, and takes half the time.

    Raises:
        Violation: an invariant is broken.
    """
    be_quiet()
    world = World(seed, is_on_disk=is_on_disk)
    try:
        nature = _storm(world, steps)
        if has_calm:
            _calm(world, nature)
            _require_whole_snapshots(world)
        return Outcome(seed=seed, steps=world.steps, trace=world.trace, seen=dict(sorted(world.truth.seen.items())))
    finally:
        world.close()


def _storm(world: World, steps: int) -> Nature:
    machine = Machine(world)
    nature = Nature(world, machine)
    users = [User(world, f"user {number}") for number in range(2)]
    for actor in (nature, *users):
        world.add(actor)
    machine.start_engine()
    world.run(steps)
    world.actors = [one for one in world.actors if one not in users]
    return nature


def _calm(world: World, nature: Nature) -> None:
    """Let nothing go wrong and nothing new be asked for, until everything has ended (L1)."""
    nature.is_kind, world.faults = True, CALM
    for actor in world.actors:
        actor.frozen_until = 0
    _silence(world)
    world.run(CALM_STEPS, until=lambda: not world.judge.live)
    left = [f"{one.number} ({one.status})" for one in world.judge.live]
    if left:
        raise Violation(world.seed, world.steps, f"L1 never ended: {', '.join(left)}")
    world.run(4 * CALM_STEPS, until=lambda: not world.judge.untold)
    if world.judge.untold:
        raise Violation(world.seed, world.steps, f"H4 never told: {sorted(world.judge.untold)[:5]}")


def _require_whole_snapshots(world: World) -> None:
    """Whatever died when: a snapshot is there and whole, or it is not there."""
    for one in snapshots.listing(world.database):
        path = snapshots.file_of(world.home.root, one.id)
        if one.status is SnapshotStatus.CREATING:
            raise Violation(world.seed, world.steps, f"V1 snapshot {one.id} is made by nobody")
        noted = FileFacts(size=one.size, sha256=one.digest)
        if one.status is SnapshotStatus.CREATED and not _is_whole(path, noted):
            raise Violation(world.seed, world.steps, f"V2 snapshot {one.id} is not what was noted of it")


def _is_whole(path: Path, noted: FileFacts) -> bool:
    try:
        snapshotarchive.verify(path)
    except (ConductorError, OSError):
        return False
    return snapshotarchive.digest_of(path) == noted


def _silence(world: World) -> None:
    """Leave maintenance mode, end all pauses and rest all schedules."""
    now = world.clock.wall()
    maintenance.deactivate(world.database, now=now)
    for view in executiongroups.listing(world.database):
        executiongroups.update(world.database, view.group.id, concurrency=1)
    with world.database.read() as connection:
        found = [(one.deployment_id, one.id) for one in stored.find(connection) if one.enabled]
    for deployment_id, id in found:
        try:
            schedules.disable(world.database, deployment_id, id)
        except ConductorError as error:
            raise Violation(world.seed, world.steps, f"{id} cannot be disabled: {error}") from error
