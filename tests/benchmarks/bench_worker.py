"""Prints how many no-op operations per second one worker runs: a fan of 1,000 and a chain of 200, each durable.

Run it as `python -m tests.benchmarks.bench_worker [rounds]`. The floor is a bare loop of commits of one row each.
"""

import sqlite3
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.runtime.worker_world import World, make_world, node, python, workflow

FAN, CHAIN, FLOOR = 1000, 200, 200

PLUGIN = """
def nothing(**_):
    pass

def fan(ctx, **_):
    graph = ctx.graph_mode()
    for instance in ctx.node_instances:
        graph.add_task(instance.execute_operation("cloudify.interfaces.lifecycle.start"))
    graph.execute()

def chain(ctx, **_):
    graph = ctx.graph_mode()
    sequence = graph.sequence()
    for instance in ctx.node_instances:
        sequence.add(instance.execute_operation("cloudify.interfaces.lifecycle.start"))
    graph.execute()
"""


def _world(folder: Path, count: int) -> World:
    nodes = [node(f"n{number}", {"start": python("bench_plugin.nothing")}) for number in range(count)]
    workflows = {**workflow("bench_plugin.fan", "fan"), **workflow("bench_plugin.chain", "chain")}
    return make_world(folder, nodes, files={"bench_plugin.py": PLUGIN}, workflows=workflows)


def _rate(world: World, name: str, count: int) -> float:
    execution = world.start(name)
    begin = perf_counter()
    ended = world.run_started(execution)
    seconds = perf_counter() - begin
    assert ended.finished_operations == count, ended
    return count / seconds


def _floor(folder: Path) -> float:
    (folder / "floor.db").unlink(missing_ok=True)
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE row (a)")
    begin = perf_counter()
    for number in range(FLOOR):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO row VALUES (?)", (number,))
        connection.execute("COMMIT")
    rate = FLOOR / (perf_counter() - begin)
    connection.close()
    return rate


def main() -> None:
    """Measure in turn and print medians and ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fans, chains = _world(folder / "fan", FAN), _world(folder / "chain", CHAIN)
        measured = [
            (_floor(folder / "chain"), _rate(fans, "fan", FAN), _rate(chains, "chain", CHAIN)) for _ in range(rounds)
        ]
    floor, fan, chain = (median(column) for column in zip(*measured, strict=True))
    print(f"commits of one row (floor)   {floor:8.0f} /s")
    print(f"fan of {FAN} operations      {fan:8.0f} /s   {fan / floor:5.2f} of the floor")
    print(f"chain of {CHAIN} operations     {chain:8.0f} /s   {chain / floor:5.2f} of the floor")


if __name__ == "__main__":
    main()
