"""Runs every benchmark in turn."""

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run those that are named (`engine`, `faces`, …), else all."""
    known = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = sys.argv[1:] or known
    sys.argv = sys.argv[:1]
    for name in wanted:
        if name not in known:
            sys.exit(f"there is no benchmark `{name}`; there are {', '.join(known)}")
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.benchmarks.bench_{name}").main()


if __name__ == "__main__":
    main()
