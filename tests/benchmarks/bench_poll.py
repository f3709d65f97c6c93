"""What a poll costs: idle among 100,000 schedules, and with 1,000 due: selecting, deciding, starting.

Run it as `python -m tests.benchmarks.bench_poll`.
"""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

from engine.domain.recurrence import make_rule
from engine.domain.schedule import Schedule
from engine.domain.scheduleplan import plan
from engine.services.polling import Poll, poll
from storage import schedules
from storage.database import Database
from tests.builders import NOW, store_deployment

ALL, DUE = 100_000, 1_000
TRIES = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder))
        due = fill(database)
        idle = min(timed(lambda: poll(database, Poll(now=NOW - timedelta(hours=1)))) for _ in range(TRIES))
        select = min(timed(lambda: selected(database)) for _ in range(TRIES))
        decide = timed(lambda: [plan(one, now=NOW, latest_status=None) for one in due])
        begin, cpu = perf_counter(), process_time()
        fired = poll(database, Poll(now=NOW))
        whole, cpu = perf_counter() - begin, process_time() - cpu
        database.close()
    assert len(fired) == DUE
    print(
        json.dumps(
            {
                "schedules": ALL,
                "due": DUE,
                "idle_poll_ms": round(idle * 1e3, 3),
                "select_ms": round(select * 1e3, 3),
                "decide_ms": round(decide * 1e3, 1),
                "start_ms": round((whole - select - decide) * 1e3, 1),
                "whole_ms": round(whole * 1e3, 1),
                "whole_cpu_ms": round(cpu * 1e3, 1),
            }
        )
    )


def timed(work: "object") -> float:
    begin = perf_counter()
    work()  # type: ignore[operator] # a function without arguments
    return perf_counter() - begin


def selected(database: Database) -> Sequence[tuple[str, str]]:
    with database.read() as connection:
        return schedules.due(connection, NOW)


def fill(database: Database) -> list[Schedule]:
    """Store the schedules, a thousand of them due now, each of a deployment of its own."""
    for number in range(DUE):
        store_deployment(database, f"d{number}")
    made = [a_schedule(number) for number in range(ALL)]
    with database.write() as connection:
        for one in made:
            schedules.insert(connection, one)
    return made[:DUE]


def a_schedule(number: int) -> Schedule:
    is_due = number < DUE
    schedule = Schedule(
        id=f"s{number}",
        deployment_id=f"d{number % DUE}",
        workflow_id="install",
        rule=make_rule(NOW, rrule="FREQ=DAILY;BYHOUR=12;BYMINUTE=0", zone="UTC"),
        next_occurrence=NOW,
        created_at=NOW,
    )
    return schedule if is_due else replace(schedule, next_occurrence=NOW + timedelta(minutes=1 + number % 1000))


if __name__ == "__main__":
    main()
