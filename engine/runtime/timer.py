"""A tick at once and then at a fixed interval, never two at a time, whatever the wall clock does.

A tick that takes longer than the interval is not overtaken: the next one comes at the next whole interval after it.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from engine.runtime import memory
from engine.runtime.clock import Clock

DRIFT = 2.0
"""Seconds by which the wall clock may part from the monotonic one between two looks."""
LOOK = 5.0
"""The most seconds between two looks at the clocks."""
_JOB = "tick"


class Watchdog:
    """Says when a tick is needed: the wall clock has stepped, or none has come for two intervals."""

    def __init__(self, interval: float, *, wall: datetime, monotonic: float) -> None:
        self.interval = interval
        """Seconds between two ticks."""
        self._wall, self._monotonic = wall, monotonic
        self._ticked = monotonic

    def ticked(self, monotonic: float) -> None:
        """Take note of a tick."""
        self._ticked = monotonic

    def look(self, *, wall: datetime, monotonic: float) -> str | None:
        """Return why a tick is needed now; None when all is well."""
        drift = (wall - self._wall).total_seconds() - (monotonic - self._monotonic)
        self._wall, self._monotonic = wall, monotonic
        if abs(drift) > DRIFT:
            return f"the clock was put {'forward' if drift > 0 else 'back'} by {timedelta(seconds=round(abs(drift)))}"
        if monotonic - self._ticked > 2 * self.interval:
            self._ticked = monotonic
            return f"there was no poll for {2 * self.interval:g} s"
        return None


class Timer:
    """Calls `tick` in a thread of its own; `tell` hears in a sentence of what goes wrong."""

    def __init__(
        self,
        tick: Callable[[], None],
        tell: Callable[[str], None],
        interval: float,
        clock: Clock,
        *,
        wanted: Callable[[], float] | None = None,
    ) -> None:
        """`wanted` is asked now and then for the interval that is in force by then."""
        self._tick, self._tell, self._interval, self._clock = tick, tell, interval, clock
        self._wanted = wanted
        self._stopped = threading.Event()
        self._ticking = threading.Lock()
        self._trigger = _Evenly(interval)
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        self._watchdog = Watchdog(interval, wall=clock.wall(), monotonic=clock.monotonic())
        self._watcher = threading.Thread(target=self._watch, name="timer-watchdog", daemon=True)

    def start(self) -> None:
        """Tick now and from now on."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # what matters of the rest is told below
        self._scheduler.add_listener(self._overrun, EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_job(
            self._run,
            self._trigger,
            id=_JOB,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        self._watcher.start()

    def stop(self) -> None:
        """Tick no more; waits for a tick under way."""
        self._stopped.set()
        self._watcher.join()
        self._scheduler.shutdown(wait=False)  # it would wait with a lock in hand that the tick may need
        with self._ticking:
            return

    def lateness(self) -> timedelta:
        """Return how long ago the tick under way was planned."""
        return datetime.now(UTC) - self._trigger.due

    def next_tick(self) -> datetime:
        """Return when the next tick is planned."""
        return self._trigger.planned

    def _run(self) -> None:
        with self._ticking:
            if not self._stopped.is_set():
                self._watchdog.ticked(self._clock.monotonic())
                try:
                    self._tick()
                except MemoryError:  # the scheduler would log it and go on
                    memory.leave()

    def _overrun(self, _event: JobEvent) -> None:
        self._tell(f"a poll takes longer than {self._interval:g} s; the next one waits for the next whole interval")

    def _follow(self) -> None:
        """Take over an interval that was changed; the next tick comes at once."""
        wanted = self._wanted() if self._wanted else self._interval
        if wanted != self._interval:
            self._interval = self._watchdog.interval = wanted
            self._trigger = _Evenly(wanted)
            self._scheduler.reschedule_job(_JOB, trigger=self._trigger)

    def _watch(self) -> None:
        while not self._stopped.wait(min(self._interval, LOOK)):
            self._follow()
            reason = self._watchdog.look(wall=self._clock.wall(), monotonic=self._clock.monotonic())
            if reason:
                self._tell(f"{reason}; the schedules are polled at once")
                self._scheduler.modify_job(_JOB, next_run_time=datetime.now(UTC))


class _Evenly(BaseTrigger):  # type: ignore[misc] # APScheduler has no types
    """Now, then at whole intervals; a step of the clock over many of them costs no more than one."""

    def __init__(self, interval: float) -> None:
        self._interval = timedelta(seconds=interval)
        self.planned = datetime.now(UTC)
        """The fire time that was asked for last."""
        self.due = self.planned
        """The fire time before it: that of the tick under way."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        self.planned = now
        if previous_fire_time is not None:
            self.due = previous_fire_time
            missed = max(now - previous_fire_time, timedelta()) // self._interval
            self.planned = previous_fire_time + (missed + 1) * self._interval
        return self.planned
