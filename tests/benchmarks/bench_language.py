"""Prints the processor time that parsing 100 to 5,000 nodes takes, beside a plain YAML load and the reference parser.

Run it as `python -m tests.benchmarks.bench_language`. `CONDUCTOR_PEER` may name the Python of an environment that has
`cloudify-common==7.0.5` and networkx; that parser is then timed too, up to `CONDUCTOR_PEER_NODES` nodes (100).
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import yaml

from engine.dsl.cache import PlanCache
from engine.dsl.parse import parse

SIZES = (100, 1000, 5000)

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


def timed(act: Callable[[], object], times: int = 3) -> float:
    """Return the median of a few runs, in seconds of processor time: a busy machine changes nothing."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        act()
        taken.append(time.process_time() - began)
    return median(taken)


def peer(path: Path) -> float | None:
    """Return the seconds of processor time of the reference parser; None where it is not there."""
    python = os.environ.get("CONDUCTOR_PEER")
    if not python:
        return None
    done = subprocess.run([python, "-c", PEER, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print one line per size."""
    most = int(os.environ.get("CONDUCTOR_PEER_NODES", "100"))
    with tempfile.TemporaryDirectory() as folder:
        plans = PlanCache(Path(folder) / "plans")
        for size in SIZES:
            path = Path(folder) / f"{size}.yaml"
            path.write_text(blueprint(size))
            _print(size, path, plans, peer(path) if size <= most else None)


def _print(size: int, path: Path, plans: PlanCache, theirs: float | None) -> None:
    text = path.read_text()
    load = timed(lambda: yaml.load(text, yaml.CSafeLoader))
    ours = timed(lambda: parse(path))
    plans.parse(path)
    kept = timed(lambda: plans.parse(path))
    line = (
        f"{size:5} nodes: plain YAML load {load:.3f} s, parse {ours:.3f} s ({ours / load:.2f}x), kept plan {kept:.4f} s"
    )
    if theirs is not None:
        line += f"; reference {theirs:.2f} s: {theirs / ours:.0f}x of ours, {theirs / kept:.0f}x of a kept plan"
    print(line, flush=True)


if __name__ == "__main__":
    main()
