"""Prints how long executions wait although they could run: 500 of them queued over 50 deployments, two system-wide.

There up to 50 may start in the same moment, and the processors are what they wait for; so it is told as well how long
the next one waits where only one can run, in a queue of one deployment.

Run it as `python -m tests.benchmarks.bench_queue [executions]`. It exits 1 when the promised order was not kept. What
"could start" is, follows from the stored times alone: the last of what stood in the way has ended.
"""

import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

from engine.domain.execution import Execution, Status
from engine.runtime.home import Home
from engine.runtime.launch import ensure_engine, stop_engine
from storage import executions
from storage.database import Database
from tests.builders import NOW, an_execution, store_deployment
from tests.runtime.world import WORKER

DEPLOYMENTS, EXECUTIONS = 50, 500
PATIENCE = 300.0


def fill(database: Database, count: int, width: int) -> None:
    """Queue executions over so many deployments in turn; of several, two system-wide ones are among them."""
    for number in range(width):
        store_deployment(database, f"d{number}")
    wide = {count // 3, 2 * count // 3} if width > 1 else set()
    with database.write() as connection:
        for number in range(count):
            deployment_id = None if number in wide else f"d{number % width}"
            queued = an_execution(f"e{number}", deployment_id=deployment_id, status=Status.QUEUED)
            executions.insert(connection, queued)


def wait_for_end(database: Database, count: int) -> list[Execution]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with database.read() as connection:
            found = executions.find(connection, limit=count)
        if all(one.is_final for one in found):
            return found
        time.sleep(0.1)
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


def measure(count: int, width: int) -> bool:
    """Run so many executions, print how they went, and say whether every promise was kept."""
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name) / "home").ensure()
        database = Database.open(home.root)
        fill(database, count, width)
        started = time.monotonic()
        ensure_engine(home, options=("--worker", WORKER, "--no-schedules"))
        try:
            ended = wait_for_end(database, count)
        finally:
            stop_engine(home)
        seconds = time.monotonic() - started
        database.close()
    begin = min((one.started_at for one in ended if one.started_at), default=NOW)
    _report(ended, begin, seconds, width)
    broken = list(broken_promises(ended, begin))
    for sentence in broken:
        print(sentence, file=sys.stderr)
    return not broken


def _report(ended: Sequence[Execution], begin: datetime, seconds: float, width: int) -> None:
    gaps = sorted(
        (one.started_at - could_start(one, ended, begin)).total_seconds() * 1000 for one in ended if one.started_at
    )
    where = f"{width} deployments" if width > 1 else "one deployment"
    print(f"{len(ended)} queued in {where}".ljust(28) + f"{len(ended) / seconds:9.1f} /s")
    print(
        f"  could start to started     {median(gaps):8.1f} ms median, {quantiles(gaps, n=100)[98]:.1f} ms p99, "
        f"{gaps[-1]:.1f} ms at most"
    )


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EXECUTIONS
    kept = [measure(count, DEPLOYMENTS), measure(max(count // 5, 10), 1)]
    if not all(kept):
        sys.exit(1)


if __name__ == "__main__":
    main()
