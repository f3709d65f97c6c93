"""Prints what an engine costs that has nothing to do, with 1,000 deployments and a schedule for each tenth of them.

Run it as `python -m tests.benchmarks.bench_idle [seconds]`. It exits 1 when rest costs 1 % of a core or more.
"""

import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from engine.domain.recurrence import make_rule
from engine.domain.schedule import Schedule
from engine.runtime.home import Home
from engine.runtime.launch import ensure_engine, stop_engine
from engine.runtime.processes import scan
from storage import schedules
from storage.database import Database
from tests.builders import NOW, store_deployment

DEPLOYMENTS, SECONDS, WARM_UP = 1000, 60.0, 5.0
LIMIT = 0.01
"""Of a core."""
FAR = NOW + timedelta(days=3650)


def fill(database: Database) -> None:
    for number in range(DEPLOYMENTS):
        store_deployment(database, f"d{number}")
    with database.write() as connection:
        for number in range(0, DEPLOYMENTS, 10):
            schedules.insert(
                connection,
                Schedule(
                    id="far",
                    deployment_id=f"d{number}",
                    workflow_id="install",
                    rule=make_rule(FAR, recurrence="1 days"),
                    next_occurrence=FAR,
                    created_at=NOW,
                ),
            )


def family(root: int) -> list[int]:
    """Return a process and everything below it."""
    found, processes = [root], scan()
    for pid in found:
        found += [one.pid for one in processes if one.parent == pid]
    return found


def cpu_seconds(pids: list[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def memory(pids: list[int]) -> int:
    """Return the memory that these processes have for themselves, in kilobytes."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name) / "home").ensure()
        database = Database.open(home.root)
        fill(database)
        try:
            pids = family(_settled_engine(home))
            before, begin, size = cpu_seconds(pids), time.monotonic(), memory(pids)
            time.sleep(seconds)
            share = (cpu_seconds(pids) - before) / (time.monotonic() - begin)
            growth = memory(pids) - size
        finally:
            stop_engine(home)
            database.close()
    print(f"rest with {DEPLOYMENTS} deployments  {share * 100:8.2f} % of a core, over {seconds:.0f} s")
    print(f"memory of its processes      {size / 1024:8.1f} MB, grown by {growth} KB")
    if share >= LIMIT:
        sys.exit(1)


def _settled_engine(home: Home) -> int:
    pid = ensure_engine(home)
    time.sleep(WARM_UP)
    return pid


if __name__ == "__main__":
    main()
