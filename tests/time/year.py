"""A simulated year of schedules: downtimes, maintenance, clock jumps and two engines, on the real poll and database.

Run the large one as `python -m tests.time.year [--schedules 1000] [--days 365] [--seed 1]`; it prints one JSON line.
"""

import argparse
import json
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from time import perf_counter

from engine.domain.daylight import Gap, Repeat
from engine.domain.execution import Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import Occurrence, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies
from engine.services import calendars, maintenance
from engine.services import schedules as services
from engine.services.executions import release
from engine.services.polling import Poll, poll
from storage import engines, executions, schedules
from storage.database import Database
from tests.builders import NOW, store_deployment

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Asia/Kolkata",
    "Asia/Tehran",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "America/St_Johns",
)
RULES = (
    "FREQ=DAILY;BYHOUR={hour};BYMINUTE={minute}",
    "FREQ=WEEKLY;BYDAY=MO,WE,SU;BYHOUR={hour};BYMINUTE={minute}",
    "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR={hour};BYMINUTE={minute}",
    "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE={minute}",
    "FREQ=HOURLY;INTERVAL=7",
    "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30",
    "RRULE:FREQ=WEEKLY;BYDAY=TU;BYHOUR={hour};BYMINUTE={minute}\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=3;BYMINUTE=0",
)
MINUTE = timedelta(minutes=1)


class FastDatabase(Database):
    """The real database without waiting for the disk: a year has more transactions than a disk has patience."""

    def _connect(self) -> sqlite3.Connection:
        connection = super()._connect()
        connection.execute("PRAGMA synchronous = OFF")
        return connection


@dataclass(slots=True)
class Year:
    """The world of one simulation."""

    home: Path
    random: Random
    schedules: int
    days: int
    now: datetime = NOW
    jump: timedelta = timedelta()
    """By how much the wall clock is wrong."""
    polls: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    _running: list[tuple[datetime, str]] = field(default_factory=list)
    _seen: set[tuple[str, datetime]] = field(default_factory=set)

    def run(self) -> dict[str, object]:
        """Simulate the year and return what was counted; `wrong` names the schedules that do not add up."""
        begin = perf_counter()
        first, second = FastDatabase.open(self.home), FastDatabase.open(self.home)
        self._fill(first)
        epochs = [self._epoch(first), self._epoch(first)]
        end = self.now + timedelta(days=self.days)
        down_until = disturbed_at = self.now
        while self.now < end:
            if self.now >= disturbed_at:
                down_until = self._disturb(first, epochs)
                disturbed_at = self.now + timedelta(hours=self.random.uniform(10, 120))
            if self.now >= down_until:
                self._poll(first, epochs[0])
                self._poll(second, epochs[1])
            self.now = max(self._next_look(first), down_until, self.now + MINUTE)
        self.jump = timedelta()
        wrong = [one.id for one in self._all(first) if not self._adds_up(first, one)]
        first.close()
        second.close()
        return {
            "schedules": self.schedules,
            "days": self.days,
            "polls": self.polls,
            "decided": dict(sorted(self.fired.items())),
            "fired_twice": self.twice,
            "wrong": wrong,
            "seconds": round(perf_counter() - begin, 1),
        }

    @property
    def wall(self) -> datetime:
        """What the clock of the machine shows."""
        return self.now + self.jump

    def _poll(self, database: Database, epoch: int) -> None:
        self._end_executions(database)
        self.polls += 1
        for line in poll(database, Poll(now=self.wall, epoch=epoch)):
            self.fired[line.disposition.value] += line.covered
            if line.disposition.has_fired:
                self._note(line)

    def _note(self, line: Occurrence) -> None:
        key = (line.schedule_id, line.occurrence)
        self.twice += key in self._seen
        self._seen.add(key)
        length = timedelta(minutes=self.random.choice((0, 0, 0, 30, 3000)))
        self._running.append((self.now + length, str(line.execution_id)))

    def _end_executions(self, database: Database) -> None:
        due = [id for at, id in self._running if at <= self.now]
        if not due:
            return
        release(database, now=self.wall)
        with database.write() as connection:
            ended = {id for id in due if self._ended(connection, id)}
        self._running = [(at, id) for at, id in self._running if id not in ended]

    def _ended(self, connection: sqlite3.Connection, id: str) -> bool:
        """Let an execution end; one that waits in the queue goes on waiting."""
        if executions.get(connection, id).status is Status.QUEUED:
            return False
        executions.begin(connection, id, 1, self.wall)
        outcome = Status.FAILED if self.random.random() < 0.1 else Status.TERMINATED
        return executions.finish(connection, id, 1, outcome, "", self.wall)

    def _next_look(self, database: Database) -> datetime:
        """Return the first poll, a minute apart each, at which something is due: those between would do nothing."""
        with database.read() as connection:
            row = connection.execute("SELECT min(due_at) AS due FROM schedule WHERE enabled = 1").fetchone()
        due = datetime.fromisoformat(row["due"]) - self.jump if row["due"] else self.now
        return self.now + max(-((self.now - due) // MINUTE), 1) * MINUTE

    def _disturb(self, database: Database, epochs: list[int]) -> datetime:
        """Let something happen, and return until when no engine runs."""
        maintenance.deactivate(database, now=self.wall)
        match self.random.randrange(6):
            case 0:
                return self.now + timedelta(minutes=self.random.choice((3, 45, 600, 4000)))
            case 1:
                maintenance.activate(database, now=self.wall)
            case 2:
                self.jump = timedelta(hours=self.random.choice((-1, 0, 1)))
            case 3:
                epochs[self.random.randrange(2)] = self._epoch(database)
            case 4:
                self._rest_or_wake(database)
        return self.now

    def _rest_or_wake(self, database: Database) -> None:
        for one in self.random.sample(self._all(database), max(self.schedules // 20, 1)):
            if one.enabled:
                services.disable(database, one.deployment_id, one.id, reason="for a while")
            else:
                services.enable(database, one.deployment_id, one.id, now=self.wall)

    def _epoch(self, database: Database) -> int:
        with database.write() as connection:
            return engines.insert(connection, pid=1, process_start=1, boot_id="b", is_on_demand=False, now=self.wall)

    def _fill(self, database: Database) -> None:
        windows = ["every saturday at 10:00 for 6 hours", "2026-12-24 18:00 .. 2027-01-02 06:00"]
        calendars.create(database, "freeze", windows, zone="Europe/Berlin", now=NOW - timedelta(days=1))
        made = [self._schedule(number) for number in range(self.schedules)]
        for id in sorted({one.deployment_id for one in made}):
            store_deployment(database, id)
        with database.write() as connection:
            for one in made:
                schedules.insert(connection, one)

    def _schedule(self, number: int) -> Schedule:
        random = self.random
        text = RULES[number % len(RULES)].format(hour=random.randrange(24), minute=random.randrange(60))
        zone = ZONES[number % len(ZONES)]
        gap, repeat = random.choice(list(Gap)), random.choice(list(Repeat))
        excluded = ["2026-12-25"] if number % 5 == 0 else []
        rule = make_rule(NOW, rrule=text, zone=zone, gap=gap, repeat=repeat, excluded=excluded)
        return Schedule(
            id=f"s{number}",
            deployment_id=f"d{number // 2}",
            workflow_id="install",
            rule=rule,
            slip=random.choice((0, 0, 15, 600)),
            stop_on_fail=number % 11 == 0,
            policies=Policies(
                overlap=random.choice(list(Overlap)),
                catch_up=random.choice(list(CatchUp)),
                jitter=random.choice((0, 0, 0, 90, 1800)),
                calendars=("freeze",) if number % 3 == 0 else (),
            ),
            next_occurrence=rule.after(NOW - MINUTE),
            created_at=NOW,
        )

    def _all(self, database: Database) -> list[Schedule]:
        return sorted(services.chosen(database, []), key=lambda one: one.id)

    def _adds_up(self, database: Database, schedule: Schedule) -> bool:
        """Say whether every occurrence before the stored next one stands on exactly one line of the history."""
        lines = services.history(database, schedule.deployment_id, schedule.id, limit=1_000_000)[::-1]
        expected = self._occurrences(schedule)
        for line in lines:
            share = list(islice(expected, line.covered))
            if len(share) != line.covered or share[0] != line.occurrence:
                return False
        return next(expected, None) is None

    def _occurrences(self, schedule: Schedule) -> Iterator[datetime]:
        moment = schedule.rule.after(NOW - MINUTE)
        while moment is not None and (schedule.next_occurrence is None or moment < schedule.next_occurrence):
            yield moment
            moment = schedule.rule.after(moment)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        year = Year(home=Path(folder), random=Random(asked.seed), schedules=asked.schedules, days=asked.days)
        print(json.dumps({"seed": asked.seed, **year.run()}))


if __name__ == "__main__":
    main()
