"""Prints how long executions wait although they could run: 500 of them queued over 50 deployments, two real snapshots.

Executions that do nothing keep up to 50 waiting for a processor at every moment, and each waits for the 49 others; so
it is told as well how long they wait where each works for some seconds, and where only one can run, in a queue of one
deployment. How busy the processors were is told beside it, by whomever.

Run it as `python -m tests.benchmarks.bench_queue [executions]`. It exits 1 when the promised order was not kept. What
"could start" is, follows from the stored times alone: the last of what stood in the way has ended.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from engine.domain.execution import Execution, StartRequest, Status
from engine.domain.snapshot import CREATE, SnapshotStatus
from engine.runtime import worker
from engine.runtime.home import Home
from engine.runtime.launch import ensure_engine, stop_engine
from engine.services import executions as service
from engine.services import snapshotarchive, snapshots
from storage import executions
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.runtime import scripted

DEPLOYMENTS, EXECUTIONS = 50, 500
PATIENCE = 300.0
WORKER = "tests.benchmarks.bench_queue:run"
CONTENT = "0" * 64
"""The folder of the blueprint that all deployments are of."""
WORK = (2.0, 6.0)
"""Seconds that an execution takes which does not do nothing, at least and at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits at first."""

    count: int
    width: int
    """Deployments that take turns; among several, two snapshots are made."""
    works: bool = False
    """Whether each takes some seconds, most of them asleep."""

    @property
    def name(self) -> str:
        where = f"over {self.width} deployments" if self.width > 1 else "in one deployment"
        return f"{self.count} queued {where}, {'each of some seconds' if self.works else 'doing nothing'}"


def run(home: Path, execution_id: str, attempt: int) -> int:
    """Make snapshots as the product does, and everything else as its script says."""
    database = Database(home)
    with database.read() as connection:
        is_snapshot = executions.get(connection, execution_id).is_system_wide
    database.close()
    return (worker.serve if is_snapshot else scripted.run)(home, execution_id, attempt)


def fill(database: Database, queue: Queue) -> None:
    """Start everything by the door that users come through, with `--queue`."""
    pace = random.Random(1)
    for number in range(queue.width):
        store_deployment(database, f"d{number}")
    snapshot_at = {queue.count // 3, 2 * queue.count // 3} if queue.width > 1 else set()
    with database.write() as connection:
        for number in range(queue.count):
            if number in snapshot_at:
                request = StartRequest(
                    workflow_id=CREATE, deployment_id=None, parameters={"snapshot_id": f"s{number}"}, queue=True
                )
                snapshots.begin_in(connection, request, now=NOW)
                continue
            script = [("rest", pace.uniform(*WORK))] if queue.works else []
            request = StartRequest(
                workflow_id="install",
                deployment_id=f"d{number % queue.width}",
                parameters={"script": script},
                allow_custom_parameters=True,
                queue=True,
            )
            service.start_in(connection, request, now=NOW)


def wait_for_end(database: Database, count: int) -> list[Execution]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.read() as connection:
            found = executions.find(connection, limit=count)
        if all(one.is_final for one in found):
            return found
        time.sleep(0.5)
    sys.exit(f"{sum(not one.is_final for one in found)} executions have not ended within {PATIENCE:.0f} s")


def could_start(one: Execution, ended: Sequence[Execution], begin: datetime) -> datetime:
    """Return when the last execution had ended for which this one had to wait."""
    ahead = [other for other in ended if other.number < one.number and _stands_before(other, one)]
    return max([other.ended_at for other in ahead if other.ended_at], default=begin)


def _stands_before(other: Execution, one: Execution) -> bool:
    return one.is_system_wide or other.is_system_wide or other.deployment_id == one.deployment_id


def broken_promises(ended: Sequence[Execution], begin: datetime) -> Iterable[str]:
    """Say which executions began before they were allowed to, or did not end well."""
    for one in ended:
        if one.status is not Status.TERMINATED:
            yield f"{one.id} is {one.status}: {one.error}"
        elif one.started_at is None or one.started_at < could_start(one, ended, begin):
            yield f"{one.id} began before its turn"


def broken_snapshots(database: Database, home: Home) -> Iterable[str]:
    """Say which snapshots are not there, or are not whole."""
    for one in snapshots.listing(database):
        if one.status is not SnapshotStatus.CREATED:
            yield f"snapshot {one.id} is {one.status}: {one.error}"
        else:
            snapshotarchive.verify(snapshots.file_of(home.root, one.id))


def busy_seconds() -> float:
    """Return the processor time that all programs of this machine have used."""
    user, nice, system, _idle, _wait, *interrupts = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / os.sysconf("SC_CLK_TCK")


def measure(queue: Queue) -> bool:
    """Run everything that waits, print how it went, and say whether every promise was kept."""
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name) / "home").ensure()
        (home.blueprints / CONTENT).mkdir(parents=True)
        database = Database.open(home.root)
        fill(database, queue)
        started, busy = time.monotonic(), busy_seconds()
        ensure_engine(home, options=("--worker", WORKER, "--no-schedules"))
        try:
            ended = wait_for_end(database, queue.count)
        finally:
            stop_engine(home)
        seconds = time.monotonic() - started
        share = (busy_seconds() - busy) / seconds / (os.cpu_count() or 1)
        broken = list(broken_snapshots(database, home))
        database.close()
    begin = min((one.started_at for one in ended if one.started_at), default=NOW)
    _report(queue, ended, begin, seconds, share)
    broken += broken_promises(ended, begin)
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return not broken


def _report(queue: Queue, ended: Sequence[Execution], begin: datetime, seconds: float, share: float) -> None:
    gaps = sorted(
        (one.started_at - could_start(one, ended, begin)).total_seconds() * 1000 for one in ended if one.started_at
    )
    print(f"{queue.name}: {len(ended) / seconds:.1f} /s, processors {share * 100:.0f} % busy")
    print(
        f"  could start to started     {median(gaps):8.1f} ms median, {quantiles(gaps, n=100)[98]:.1f} ms p99, "
        f"{gaps[-1]:.1f} ms at most"
    )


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXECUTIONS
    queues = [
        Queue(count=count, width=DEPLOYMENTS),
        Queue(count=count, width=DEPLOYMENTS, works=True),
        Queue(count=max(count // 5, 10), width=1),
    ]
    kept = [measure(queue) for queue in queues]
    if not all(kept):
        sys.exit(1)


if __name__ == "__main__":
    main()
