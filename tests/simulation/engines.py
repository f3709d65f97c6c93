"""Engines with the real duties, dispatcher, verdicts and polls, above zygotes that lose what they are asked for."""

from collections import deque

from engine.domain.errors import EngineRunning, StorageFailed
from engine.domain.hook import Delivery, Hook
from engine.runtime import reconcile
from engine.runtime.assignment import Assignment, Spawned
from engine.runtime.duties import Duties
from engine.runtime.processes import Identity, own_identity
from engine.runtime.watches import Watches
from engine.services import hooks, snapshots
from engine.services.polling import Poll, poll
from storage import engines
from tests.simulation.actor import Actor, Life, tried
from tests.simulation.runs import Shim
from tests.simulation.truth import Stop
from tests.simulation.world import World


class Machine:
    """What processes of one machine share besides the database: who leads, and which shims there are."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.leader: Engine | None = None
        """Who holds the lock of the engine."""
        self.shims: dict[int, Shim] = {}
        self._number = 0

    def start_engine(self) -> None:
        """Let an engine take the lock; whoever held it has lost it."""
        self._number += 1
        self.leader = Engine(self, self._number)
        self.world.add(self.leader)

    def fork_shim(self, assignment: Assignment) -> Shim:
        self._number += 1
        shim = self.shims[self._number] = Shim(self.world, assignment, self._number)
        self.world.add(shim)
        return shim

    def forget_dead(self) -> None:
        self.shims = {pid: shim for pid, shim in self.shims.items() if not shim.is_gone}


class Zygote(Actor):
    """Forks shims for its engine; what it has not answered when it dies is lost."""

    weight = 5.0

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine = machine
        self.requests: deque[Assignment] = deque()
        self.answers: deque[tuple[Assignment, Shim]] = deque()
        self.is_closed = False
        """Whether its engine is gone; it may still serve what it has read."""
        super().__init__(name)

    def life(self) -> Life:
        while not self.is_closed or (self.requests and self._machine.world.chance(0.5)):
            if self.requests:
                one = self.requests.popleft()
                self.answers.append((one, self._machine.fork_shim(one)))
            yield


class Spawner:
    """The engine's end of its zygote."""

    def __init__(self, machine: Machine, name: str) -> None:
        self._machine, self._name, self._count = machine, name, 0
        self.zygote = self._new()

    def spawn(self, assignment: Assignment) -> None:
        self.zygote.requests.append(assignment)

    def renew(self) -> None:
        self.zygote = self._new()

    def _new(self) -> Zygote:
        self._count += 1
        zygote = Zygote(self._machine, f"zygote {self._name}.{self._count}")
        self._machine.world.add(zygote)
        return zygote


class SimulatedWatches(Watches):
    """Watches shims of the simulation, by the numbers of their processes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._watched: dict[str, Shim] = {}
        self.expected: Shim | None = None
        """Of whom the zygote tells at this moment; its number there is that of this very process."""

    def __contains__(self, execution_id: object) -> bool:
        return execution_id in self._watched

    def __len__(self) -> int:
        return len(self._watched)

    def add(self, execution_id: str, shim: Identity) -> bool:
        self.remove(execution_id)
        found = self.expected or self._machine.shims.get(shim.pid)
        if found is None or found.is_gone:
            return False
        self._watched[execution_id] = found
        return True

    def remove(self, execution_id: str) -> None:
        self._watched.pop(execution_id, None)

    def kill(self, execution_id: str) -> None:
        self._machine.world.truth.seen["a kill was pressed"] += 1
        self._watched[execution_id].leave()

    def ended(self) -> list[str]:
        return [id for id, shim in self._watched.items() if shim.is_gone]


class Engine(Actor):
    """An engine from taking the lock to its end; what one tenure's loop does is one turn here."""

    weight = 14.0

    def __init__(self, machine: Machine, number: int) -> None:
        self._machine, self._world = machine, machine.world
        self.world = machine.world
        self._spawner = Spawner(machine, str(number))
        self._watches = SimulatedWatches(machine)
        self._pollers: list[Actor] = []
        super().__init__(f"engine {number}")

    def life(self) -> Life:
        own_epoch = yield from tried(self._begin_epoch)
        yield
        yield from tried(lambda: reconcile.sweep(self._world.database, self._world.home))
        yield from tried(lambda: snapshots.sweep(self._world.database, self._world.home.root))
        self._duties = Duties(self._world.database, self._world.home, self._spawner, self._watches, epoch=own_epoch)
        yield
        self._start_pollers(own_epoch)
        try:
            while True:
                self._turn()
                yield
        except EngineRunning:
            self._world.truth.seen["a superseded engine left"] += 1

    def _begin_epoch(self) -> int:
        with self._world.database.write() as connection:
            return engines.insert(
                connection, pid=1, process_start=1, boot_id="", is_on_demand=False, now=self._world.clock.wall()
            )

    def _start_pollers(self, epoch: int) -> None:
        """Two of them, as a poll that hangs may be overtaken by the next; and who tells hooks."""
        self._pollers = [Poller(self, f"poller {self.name}.{number}", epoch) for number in range(2)]
        self._pollers.append(Courier(self, f"courier {self.name}", epoch))
        for one in self._pollers:
            self._world.add(one)

    def _turn(self) -> None:
        """Do one of the things that the loop of a tenure does."""
        kind = self._world.random.random()
        if self._spawner.zygote.is_gone:
            self._spawner.renew()
            self._duties.spawner_died()
        elif self._spawner.zygote.answers and kind < 0.5:
            self._hear()
        elif (ended := self._watches.ended()) and kind < 0.7:
            self._duties.ended(ended[0])
        else:
            self._look()

    def _hear(self) -> None:
        assignment, shim = self._spawner.zygote.answers.popleft()
        self._watches.expected = shim
        self._duties.spawned(Spawned(assignment, own_identity().pid))
        self._watches.expected = None

    def _look(self) -> None:
        before = self._world.steps, self._world.injected
        try:
            self._duties.look(self._world.clock.wall(), self._world.clock.monotonic())
        except StorageFailed:
            return
        if before == (self._world.steps, self._world.injected):
            self._require_no_idle()

    def _require_no_idle(self) -> None:
        if idle := self._world.judge.idle_while_free():
            raise Stop(f"L2 {idle.number} of {idle.deployment_id} waits though it could run")
        if sentence := self._world.judge.overtaken():
            raise Stop(sentence)

    def leave(self) -> None:
        super().leave()
        self._spawner.zygote.is_closed = True
        for one in self._pollers:
            one.leave()
        if self._machine.leader is self:
            self._machine.leader = None


class EngineThread(Actor):
    """Something that lives and dies with its engine."""

    def __init__(self, engine: Engine, name: str, epoch: int) -> None:
        self._engine, self._world = engine, engine.world
        self._epoch = epoch
        super().__init__(name)

    def crash(self) -> None:
        self._engine.leave()


class Poller(EngineThread):
    """A thread of an engine that polls the schedules."""

    weight = 1.5

    def __init__(self, engine: Engine, name: str, epoch: int) -> None:
        super().__init__(engine, name, epoch)
        self.epoch = epoch

    def life(self) -> Life:
        while True:
            yield from tried(self._poll)
            yield

    def _poll(self) -> None:
        poll(self._world.database, Poll(now=self._world.clock.wall(), epoch=self._epoch))


class Courier(EngineThread):
    """A thread of an engine that tells hooks, which fail now and then; it may die between a telling and its record."""

    weight = 6.0

    def life(self) -> Life:
        while True:
            found = yield from tried(self._due)
            for _hook, delivery in found:
                key = (delivery.hook_id, delivery.event_id)
                self._world.truth.tried[key] += 1
                is_heard = not self._world.chance(self._deafness(delivery.hook_id))
                self._world.truth.told[key] += is_heard
                yield
                yield from tried(lambda one=delivery, error="" if is_heard else "no": self._settle(one, error))  # type: ignore[misc] # mypy knows no such lambda
            yield

    def _deafness(self, hook_id: str) -> float:
        """One of the hooks hears nothing at all while things go wrong, so that it is given up."""
        return self._world.faults.hook and (1.0 if hook_id == "failures" else self._world.faults.hook)

    def _due(self) -> list[tuple[Hook, Delivery]]:
        return hooks.due(self._world.database, now=self._world.clock.wall(), limit=4, epoch=self._epoch)

    def _settle(self, delivery: Delivery, error: str) -> None:
        hooks.settle(self._world.database, delivery, error, now=self._world.clock.wall())
