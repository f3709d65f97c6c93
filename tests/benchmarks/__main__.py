"""Runs every benchmark in turn."""

import importlib
import sys
from pathlib import Path


def main() -> int:
    """Run those that are named (`engine`, `faces`, …), else all; 1 says that one exceeds its limit."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = sys.argv[1:] or known
    sys.argv, is_bad = sys.argv[:1], False
    for name in wanted:
        if name not in known:
            sys.exit(f"there is no benchmark `{name}`; there are {', '.join(known)}")
        print(f"== {name}", flush=True)
        is_bad |= bool(importlib.import_module(f"tests.benchmarks.bench_{name}").main())
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
