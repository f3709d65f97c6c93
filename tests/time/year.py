"""A simulated year of schedules: downtimes, maintenance, clock jumps and two engines, on the real poll and database.

Run the large one as `python -m tests.time.year [--schedules 1000] [--days 365] [--seed 1]`; it prints one JSON line and
exits with 1 where anything was decided twice, not at all, or without a cause.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from pathlib import Path
from random import Random
from time import perf_counter

from engine.domain.daylight import Gap, Repeat
from engine.domain.execution import Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import Disposition, Schedule
from engine.domain.schedulepolicy import CatchUp, Overlap, Policies
from engine.services import calendars, maintenance, scheduleviews
from engine.services import schedules as services
from engine.services.executions import release
from engine.services.polling import Poll, poll
from storage import engines, executions, schedules
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.time.causes import Causes
from tests.time.oracle import KINDS, Meaning

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
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


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
    twice: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    causes: Causes = field(default_factory=Causes)
    _meanings: dict[str, Meaning] = field(default_factory=dict)
    _running: list[tuple[datetime, int, str]] = field(default_factory=list)
    _begins: int = 0
    _seen: set[tuple[str, datetime]] = field(default_factory=set)

    def run(self) -> dict[str, object]:
        """Simulate the year and return what was counted; `wrong` names the schedules that do not add up."""
        begin = perf_counter()
        databases = FastDatabase.open(self.home), FastDatabase.open(self.home)
        self._fill(databases[0])
        epochs = [self._epoch(databases[0]), self._epoch(databases[0])]
        end = self.now + timedelta(days=self.days)
        down_until = disturbed_at = self.now
        while self.now < end:
            if self.now >= disturbed_at:
                down_until, disturbed_at = self._disturb(databases[0], epochs)
            if self.now >= down_until:
                self._poll(databases, epochs)
            self.now = max(self._next_look(databases[0]), down_until, self.now + MINUTE)
        told = self._told(databases[0])
        for database in databases:
            database.close()
        return {**told, "seconds": round(perf_counter() - begin, 1)}

    @property
    def wall(self) -> datetime:
        """What the clock of the machine shows."""
        return self.now + self.jump

    def _poll(self, databases: tuple[Database, Database], epochs: list[int]) -> None:
        """Let both engines poll, in either order; the second one may believe that it leads as well."""
        self._end_executions(databases[0])
        chosen = [(databases[0], epochs[0]), (databases[1], self.random.choice((epochs[1], None)))]
        self.random.shuffle(chosen)
        for database, epoch in chosen:
            self.polls += 1
            for line in poll(database, Poll(now=self.wall, epoch=epoch)):
                self.causes.judge(line, self.wall)
                if line.disposition.has_fired:
                    key = (line.schedule_id, line.occurrence)
                    self.twice += key in self._seen
                    self._seen.add(key)
                if line.disposition is Disposition.FIRED:
                    self._begun(str(line.execution_id))

    def _begun(self, id: str) -> None:
        length = timedelta(minutes=self.random.choices((0, 30, 600, 3000), (70, 20, 8, 2))[0])
        self._begins += 1
        heappush(self._running, (self.now + length, self._begins, id))

    def _end_executions(self, database: Database) -> None:
        due = []
        while self._running and self._running[0][0] <= self.now:
            due.append(heappop(self._running)[2])
        if due:
            with database.write() as connection:
                for id in due:
                    self._ended(connection, id)
            self._release(database)

    def _ended(self, connection: sqlite3.Connection, id: str) -> None:
        executions.begin(connection, id, 1, self.wall)
        outcome = Status.FAILED if self.random.random() < 0.1 else Status.TERMINATED
        executions.finish(connection, id, 1, outcome, "", self.wall)
        self.causes.ended(id)

    def _release(self, database: Database) -> None:
        for one in release(database, now=self.wall):
            self._begun(one.id)

    def _next_look(self, database: Database) -> datetime:
        """Return the first poll, a minute apart each, at which something is due: those between would do nothing."""
        with database.read() as connection:
            row = connection.execute("SELECT min(due_at) AS due FROM schedule WHERE enabled = 1").fetchone()
        due = datetime.fromisoformat(row["due"]) - self.jump if row["due"] else self.now
        return self.now + max(-((self.now - due) // MINUTE), 1) * MINUTE

    def _disturb(self, database: Database, epochs: list[int]) -> tuple[datetime, datetime]:
        """Let something happen, and return until when no engine runs, and when the next thing happens."""
        if maintenance.deactivate(database, now=self.wall):
            self.causes.maintenance_ended()
            self._release(database)
        what = self.random.choice(("down", "down", "maintenance", "jump", "jump", "engine", "rest", "rest"))
        self.happened[what] += 1
        down_until, following = self.now, self.now + HOUR * self.random.uniform(4, 60)
        if what == "down":
            down_until += MINUTE * self.random.choice((3, 45, 600, 4000))
            self.causes.excuse_lateness(self.wall, down_until + self.jump)
        elif what == "maintenance":
            maintenance.activate(database, now=self.wall)
            self.causes.maintenance_began()
            following = self.now + HOUR * self.random.uniform(0.2, 12)
        elif what == "jump":
            before, self.jump = self.wall, timedelta(hours=self.random.choice((-1, 0, 1)))
            self.causes.excuse_lateness(before, self.wall)
        elif what == "engine":
            epochs[self.random.randrange(2)] = self._epoch(database)
        else:
            self._rest_and_wake(database)
        return down_until, max(following, down_until)

    def _rest_and_wake(self, database: Database) -> None:
        """Let some schedules rest, and those that rest or were stopped run again."""
        tired = set(self.random.sample(sorted(self._meanings), max(self.schedules // 20, 1)))
        for id in sorted(self._meanings):
            one = scheduleviews.get(database, self._deployment(id), id)
            if not one.enabled:
                services.enable(database, one.deployment_id, one.id, now=self.wall)
            elif id in tired:
                services.disable(database, one.deployment_id, one.id, reason="for a while")

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

    def _deployment(self, id: str) -> str:
        return f"d{int(id.removeprefix('s')) // 2}"

    def _schedule(self, number: int) -> Schedule:
        random, id = self.random, f"s{number}"
        meaning = Meaning(
            kind=KINDS[number % len(KINDS)],
            hour=random.randrange(24),
            minute=random.choice((0, 30, random.randrange(60))),
            zone=ZONES[number % len(ZONES)],
            gap=random.choice(list(Gap)).value,
            repeat=random.choice(list(Repeat)).value,
            excluded=frozenset([date(2026, 12, 25)] if number % 5 == 0 else []),
        )
        self._meanings[id] = meaning
        rule = make_rule(
            NOW,
            rrule=meaning.kind.text.format(hour=meaning.hour, minute=meaning.minute),
            zone=meaning.zone,
            gap=Gap(meaning.gap),
            repeat=Repeat(meaning.repeat),
            excluded=[day.isoformat() for day in meaning.excluded],
        )
        return Schedule(
            id=id,
            deployment_id=self._deployment(id),
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

    def _told(self, database: Database) -> dict[str, object]:
        """Return the counts, the oracle's occurrences held against the lines of the history."""
        decided, wrong, due = Counter[str](), list[str](), 0
        lines_fired = 0
        for id, meaning in sorted(self._meanings.items()):
            schedule = scheduleviews.get(database, self._deployment(id), id)
            lines = scheduleviews.history(database, schedule.deployment_id, id, limit=1_000_000)[::-1]
            border = schedule.next_occurrence or self.now + HOUR
            expected = meaning.between(NOW, border)
            due += len(expected)
            place = 0
            for line in lines:
                decided[line.disposition.value] += line.covered
                lines_fired += line.disposition.has_fired
                if expected[place : place + 1] != [line.occurrence]:
                    wrong.append(f"{id} {line.occurrence.isoformat()}")
                    break
                place += line.covered
            if place != len(expected):
                wrong.append(f"{id}: {len(expected)} due, {place} decided")
            if schedule.next_occurrence is not None:
                following = meaning.between(NOW, border + MINUTE)
                if following[len(expected) :] != [border]:
                    wrong.append(f"{id}: next {border.isoformat()}")
        with database.read() as connection:
            started = connection.execute("SELECT count(*) FROM execution").fetchone()[0]
        return {
            "schedules": self.schedules,
            "zones": len({one.zone for one in self._meanings.values()}),
            "days": self.days,
            "polls": self.polls,
            "happened": dict(sorted(self.happened.items())),
            "due": due,
            "decided": dict(sorted(decided.items())),
            "missing": due - decided.total(),
            "fired_twice": self.twice,
            "executions": started,
            "executions_beyond_lines": started - lines_fired,
            "without_cause": self.causes.unjust[:20],
            "wrong": wrong[:20],
        }


def is_right(told: dict[str, object]) -> bool:
    """Say whether each occurrence had exactly one decision, with a cause."""
    counts = ("missing", "fired_twice", "executions_beyond_lines")
    return not (any(told[name] for name in counts) or told["wrong"] or told["without_cause"])


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--schedules", type=int, default=1000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        year = Year(home=Path(folder), random=Random(asked.seed), schedules=asked.schedules, days=asked.days)
        told = year.run()
    print(json.dumps({"seed": asked.seed, **told}))
    return 0 if is_right(told) else 1


if __name__ == "__main__":
    sys.exit(main())
