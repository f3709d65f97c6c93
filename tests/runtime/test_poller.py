"""The timer and the poller: when they tick, and what they do when clocks step."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from engine.domain.errors import InvalidValue
from engine.domain.execution import Status
from engine.domain.recurrence import make_rule
from engine.domain.schedule import Schedule
from engine.runtime.clock import SystemClock
from engine.runtime.poller import VARIABLE, Poller, interval_of_environment
from engine.runtime.timer import Timer, Watchdog
from storage import engines, events, executions, polls, schedules
from storage.database import Database
from tests.builders import NOW, store_deployment
from tests.runtime.world import until

PATIENCE = 20.0


class Ticks:
    """A tick that tests wait for, and that may be held."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._open = threading.Event()
        self._open.set()
        self.times: list[float] = []
        self.told: list[str] = []

    def __call__(self) -> None:
        with self._condition:
            self.times.append(monotonic())
            self._condition.notify_all()
        assert self._open.wait(PATIENCE)

    def tell(self, sentence: str) -> None:
        with self._condition:
            self.told.append(sentence)
            self._condition.notify_all()

    def wait_until(self, is_reached: Callable[["Ticks"], bool]) -> None:
        with self._condition:
            assert self._condition.wait_for(lambda: is_reached(self), PATIENCE)

    def hold(self) -> None:
        self._open.clear()

    def let_go(self) -> None:
        self._open.set()


class SteppedClock(SystemClock):
    """The clock of the machine, whose wall clock tests put forward and back."""

    def __init__(self) -> None:
        self.step = timedelta()

    def wall(self) -> datetime:
        return super().wall() + self.step


@pytest.fixture
def ticks() -> Iterator[Ticks]:
    made = Ticks()
    yield made
    made.let_go()


def test_a_timer_ticks_at_once_and_then_at_its_interval(ticks: Ticks) -> None:
    timer = Timer(ticks, ticks.tell, 0.2, SystemClock())
    begin = monotonic()

    timer.start()
    ticks.wait_until(lambda one: len(one.times) >= 3)
    timer.stop()

    assert ticks.times[0] - begin < 0.2 + 1
    assert ticks.times[2] - ticks.times[0] >= 0.35


def test_a_tick_that_overruns_is_followed_at_the_next_whole_interval(ticks: Ticks) -> None:
    timer = Timer(ticks, ticks.tell, 0.5, SystemClock())
    ticks.hold()
    timer.start()
    ticks.wait_until(lambda one: len(one.told) >= 1)
    ticks.let_go()

    ticks.wait_until(lambda one: len(one.times) >= 2)
    timer.stop()

    assert "takes longer than 0.5 s" in ticks.told[0]
    assert ticks.times[1] - ticks.times[0] >= 0.9


def test_a_changed_interval_is_taken_over_with_a_tick_at_once(ticks: Ticks) -> None:
    wanted = [0.3]
    timer = Timer(ticks, ticks.tell, 0.3, SystemClock(), wanted=lambda: wanted[0])
    timer.start()
    ticks.wait_until(lambda one: len(one.times) >= 1)

    wanted[0] = 60.0
    until(lambda: (timer.next_tick() - datetime.now(UTC)).total_seconds() > 30)
    timer.stop()


def test_a_stopped_timer_has_ended_its_tick_and_ticks_no_more(ticks: Ticks) -> None:
    timer = Timer(ticks, ticks.tell, 0.1, SystemClock())
    timer.start()
    ticks.wait_until(lambda one: len(one.times) >= 1)

    timer.stop()

    assert not [thread for thread in threading.enumerate() if thread.name == "timer-watchdog"]


def test_a_tick_that_fails_does_not_end_the_timer(ticks: Ticks) -> None:
    def fails() -> None:
        ticks()
        raise ValueError("of no account")

    timer = Timer(fails, ticks.tell, 0.1, SystemClock())
    timer.start()
    ticks.wait_until(lambda one: len(one.times) >= 2)
    timer.stop()


@pytest.mark.parametrize(("step", "word"), [(timedelta(hours=-1), "back"), (timedelta(days=3650), "forward")])
def test_a_step_of_the_clock_leads_to_a_tick_at_once(ticks: Ticks, step: timedelta, word: str) -> None:
    clock = SteppedClock()
    timer = Timer(ticks, ticks.tell, 0.5, clock)
    timer.start()
    ticks.wait_until(lambda one: len(one.times) >= 1)

    clock.step = step
    ticks.wait_until(lambda one: bool(one.told))
    count = len(ticks.times)
    ticks.wait_until(lambda one: len(one.times) > count)
    timer.stop()

    assert ticks.told[0].startswith(f"the clock was put {word} by ")


def watchdog() -> Watchdog:
    return Watchdog(60, wall=NOW, monotonic=0)


@pytest.mark.parametrize("drift", [0, 1.9, -1.9])
def test_a_watchdog_is_silent_while_both_clocks_agree(drift: float) -> None:
    assert watchdog().look(wall=NOW + timedelta(seconds=10 + drift), monotonic=10) is None


def test_a_watchdog_tells_a_step_once() -> None:
    dog = watchdog()

    assert dog.look(wall=NOW - timedelta(seconds=3590), monotonic=10) == "the clock was put back by 1:00:00"
    assert dog.look(wall=NOW - timedelta(seconds=3580), monotonic=20) is None


def test_a_watchdog_misses_polls_after_two_intervals() -> None:
    dog = watchdog()
    dog.ticked(30)

    assert dog.look(wall=NOW + timedelta(seconds=150), monotonic=150) is None
    assert dog.look(wall=NOW + timedelta(seconds=151), monotonic=151) == "there was no poll for 120 s"
    assert dog.look(wall=NOW + timedelta(seconds=152), monotonic=152) is None


def test_the_environment_overrules_the_interval_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert interval_of_environment() is None

    monkeypatch.setenv(VARIABLE, "1.5")
    assert interval_of_environment() == 1.5


@pytest.mark.parametrize("text", ["0", "0.5", "-1", "soon", "nan", "inf", "1e9"])
def test_an_interval_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(VARIABLE, text)

    with pytest.raises(InvalidValue, match=f"{VARIABLE} must be a number of seconds from 1 to 86400"):
        interval_of_environment()


def wait_for(database: Database, is_reached: Callable[[], bool]) -> None:
    """Wait until something holds that commits of another thread bring about."""
    pause, begin = threading.Event(), monotonic()
    while not is_reached():
        assert monotonic() - begin < PATIENCE
        pause.wait(0.01)


def test_a_poller_starts_what_is_due_and_records_when_it_polled(database: Database) -> None:
    now = datetime.now(UTC)
    store_deployment(database)
    schedule = Schedule(
        id="s1",
        deployment_id="d1",
        workflow_id="install",
        rule=make_rule(now, recurrence="1 day"),
        next_occurrence=now,
        created_at=now,
    )
    with database.write() as connection:
        schedules.insert(connection, schedule)
        epoch = engines.insert(connection, pid=1, process_start=1, boot_id="b", is_on_demand=False, now=now)
    poller = Poller(database, epoch, interval=60)

    def has_polled() -> bool:
        with database.read() as connection:
            engine = engines.latest(connection)
            return engine is not None and engine.last_poll_at is not None

    poller.start()
    wait_for(database, has_polled)
    poller.stop()

    with database.read() as connection:
        [execution] = executions.find(connection)
        engine = engines.latest(connection)
        [poll] = polls.find(connection)
    assert (1, 0, 0) == (poll.started, poll.skipped, poll.failed)
    assert engine is not None and poll.polled_at == engine.last_poll_at
    assert Status.PENDING is execution.status
    assert engine.last_poll_at is not None and engine.next_poll_at is not None
    assert 55 < (engine.next_poll_at - engine.last_poll_at).total_seconds() < 61


def test_a_poller_tells_of_a_clock_that_stepped(database: Database) -> None:
    clock = SteppedClock()
    with database.write() as connection:
        epoch = engines.insert(connection, pid=1, process_start=1, boot_id="b", is_on_demand=False, now=NOW)
    poller = Poller(database, epoch, interval=0.2, clock=clock)

    def has_told() -> bool:
        with database.read() as connection:
            return any("the clock was put back" in event.message for event in events.tail(connection, 10))

    poller.start()
    clock.step = timedelta(hours=-1)
    wait_for(database, has_told)
    poller.stop()


def test_a_timer_stops_while_its_tick_asks_when_the_next_one_is() -> None:
    ticks = Ticks()
    asked = list[datetime]()

    def tick() -> None:
        ticks()
        asked.append(timer.next_tick())

    timer = Timer(tick, ticks.tell, 60.0, SystemClock())
    ticks.hold()
    timer.start()
    ticks.wait_until(lambda seen: bool(seen.times))
    stopping = threading.Thread(target=timer.stop, daemon=True)
    stopping.start()
    stopping.join(0.3)
    waits_for_the_tick = stopping.is_alive()
    ticks.let_go()
    stopping.join(PATIENCE)

    assert waits_for_the_tick
    assert (False, 1) == (stopping.is_alive(), len(asked))
