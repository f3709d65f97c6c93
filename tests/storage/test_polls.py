"""The polls that are remembered."""

from datetime import timedelta

from engine.domain.poll import KEPT, PollRecord
from storage import polls
from storage.database import Database
from tests.builders import NOW


def test_the_newest_polls_are_kept_oldest_first_and_older_ones_forgotten(database: Database) -> None:
    made = [
        PollRecord(
            polled_at=NOW + timedelta(minutes=number),
            late=timedelta(milliseconds=number),
            took=timedelta(seconds=1),
            started=1,
            skipped=2,
            failed=3,
        )
        for number in range(KEPT + 5)
    ]
    for one in made:
        with database.write() as connection:
            polls.append(connection, one)

    with database.read() as connection:
        assert made[5:] == polls.find(connection)
