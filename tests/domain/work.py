"""How much work a call is, counted in executed lines of Python: the same on every machine, however busy."""

import sys
from collections.abc import Callable
from functools import _lru_cache_wrapper
from types import FrameType
from typing import Any

BUDGET = 380_000
"""Lines that stand for less than 50 ms of a slow processor; `tests.benchmarks.bench_occurrences` measures that."""


def lines_of(call: Callable[[], object]) -> int:
    """Return how many lines a call executes."""
    count = 0

    def local(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return local

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        return local

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def forget() -> None:
    """Empty every cache of the rules, as if the process had just begun."""
    for name, module in list(sys.modules.items()):
        if name.startswith("engine.domain"):
            for one in vars(module).values():
                if isinstance(one, _lru_cache_wrapper):
                    one.cache_clear()
