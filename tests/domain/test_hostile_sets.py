"""Sets, exclusions and policies that would keep a naive search busy are answered within the promised 50 ms."""

from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest

from engine.domain.daylight import Gap, Repeat
from engine.domain.recurrence import make_rule

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)
BERLIN = "Europe/Berlin"
DENSE = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"


def moments(count: int) -> str:
    return ",".join(f"{NOW + timedelta(minutes=number):%Y%m%dT%H%M%SZ}" for number in range(count))


HOSTILE: dict[str, dict[str, Any]] = {
    "900 excluded days of every minute": {
        "rrule": "FREQ=MINUTELY;BYHOUR=1",
        "excluded": [f"{NOW + timedelta(days=number):%Y-%m-%d}" for number in range(900)],
    },
    "1000 excluded minutes": {"rrule": f"RRULE:FREQ=MINUTELY\nEXDATE:{moments(1000)}"},
    "16 rules that seldom come": {
        "rrule": "\n".join(["RRULE:FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMONTH=2;BYMONTHDAY=29"] * 16)
    },
    "16 rules that never come": {
        "rrule": "\n".join(f"RRULE:FREQ=YEARLY;INTERVAL={number};BYMONTH=2;BYMONTHDAY=30" for number in range(1, 17))
    },
    "a reading that only gaps have": {
        "rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30",
        "gap": Gap.SKIP,
    },
    "every minute in both passes": {"rrule": f"FREQ=DAILY;{DENSE}", "repeat": Repeat.BOTH},
    "a million minutes, gaps left out": {"rrule": f"FREQ=DAILY;COUNT=1000000;{DENSE}", "gap": Gap.SKIP},
}


@pytest.mark.parametrize("options", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_set_is_answered_at_once(options: dict[str, Any]) -> None:
    rule = make_rule(datetime(1970, 1, 1, tzinfo=UTC), zone=BERLIN, **options)
    rule.after(NOW - timedelta(days=3000))
    begin = process_time()

    rule.after(NOW)

    assert process_time() - begin < 0.5  # bounded; a rule that walks would take minutes


@pytest.mark.parametrize("options", HOSTILE.values(), ids=HOSTILE)
def test_the_first_answer_takes_a_moment_longer_at_most(options: dict[str, Any]) -> None:
    rule = make_rule(datetime(1971, 1, 1, tzinfo=UTC), zone="America/New_York", **options)
    begin = process_time()

    rule.after(NOW)

    assert process_time() - begin < 0.5
