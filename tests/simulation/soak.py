"""Simulates seed after seed until told to stop, and prints one line of JSON.

Run `python -m tests.simulation.soak [--minutes N] [--steps N] [--from SEED]`; without minutes it goes on until SIGINT
or SIGTERM. It exits 1 when an invariant was broken. A seed that failed belongs into `seeds.yaml`.
"""

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count

from tests.simulation.scenario import simulate
from tests.simulation.world import Violation

MOST_VIOLATIONS = 20


def main() -> int:
    options = _options()
    is_over = _Deadline(options.minutes)
    begin, steps, seeds = time.monotonic(), 0, 0
    violations: list[str] = []
    seen: Counter[str] = Counter()
    for seed in count(options.first):
        if is_over() or len(violations) >= MOST_VIOLATIONS:
            break
        seeds += 1
        try:
            outcome = simulate(seed, options.steps)
        except Violation as violation:
            violations.append(str(violation))
            print(violation, file=sys.stderr, flush=True)
            continue
        steps += outcome.steps
        seen.update(outcome.seen)
    seconds = time.monotonic() - begin
    print(json.dumps(dict(_report(options, seeds, steps, seconds, violations, seen))))
    return 1 if violations else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak")
    parser.add_argument("--minutes", type=float, help="until told to stop, when left out")
    parser.add_argument("--steps", type=int, default=2000, help="stormy steps of one seed")
    parser.add_argument("--from", type=int, default=1, dest="first", metavar="SEED")
    return parser.parse_args()


class _Deadline:
    """Over when the minutes have passed, or when somebody has had enough."""

    def __init__(self, minutes: float | None) -> None:
        self._end = time.monotonic() + minutes * 60 if minutes is not None else float("inf")
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._stop)

    def _stop(self, *_: object) -> None:
        self._end = 0.0

    def __call__(self) -> bool:
        return time.monotonic() >= self._end


def _report(
    options: argparse.Namespace, seeds: int, steps: int, seconds: float, violations: list[str], seen: Counter[str]
) -> Iterator[tuple[str, object]]:
    yield "seeds", [options.first, options.first + seeds - 1]
    yield "steps", steps
    yield "steps_per_second", round(steps / seconds)
    yield "crashes", sum(number for what, number in seen.items() if what.startswith("crash") or "killed" in what)
    yield "executions", seen["new pending"] + seen["new queued"]
    yield "violations", violations


if __name__ == "__main__":
    sys.exit(main())
