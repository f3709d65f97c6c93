"""The engine's poller: polls the schedules at its start and then at an interval, and records when."""

import logging
import os
from contextlib import suppress
from datetime import timedelta

from engine.domain.errors import InvalidValue, StorageFailed
from engine.domain.event import Draft, EventType, Level
from engine.domain.poll import poll_record
from engine.domain.schedule import GRACE
from engine.domain.settings import Settings
from engine.runtime import doorbell
from engine.runtime.clock import Clock, SystemClock
from engine.runtime.timer import Timer
from engine.services import settings
from engine.services.polling import Poll, poll
from storage import engines, events, polls
from storage.database import Database

logger = logging.getLogger(__name__)

VARIABLE = "CONDUCTOR_POLL_INTERVAL"
SHORTEST, LONGEST = 1.0, 86400.0
UNPUNCTUAL = timedelta(seconds=1)
"""How late a timer may be."""


def interval_of_environment() -> float | None:
    """Return the seconds between two polls; None when the environment does not say, and the setting holds.

    Raises:
        InvalidValue: the variable is no number of seconds that makes sense.
    """
    text = os.environ.get(VARIABLE, "")
    if not text:
        return None
    with suppress(ValueError):
        seconds = float(text)
        if SHORTEST <= seconds <= LONGEST:
            return seconds
    raise InvalidValue(f"{VARIABLE} must be a number of seconds from {SHORTEST:g} to {LONGEST:g}, not `{text}`")


class Poller:
    """Polls the schedules of a database for the engine of an epoch, until it is stopped or a later engine leads."""

    def __init__(
        self, database: Database, epoch: int, *, interval: float | None = None, clock: Clock | None = None
    ) -> None:
        self._database, self._epoch = database, epoch
        self._clock = clock or SystemClock()
        fixed = interval or interval_of_environment()
        self._interval = fixed or float(Settings().poll_interval)
        wanted = None if fixed else self._interval_of_settings
        self._timer = Timer(self._poll, self._tell, wanted() if wanted else self._interval, self._clock, wanted=wanted)

    def start(self) -> None:
        """Poll now and from now on."""
        self._timer.start()

    def stop(self) -> None:
        """Poll no more; waits for a poll under way."""
        self._timer.stop()

    def _interval_of_settings(self) -> float:
        """Return the setting; while it cannot be read, what was in force."""
        with suppress(StorageFailed):
            self._interval = float(settings.load(self._database).poll_interval)
        return self._interval

    def _poll(self) -> None:
        now, begun, late = self._clock.wall(), self._clock.monotonic(), self._timer.lateness()
        grace = max(timedelta(seconds=self._interval), GRACE) + UNPUNCTUAL
        try:
            decided = poll(self._database, Poll(now=now, epoch=self._epoch, grace=grace))
            took = timedelta(seconds=self._clock.monotonic() - begun)
            record = poll_record((one.disposition for one in decided), polled_at=now, late=late, took=took)
            with self._database.write() as connection:
                engines.record_poll(connection, self._epoch, last=now, following=self._timer.next_tick())
                polls.append(connection, record)
        except StorageFailed as error:
            logger.error("the schedules could not be polled, the next poll tries again: %s", error)
            return
        for one in decided:
            logger.info(
                "schedule %s of %s, due %s: %s", one.schedule_id, one.deployment_id, one.occurrence, one.disposition
            )
        if any(one.disposition.has_fired for one in decided):
            doorbell.ring(self._database.path.parent)

    def _tell(self, sentence: str) -> None:
        logger.warning("%s", sentence)
        told = Draft(type=EventType.ENGINE_EVENT, message=sentence, timestamp=self._clock.wall(), level=Level.WARNING)
        try:
            with self._database.write() as connection:
                events.append(connection, [told])
        except StorageFailed as error:
            logger.error("%s", error)
