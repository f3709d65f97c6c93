"""Kill engines, zygotes, shims and workers at random while executions run, and count every broken promise.

Run `python -m tests.benchmarks.kill_soak --seconds 60 --seed 1`; it prints one line of JSON and exits 1 on a violation.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from engine.domain.errors import EngineUnavailable
from engine.domain.execution import Status
from engine.runtime.leadership import leader
from engine.runtime.marks import IDLE
from engine.runtime.processes import Process, scan
from storage.database import Database
from tests.builders import store_deployment
from tests.runtime.world import World

DEPLOYMENTS = 8
SCRIPT = (("note", "begun"), ("bash", "sleep 0.0$((RANDOM % 9))"), ("note", "done"))


def main() -> int:
    options = _options()
    randomness = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "home"
        path.mkdir(mode=0o700)
        database = Database.open(path)
        world = World(path, database)
        for number in range(DEPLOYMENTS):
            store_deployment(database, f"d{number}")
        kills, ids = _soak(world, randomness, options.seconds)
        violations = [*_calm_down(world, ids), *_judge(world, ids)]
        world.close()
        outcomes = Counter(world.load(id).status.value for id in ids)
    print(  # the result of a benchmark
        json.dumps(
            {
                "seed": options.seed,
                "kills": dict(kills),
                "executions": len(ids),
                "outcomes": dict(outcomes),
                "violations": violations,
            }
        )
    )
    return 1 if violations else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kill_soak")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _soak(world: World, randomness: random.Random, seconds: float) -> tuple[Counter[str], list[str]]:
    """Start executions and kill processes for a while."""
    kills: Counter[str] = Counter()
    ids: list[str] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(EngineUnavailable):  # it was killed while it started
            world.engine()
        for _ in range(randomness.randrange(4)):
            deployment_id = f"d{randomness.randrange(DEPLOYMENTS)}"
            ids.append(world.start(*SCRIPT, deployment_id=deployment_id, status=Status.QUEUED))
        time.sleep(randomness.random() * 0.15)
        victims = list(_victims(world, randomness))
        for kind, process in victims:
            kills[kind] += 1
            world.signal_kill(process.pid)
    return kills, ids


def _victims(world: World, randomness: random.Random) -> Iterator[tuple[str, Process]]:
    """Choose one process of a random kind, or all of them."""
    home = str(world.home.root)
    kinds: dict[str, list[Process]] = {f"conductor-{kind}": [] for kind in ("engi", "zygo", "shim", "work")}
    for process in scan():
        with suppress(OSError):
            name = Path(f"/proc/{process.pid}/comm").read_text().strip()
            is_ours = home in Path(f"/proc/{process.pid}/cmdline").read_text(errors="replace")
            if name in kinds and is_ours and (process.mark != IDLE or name in ("conductor-engi", "conductor-zygo")):
                kinds[name].append(process)
    if randomness.random() < 0.05:
        yield from ((name, process) for name, found in kinds.items() for process in found)
        return
    name = randomness.choice(list(kinds))
    if kinds[name]:
        yield name, randomness.choice(kinds[name])


def _calm_down(world: World, ids: list[str]) -> list[str]:
    """Let everything come to its end without further kills."""
    deadline = time.monotonic() + 60 + len(ids) / 5
    while time.monotonic() < deadline:
        world.engine()
        if all(world.load(id).is_final for id in ids):
            return []
        time.sleep(0.1)
    return [f"{id} is still {world.load(id).status}" for id in ids if not world.load(id).is_final]


def _judge(world: World, ids: list[str]) -> Iterator[str]:
    notes = Counter(world.ledger())
    for id in ids:
        status = world.load(id).status
        begun, done = notes[f"{id} begun"], notes[f"{id} done"]
        if begun > 1 or done > 1:
            yield f"{id} ran {begun} times"
        if status is Status.TERMINATED and done != 1:
            yield f"{id} is terminated without having run to its end"
        if status is Status.FAILED and not world.load(id).error:
            yield f"{id} failed without a reason"
        if status not in (Status.TERMINATED, Status.FAILED):
            yield f"{id} is {status}"
    for process in world.left_of(*ids):
        yield f"process {process.pid} is left of {process.mark}"
    if leader(world.home) is None:
        yield "no engine leads in the end"


if __name__ == "__main__":
    sys.exit(main())
