"""What is remembered of a poll."""

from datetime import timedelta

from engine.domain.poll import poll_record
from engine.domain.schedule import Disposition
from tests.builders import NOW

NONE = timedelta()


def test_what_was_started_skipped_and_failed_is_counted_apart() -> None:
    record = poll_record(list(Disposition), polled_at=NOW, late=NONE, took=NONE)

    assert (2, len(Disposition) - 3, 1) == (record.started, record.skipped, record.failed)


def test_a_clock_that_was_put_back_makes_no_poll_early() -> None:
    assert NONE == poll_record([], polled_at=NOW, late=timedelta(seconds=-3), took=NONE).late
