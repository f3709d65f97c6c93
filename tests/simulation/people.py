"""Users who ask for everything at every moment, and nature, which takes processes, locks and time away."""

from collections.abc import Callable
from datetime import timedelta

from engine.domain.errors import ConductorError, IllegalTransition
from engine.domain.execution import CancelKind, StartRequest, Status
from engine.domain.group import GroupStart
from engine.domain.schedule import ExecutionArguments, Schedule
from engine.domain.schedulerequest import ScheduleRequest, Timing
from engine.domain.snapshot import SnapshotStatus
from engine.services import again, executiongroups, maintenance, purging, schedules, settings, snapshots
from engine.services import executions as service
from storage import schedules as stored
from tests.simulation.actor import Actor, Life
from tests.simulation.database import DEPLOYMENTS, EVERYWHERE
from tests.simulation.engines import Engine, Machine, Zygote
from tests.simulation.gate import Known
from tests.simulation.runs import Shim, Worker
from tests.simulation.truth import Stop
from tests.simulation.world import World

MOST_LIVE = 20
BUSY, QUIET = 400, 500
"""Steps in which users do anything, and then those in which they clear up, to copy or restore the whole state."""
CALM_SEEDS = 3
"""One seed in so many has such quiet times at all; in the others there is more going on."""
MEAN_PASSAGE = 8.0
"""Seconds that pass at a time."""
RECURRENCES = ("1 minutes", "1 minutes", "5 minutes", "1 hours", "1 days")
ZONES = ("UTC", "Europe/Berlin", "America/New_York")


class User(Actor):
    """Somebody with a face of the product; a crash ends a command, never the user."""

    def __init__(self, world: World, name: str) -> None:
        self._world, self._random = world, world.random
        self._count = 0
        self._deeds: dict[Callable[[], None], int] = {
            self._start: 45,
            self._cancel: 14,
            self._resume: 10,
            self._requeue: 3,
            self._rerun: 2,
            self._start_group: 1,
            self._limit_group: 3,
            self._cancel_group: 1,
            self._resume_group: 2,
            self._switch_maintenance: 3,
            self._limit: 2,
            self._purge: 2,
            self._copy: 2,
            self._schedule: 4,
            self._toggle_schedule: 6,
            self._delete_schedule: 1,
        }
        self._moves: dict[Callable[[], None], int] = {self._clear: 8, self._copy: 1, self._restore: 4}
        super().__init__(name)

    def life(self) -> Life:
        while True:
            deeds = self._moves if self._is_quiet else self._deeds
            [deed] = self._random.choices(list(deeds), list(deeds.values()))
            try:
                deed()
            except IllegalTransition as error:
                raise Stop(f"S6 a user was told: {error}") from error
            except ConductorError as error:
                self._world.truth.seen[f"refused: {type(error).__name__}"] += 1
            yield

    @property
    def weight(self) -> float:  # type: ignore[override] # it changes with what he does
        return 2.0 if self._is_quiet else 7.0

    @property
    def _is_quiet(self) -> bool:
        return self._world.seed % CALM_SEEDS == 0 and self._world.steps % (BUSY + QUIET) > BUSY

    def leave(self) -> None:
        """Stay: the next command is a new process."""
        self._turns = self.life()

    def _start(self) -> None:
        live = self._world.judge.live
        if len(live) >= MOST_LIVE:
            return
        self._count += 1
        is_queued = self._world.chance(0.5)
        request = StartRequest(
            workflow_id="install" if self._world.chance(0.8) else "report",
            deployment_id=None if self._world.chance(0.05) else self._random.choice(DEPLOYMENTS),
            queue=is_queued,
            force=not is_queued and self._world.chance(0.3),
            dry_run=self._world.chance(0.1),
        )
        id = f"{self.name} {self._count}".replace(" ", "-")
        returns = self._world.truth.returns
        started = service.start(self._world.database, request, now=self._world.clock.wall(), id=id)
        if started.id not in self._world.judge.known and returns == self._world.truth.returns:
            raise Stop(f"S13 {started.id} was acknowledged, and is not there")

    def _cancel(self) -> None:
        known = list(self._world.judge.known.values())
        if not known:
            return
        live = self._world.judge.live
        running = [one for one in live if not one.is_waiting]
        one = self._random.choice(self._random.choice([running or live or known, live or known, known]))
        self._cancel_one(one, self._random.choice(list(CancelKind)))

    def _cancel_one(self, one: Known, kind: CancelKind) -> None:
        for attempt in (one.attempt, one.attempt + 1):  # the next one may begin before the request is written
            self._world.truth.asked_to_stop.add((one.id, attempt))
        service.cancel(self._world.database, one.id, kind, now=self._world.clock.wall())

    def _resume(self) -> None:
        if one := self._ended_badly():
            again.resume(
                self._world.database,
                one.id,
                force=self._world.chance(0.5),
                queue=self._world.chance(0.6),
                now=self._world.clock.wall(),
            )

    def _requeue(self) -> None:
        if one := self._ended_badly():
            again.requeue(self._world.database, one.id, now=self._world.clock.wall())

    def _rerun(self) -> None:
        if (one := self._ended_badly()) and len(self._world.judge.live) < MOST_LIVE:
            again.rerun(self._world.database, one.id, queue=self._world.chance(0.6), now=self._world.clock.wall())

    def _ended_badly(self) -> Known | None:
        able = [one for one in self._world.judge.known.values() if one.status in (Status.FAILED, Status.CANCELLED)]
        if self._world.chance(0.8):  # where an old worker may still write
            able = [one for one in able if one.id in self._world.truth.orphaned] or able
        return self._random.choice(able) if able else None

    def _start_group(self) -> None:
        if len(self._world.judge.live) >= MOST_LIVE:
            return
        self._count += 1
        request = GroupStart(
            workflow_id="install",
            deployment_group_id=EVERYWHERE,
            id=f"{self.name} {self._count}".replace(" ", "-"),
            concurrency=self._random.choice((1, 1, 2, 3)),
            force=self._world.chance(0.2),
        )
        executiongroups.start(self._world.database, request, now=self._world.clock.wall())
        self._world.truth.seen["a group was started"] += 1

    def _limit_group(self) -> None:
        groups = executiongroups.listing(self._world.database)
        if groups:
            id, concurrency = self._random.choice(groups).group.id, self._random.choice((0, 1, 2, 3, 4, 5))
            executiongroups.update(self._world.database, id, concurrency=concurrency)

    def _any_group(self) -> str | None:
        groups = executiongroups.listing(self._world.database)
        return self._random.choice(groups).group.id if groups else None

    def _cancel_group(self) -> None:
        if (id := self._any_group()) is None:
            return
        for one in self._world.judge.live:
            for attempt in (one.attempt, one.attempt + 1):
                self._world.truth.asked_to_stop.add((one.id, attempt))
        kind = self._random.choice(list(CancelKind))
        executiongroups.cancel(self._world.database, id, kind, now=self._world.clock.wall())
        self._world.truth.seen["a group was cancelled"] += 1

    def _resume_group(self) -> None:
        if (id := self._any_group()) is None:
            return
        force = self._world.chance(0.5)
        if executiongroups.resume(self._world.database, id, force=force, now=self._world.clock.wall()):
            self._world.truth.seen["a group was resumed"] += 1

    def _switch_maintenance(self) -> None:
        is_on = self._world.chance(0.12)
        switch = maintenance.activate if is_on else maintenance.deactivate
        switch(self._world.database, now=self._world.clock.wall())

    def _limit(self) -> None:
        settings.change(self._world.database, "max_concurrent_executions", self._random.choice((0, 0, 2, 4, 8)))

    def _purge(self) -> None:
        now = self._world.clock.wall()
        before = now - timedelta(minutes=self._random.randrange(120))
        request = purging.Purge(before=before) if self._world.chance(0.5) else purging.Purge(keep_last=2)
        purging.purge(self._world.database, request)

    def _copy(self) -> None:
        if len(self._world.judge.live) >= MOST_LIVE:
            return
        self._count += 1
        id = f"{self.name} {self._count}".replace(" ", "-")
        queue = self._world.chance(0.7)
        snapshots.ask_for(self._world.database, id, queue=queue, now=self._world.clock.wall())

    def _clear(self) -> None:
        """Let a schedule rest, or cancel what is of a deployment, so that the whole state can be copied or restored."""
        schedule = self._any_schedule()
        found = [one for one in self._world.judge.live if one.deployment_id]
        if schedule is not None and schedule.enabled:
            schedules.disable(self._world.database, schedule.deployment_id, schedule.id)
        elif found:
            self._cancel_one(self._random.choice(found), self._random.choice(list(CancelKind)))

    def _restore(self) -> None:
        made = [one.id for one in snapshots.listing(self._world.database) if one.status is SnapshotStatus.CREATED]
        if made:
            id, force = self._random.choice(made), self._world.chance(0.9)
            now = self._world.clock.wall()
            snapshots.ask_for_return(self._world.database, self._world.home.root, id, force=force, now=now)

    def _schedule(self) -> None:
        since = self._world.clock.wall() + timedelta(minutes=self._random.randrange(-10, 5))
        recurrence = self._random.choice(RECURRENCES)
        request = ScheduleRequest(
            deployment_id=self._random.choice(DEPLOYMENTS),
            workflow_id="install",
            id=f"s{self._random.randrange(3)}",
            timing=Timing(
                since=f"{since:%Y-%m-%d %H:%M}",
                timezone=self._random.choice(ZONES),
                recurrence=recurrence,
                count=self._random.choice((None, None, 5)),
            ),
            arguments=ExecutionArguments(force=self._world.chance(0.2)),
            slip=self._random.choice((0, 0, 10)),
            stop_on_fail=self._world.chance(0.2),
        )
        schedules.create(self._world.database, request, now=self._world.clock.wall(), default_zone="UTC")

    def _toggle_schedule(self) -> None:
        one = self._any_schedule()
        if one is None:
            return
        if one.enabled:
            schedules.disable(self._world.database, one.deployment_id, one.id)
        if not one.enabled or self._world.chance(0.7):
            schedules.enable(self._world.database, one.deployment_id, one.id, now=self._world.clock.wall())

    def _delete_schedule(self) -> None:
        if one := self._any_schedule():
            schedules.delete(self._world.database, one.deployment_id, one.id)

    def _any_schedule(self) -> Schedule | None:
        with self._world.database.read() as connection:
            found = stored.find(connection)
        return self._random.choice(found) if found else None


class Nature(Actor):
    """Time passes; processes die, stand still, and come back."""

    weight = 8.0

    def __init__(self, world: World, machine: Machine) -> None:
        self._world, self._machine = world, machine
        self.is_kind = False
        """Whether nothing goes wrong any more."""
        super().__init__("nature")

    def life(self) -> Life:
        while True:
            self._world.clock.pass_by(self._world.random.expovariate(1 / MEAN_PASSAGE))
            self._machine.forget_dead()
            if self._machine.leader is None and (self.is_kind or self._world.chance(0.4)):
                self._machine.start_engine()
            elif not self.is_kind:
                self._harm()
            yield

    def leave(self) -> None:
        """Stay."""

    def _harm(self) -> None:
        kind = self._world.random.random()
        if kind < 0.02:
            self._step_clock()
        elif kind < 0.03:
            self._supersede()
        elif kind < 0.08:
            self._freeze()
        elif kind < 0.14:
            self._kill(self._victim())
        elif kind < 0.24:
            self._kill(self._serving_shim())

    def _step_clock(self) -> None:
        seconds = self._world.random.choice((-3600, -300, -300, -90, -90, -5, 5, 90, 3600, 100_000))
        self._world.truth.seen["the clock was put back" if seconds < 0 else "the clock was put forward"] += 1
        self._world.clock.step(seconds)

    def _supersede(self) -> None:
        """Let somebody delete the lock of an engine that stands still, and start another one."""
        if self._machine.leader is not None:
            self._machine.leader.frozen_until = self._world.steps + self._world.random.randrange(200)
            self._world.truth.seen["an engine was superseded"] += 1
        self._machine.start_engine()

    def _freeze(self) -> None:
        victim = self._victim()
        if victim is not None:
            victim.frozen_until = self._world.steps + self._world.random.randrange(400)
            self._world.truth.seen[f"a {victim.name.split(' ')[0]} stood still"] += 1

    def _kill(self, victim: Actor | None) -> None:
        if victim is not None:
            self._world.truth.seen[f"a {victim.name.split(' ')[0]} was killed"] += 1
            victim.leave()

    def _serving_shim(self) -> Actor | None:
        """Return a shim whose worker is in the middle of its work."""
        able = [one for one in self._world.actors if isinstance(one, Shim) and one.is_serving]
        return self._world.random.choice(able) if able else None

    def _victim(self) -> Actor | None:
        kind = self._world.random.choice((Engine, Zygote, Shim, Worker))
        able = [one for one in self._world.actors if isinstance(one, kind)]
        return self._world.random.choice(able) if able else None
