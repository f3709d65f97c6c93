"""Rules that would keep a naive search busy, or that nobody would write: hostile ones by hand, odd ones by chance."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from engine.domain.daylight import Gap, Repeat

NOW = datetime(2026, 10, 13, 12, 0, tzinfo=UTC)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Gaza",
    "Africa/Casablanca",
    "Pacific/Apia",
)
HOURS, MINUTES = ",".join(map(str, range(24))), ",".join(map(str, range(60)))
DENSE = f"BYHOUR={HOURS};BYMINUTE={MINUTES}"
WEEKDAYS = "MO,TU,WE,TH,FR,SA,SU"


def moments(count: int) -> str:
    return ",".join(f"{NOW + timedelta(minutes=number):%Y%m%dT%H%M%SZ}" for number in range(count))


TEXTS = (
    "FREQ=MINUTELY",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31;BYHOUR=1,2;BYMINUTE=1,2",
    "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=2",
    "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=366",
    "FREQ=DAILY;BYSETPOS=5;BYHOUR=1",
    "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1",
    "FREQ=MINUTELY;INTERVAL=10080;BYDAY=SU",
    "FREQ=MINUTELY;INTERVAL=999983;BYDAY=SU;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=HOURLY;INTERVAL=48;BYHOUR=5",
    "FREQ=HOURLY;INTERVAL=999983;BYDAY=MO",
    "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
    "FREQ=DAILY;INTERVAL=1000000",
    "FREQ=YEARLY;INTERVAL=1000000",
    "FREQ=YEARLY;INTERVAL=97;COUNT=9",
    "FREQ=YEARLY;INTERVAL=400;BYWEEKNO=53;BYDAY=SA",
    f"FREQ=DAILY;COUNT=1000000;{DENSE}",
    f"FREQ=YEARLY;COUNT=1000000;BYDAY={WEEKDAYS};{DENSE};BYSETPOS=1,-1,366,-366",
    f"FREQ=MONTHLY;COUNT=1000000;BYDAY={WEEKDAYS};{DENSE};BYSETPOS=-1",
    f"FREQ=WEEKLY;COUNT=1000000;BYDAY={WEEKDAYS};{DENSE};BYSETPOS=366",
    f"FREQ=MINUTELY;COUNT=1000000;BYDAY={WEEKDAYS};{DENSE}",
    f"FREQ=HOURLY;COUNT=1000000;BYDAY={WEEKDAYS};BYMINUTE={MINUTES};BYSETPOS=-1",
    "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTHDAY=7",
    "FREQ=YEARLY;BYYEARDAY=366;BYDAY=TU;BYMONTH=12;COUNT=1000000",
)
OPTIONS: dict[str, dict[str, Any]] = {
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
    "16 dense rules with 1000 dates": {
        "rrule": "\n".join(
            [f"RRULE:FREQ=MINUTELY;INTERVAL={number};BYHOUR=1,2,3" for number in range(1, 16)]
            + [f"RRULE:FREQ=DAILY;COUNT=999999;{DENSE}", f"RDATE:{moments(500)}", f"EXDATE:{moments(500)}"]
        )
    },
    "a reading that only gaps have": {
        "rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=2;BYMINUTE=30",
        "gap": Gap.SKIP,
    },
    "every minute in both passes": {"rrule": f"FREQ=DAILY;{DENSE}", "repeat": Repeat.BOTH},
    "every minute, gaps shifted": {"rrule": f"FREQ=DAILY;COUNT=1000000;{DENSE}", "gap": Gap.SHIFT},
    "a million minutes, gaps left out": {"rrule": f"FREQ=DAILY;COUNT=1000000;{DENSE}", "gap": Gap.SKIP},
}


def by_chance(random: Random, amount: int) -> Iterator[dict[str, Any]]:
    """Yield options of rules, legal ones mostly, with their zone."""
    for _ in range(amount):
        yield {
            "rrule": _text(random),
            "zone": random.choice(ZONES),
            "gap": random.choice(list(Gap)),
            "repeat": random.choice(list(Repeat)),
        }


def _text(random: Random) -> str:
    frequency = random.choice(("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"))
    parts = {"FREQ": frequency, "INTERVAL": str(random.choice((1, 1, 2, 7, 97, 1000, 999983)))}
    pools = {
        "BYMONTH": [*range(1, 13)],
        "BYMONTHDAY": [*range(1, 32), *range(-31, 0)],
        "BYDAY": WEEKDAYS.split(","),
        "BYHOUR": [*range(24)],
        "BYMINUTE": [*range(60)],
    }
    if frequency == "YEARLY":
        pools |= {"BYYEARDAY": [*range(1, 367)], "BYWEEKNO": [*range(1, 54)]}
    if frequency in ("YEARLY", "MONTHLY"):
        pools["BYDAY"] = [f"{number}{day}" for number in (-5, -1, 1, 2, 5) for day in WEEKDAYS.split(",")]
    for name, pool in pools.items():
        if random.random() < 0.4 and not (name == "BYWEEKNO" and "BYDAY" in parts):
            chosen = random.sample(pool, random.choice((1, 2, len(pool))))
            parts[name] = ",".join(map(str, chosen))
    if len(parts) > 2 and random.random() < 0.2:
        parts["BYSETPOS"] = random.choice(("1", "-1", "5", "366", "1,-1,2"))
    if random.random() < 0.4:
        parts["COUNT"] = random.choice(("1", "10", "1000000"))
    return ";".join(f"{name}={value}" for name, value in parts.items())
