"""What the next occurrence costs at worst, over hostile rules and rules by chance; exits with 1 above 50 ms.

Run it as `python -m tests.benchmarks.bench_occurrences [--rules 2000]`. `cold` is the first question of a process,
`warm` a later one. It counts processor time, and of a rule that seems slow the median of several tries.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import process_time
from typing import Any

from engine.domain.recurrence import Rule, make_rule
from tests.domain import hostile
from tests.domain.work import forget, lines_of

PROMISED = 0.050
SUSPICIOUS = 0.015
TRIES = 7
SINCES = (datetime(1900, 1, 1, 6, tzinfo=UTC), datetime(1970, 1, 5, 6, tzinfo=UTC))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rules", type=int, default=2000)
    asked = parser.parse_args()
    told = [measured(one) for one in corpus(asked.rules)]
    worst = sorted(told, key=lambda one: -max(one["cold"], one["warm"]))[:5]
    slowest = max(max(one["cold"], one["warm"]) for one in told)
    print(
        json.dumps(
            {
                "rules": len(told),
                "worst_cold_ms": round(max(one["cold"] for one in told) * 1e3, 1),
                "worst_warm_ms": round(max(one["warm"] for one in told) * 1e3, 1),
                "worst_lines": max(one["lines"] for one in worst),
                "of_promise": round(slowest / PROMISED, 2),
                "worst": [
                    {
                        "rule": one["name"][:150],
                        "cold_ms": round(one["cold"] * 1e3, 1),
                        "warm_ms": round(one["warm"] * 1e3, 1),
                        "lines": one["lines"],
                    }
                    for one in worst
                ],
            },
            indent=1,
        )
    )
    return 0 if slowest <= PROMISED else 1


def corpus(amount: int) -> list[dict[str, Any]]:
    """Return the options of all rules."""
    random = Random(5)
    made = [{"rrule": text, "zone": zone} for text in hostile.TEXTS for zone in hostile.ZONES]
    made += [{"zone": zone, **options} for options in hostile.OPTIONS.values() for zone in hostile.ZONES]
    made += hostile.by_chance(random, amount)
    return [{**options, "since": SINCES[number % 2]} for number, options in enumerate(made)]


def measured(options: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if name != "since"}
    rule = make_rule(options["since"], **given)
    cold = time_of(lambda: asked_cold(rule))
    warm = time_of(lambda: rule.after(hostile.NOW + timedelta(days=166)))
    lines = lines_of(lambda: asked_cold(rule)) if cold > SUSPICIOUS else 0
    return {"name": str(given), "cold": cold, "warm": warm, "lines": lines}


def asked_cold(rule: Rule) -> float:
    forget()
    begin = process_time()
    rule.after(hostile.NOW)
    return process_time() - begin


def time_of(work: Callable[[], object]) -> float:
    """Return the processor time of a call; the call may have measured it itself."""
    taken = _once(work)
    return taken if taken < SUSPICIOUS else median(_once(work) for _ in range(TRIES))


def _once(work: Callable[[], object]) -> float:
    begin = process_time()
    told = work()
    return told if isinstance(told, float) else process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
