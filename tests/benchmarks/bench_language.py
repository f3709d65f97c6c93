"""Measures the parser against the reference's and against a plain YAML load, in one run, and says what was promised.

Everything is processor time, because the machine has other work; what is compared is measured in turn, round by round,
and of each the least is compared: others take from the caches and never give. The reference parser takes a minute or
more for 1,000 nodes, so it does them once.
`CONDUCTOR_PEER_NODES=100` leaves that out.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from engine.dsl.cache import PlanCache
from engine.dsl.parse import parse
from engine.dsl.quiet import without_collection
from tests.benchmarks.peers import python_of

SIZES = (100, 1000, 5000)
ROUNDS = 9

HEADER = """\
tosca_definitions_version: cloudify_dsl_1_3
inputs: { port: { default: 80 } }
plugins: { app: { executor: central_deployment_agent, install: false } }
relationships:
  cloudify.relationships.depends_on: { properties: { connection_type: { default: all_to_all } } }
  cloudify.relationships.connected_to: { derived_from: cloudify.relationships.depends_on }
  cloudify.relationships.contained_in: { derived_from: cloudify.relationships.depends_on }
node_types:
  cloudify.nodes.Root: {}
  cloudify.nodes.Compute: { derived_from: cloudify.nodes.Root, properties: { ip: { default: '' } } }
  my.app:
    derived_from: cloudify.nodes.Root
    properties: { port: { type: integer, default: 8080 }, name: { type: string, default: x } }
    interfaces:
      cloudify.interfaces.lifecycle:
        create: { implementation: app.tasks.create, inputs: { port: { default: { get_property: [SELF, port] } } } }
        start: app.tasks.start
node_templates:
"""

PEER = """
import sys, time
from dsl_parser.parser import parse_from_path
began = time.process_time()
parse_from_path(sys.argv[1])
print(time.process_time() - began)
"""


def blueprint(nodes: int) -> str:
    """Return a blueprint in which every tenth node is a host and the others stand on it, in a chain."""
    return HEADER + "".join(_host(i) if i % 10 == 0 else _app(i) for i in range(nodes))


def _host(index: int) -> str:
    return f"  host_{index}:\n    type: cloudify.nodes.Compute\n    properties: {{ ip: 10.0.0.{index % 256} }}\n"


def _app(index: int) -> str:
    chained = f"      - {{ type: cloudify.relationships.connected_to, target: app_{index - 1} }}\n"
    return (
        f"  app_{index}:\n    type: my.app\n    properties:\n      port: {8000 + index % 100}\n"
        f"      name: {{ concat: ['number {index} on ', {{ get_input: port }}] }}\n"
        "    interfaces:\n      cloudify.interfaces.lifecycle:\n"
        f"        configure: {{ implementation: app.tasks.configure, inputs: {{ index: {index} }} }}\n"
        "    relationships:\n"
        f"      - {{ type: cloudify.relationships.contained_in, target: host_{index - index % 10} }}\n"
    ) + (chained if index % 10 > 1 else "")


class Seconds:
    """What was measured, by name: seconds of processor time of each round."""

    def __init__(self) -> None:
        self._taken: dict[str, list[float]] = {}

    def add(self, name: str, act: Callable[[], object]) -> None:
        began = time.process_time()
        act()
        self.note(name, time.process_time() - began)

    def note(self, name: str, seconds: float | None) -> None:
        if seconds is not None:
            self._taken.setdefault(name, []).append(seconds)

    def __call__(self, name: str) -> float:
        return min(self._taken[name])

    def __contains__(self, name: str) -> bool:
        return name in self._taken


def plain_load(path: Path) -> None:
    """Load as quickly as the C library can: without the collector, as our parser does."""
    with without_collection():
        yaml.load(path.read_text(), yaml.CSafeLoader)


def peer(path: Path) -> float | None:
    """Return the seconds of processor time of the reference parser; None where it cannot be installed."""
    python = python_of("cloudify-common")
    if python is None:
        return None
    done = subprocess.run([str(python), "-c", PEER, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print what was measured, and what that means for each promise."""
    seconds = Seconds()
    with tempfile.TemporaryDirectory() as folder:
        plans = PlanCache(Path(folder) / "plans")
        paths = {size: Path(folder) / f"{size}.yaml" for size in SIZES}
        for size, path in paths.items():
            path.write_text(blueprint(size))
            plans.parse(path)
        for _ in range(ROUNDS):
            _round(seconds, paths, plans)
            seconds.note("peer 100", peer(paths[100]))
        if os.environ.get("CONDUCTOR_PEER_NODES") != "100":
            seconds.note("peer 1000", peer(paths[1000]))
    print(f"load of the machine: {' '.join(f'{one:.1f}' for one in os.getloadavg())}")
    _print_measured(seconds)
    _print_promises(seconds)


def _round(seconds: Seconds, paths: dict[int, Path], plans: PlanCache) -> None:
    for size, path in paths.items():
        seconds.add(f"load {size}", partial(plain_load, path))
        seconds.add(f"parse {size}", partial(parse, path))
        seconds.add(f"kept {size}", partial(plans.parse, path))


def _print_measured(seconds: Seconds) -> None:
    for size in SIZES:
        load, ours, kept = (seconds(f"{what} {size}") for what in ("load", "parse", "kept"))
        theirs = f", reference {seconds(f'peer {size}'):.2f} s" if f"peer {size}" in seconds else ""
        print(f"{size:5} nodes: plain YAML load {load:.4f} s, parse {ours:.4f} s, kept plan {kept:.4f} s{theirs}")


def _print_promises(seconds: Seconds) -> None:
    _promise("1,000 nodes, parse : plain load", seconds("parse 1000") / seconds("load 1000"), most=4)
    _promise("t(5,000) : t(1,000)", seconds("parse 5000") / seconds("parse 1000"), most=6)
    print(f"       of a plain load: {seconds('load 5000') / seconds('load 1000'):.2f}; 5 is as good as it gets")
    if "peer 100" in seconds:
        _promise("our 5,000 nodes : the reference's 100", seconds("parse 5000") / seconds("peer 100"), most=1)
    if "peer 1000" in seconds:
        _promise("1,000 nodes, reference : parse", seconds("peer 1000") / seconds("parse 1000"), least=100)
        _promise("1,000 nodes, reference : kept plan", seconds("peer 1000") / seconds("kept 1000"), least=1000)


def _promise(what: str, ratio: float, *, least: float = 0, most: float = float("inf")) -> None:
    bound = f"at least {least:,g}" if least else f"at most {most:g}"
    print(f"{'met' if least <= ratio <= most else 'MISSED':6} {what}: {ratio:,.2f} ({bound})")


if __name__ == "__main__":
    main()
