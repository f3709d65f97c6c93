"""Kill and cancel updates at random, resume them or let others take over, and compare what is left with the plan.

Run `python -m tests.benchmarks.kill_updates --rounds 40 --seed 1`; it prints a line of JSON and exits 1 on a violation.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from engine.conductor import Conductor
from engine.domain.errors import IllegalAction
from engine.domain.execution import Execution, Status
from engine.domain.update import UpdateOptions
from engine.runtime.home import Home
from engine.runtime.runs import RunFolder

HEAD = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
node_types:
  thing:
    derived_from: cloudify.nodes.Root
    properties: { port: { default: 80 } }
    interfaces:
      cloudify.interfaces.lifecycle: { create: note.sh, start: note.sh, stop: note.sh, delete: note.sh }
relationships:
  in: { derived_from: cloudify.relationships.contained_in }
  to: { derived_from: cloudify.relationships.connected_to }
node_templates:
  db: { type: thing }
  app: { type: thing, relationships: [{ type: in, target: web }] }
"""
NODES = {
    "v1": """
  old: { type: thing }
  inner: { type: thing, relationships: [{ type: in, target: old }] }
  web: { type: thing, relationships: [{ type: to, target: db }, { type: to, target: old }] }
""",
    "v2": """
  new: { type: thing }
  web:
    type: thing
    properties: { port: 81 }
    relationships: [{ type: to, target: db }, { type: to, target: new }]
""",
}
WANTED = {"v1": {"db", "app", "web", "old", "inner"}, "v2": {"db", "app", "web", "new"}}
NOTE = """#!/bin/sh
sleep 0.05
case "$(ctx operation name)" in
*.create) touch "is-$(ctx node id)" ;;
*.delete) rm -f "is-$(ctx node id)" ;;
esac
"""
MOST_KILLS = 6
"""Of one round; then it is left in peace."""


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, closing(Conductor(Path(folder) / "home")) as conductor:
        _deploy(conductor, Path(folder))
        soak = _Soak(conductor, random.Random(options.seed))
        violations = [told for number in range(options.rounds) for told in soak.round(number)]
        conductor.stop_engine()
    print(json.dumps({"seed": options.seed, "did": dict(soak.did), "violations": violations}))  # the result
    return 1 if violations else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kill_updates")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _deploy(conductor: Conductor, folder: Path) -> None:
    conductor.change_setting("task_retries", 0)
    for name, nodes in NODES.items():
        (folder / name).mkdir()
        (folder / name / "blueprint.yaml").write_text(HEAD + nodes)
        (folder / name / "note.sh").write_text(NOTE)
        conductor.upload_blueprint(folder / name, name)
    conductor.create_deployment("v1", "d")
    _ended(conductor, conductor.start_execution("d", "install").id)


def _ended(conductor: Conductor, id: str) -> Execution:
    for _ in conductor.follow(id, timeout=60):
        continue
    return conductor.execution(id)


class _Soak:
    """One deployment that is brought from one blueprint to the other and back."""

    def __init__(self, conductor: Conductor, randomness: random.Random) -> None:
        self._conductor, self._randomness = conductor, randomness
        self.did: Counter[str] = Counter()

    def round(self, number: int) -> Iterator[str]:
        """Bring the deployment to a blueprint in the end, whatever happens on the way."""
        target = "v2" if number % 2 == 0 else "v1"
        id = self._update(target)
        for disturbance in range(1000):
            if disturbance < MOST_KILLS:
                self._disturb(id)
            done = _ended(self._conductor, id)
            yield from self._judge(id, target)
            if done.status is Status.TERMINATED:
                break
            if self._randomness.random() < 0.4:
                target = self._randomness.choice(list(NODES))
                id = self._update(target)
                self.did["taken over"] += 1
            else:
                self._conductor.resume_execution(id, force=True)
                self.did["resumed"] += 1
        yield from self._compare(number, target)

    def _update(self, target: str) -> str:
        options = UpdateOptions(install_first=self._randomness.random() < 0.4)
        return self._conductor.update_deployment("d", target, {}, options).id

    def _disturb(self, id: str) -> None:
        attempt = self._conductor.execution(id).attempt
        time.sleep(self._randomness.random() * 0.9)
        if self._randomness.random() < 0.3:
            with suppress(IllegalAction):
                self._conductor.cancel_execution(id)
                self.did["cancelled"] += 1
            return
        claim = RunFolder(Home(self._conductor.home.root).run(id)).claim_of(attempt)
        if claim is not None and claim.worker is not None:
            with suppress(ProcessLookupError):
                os.kill(claim.worker.pid, signal.SIGKILL)
                self.did["killed"] += 1

    def _judge(self, id: str, target: str) -> Iterator[str]:
        """Compare the blueprint that the deployment has with what the record says."""
        record, view = self._conductor.deployment_update(id), self._conductor.deployment("d")
        said = target if record.is_switched else record.old_blueprint_id
        if said != view.row.blueprint_id:
            yield f"{id} is {record.stage}, and the deployment has {view.row.blueprint_id} instead of {said}"

    def _compare(self, number: int, target: str) -> Iterator[str]:
        view = self._conductor.deployment("d")
        states = {one.node_id: one.state for one in view.instances}
        if set(states) != WANTED[target] or set(states.values()) != {"started"}:
            yield f"round {number}: {target} has {states}"
        left = {path.name.removeprefix("is-") for path in self._conductor.home.work("d").glob("is-*")}
        if left != WANTED[target]:
            yield f"round {number}: of {target} there is {sorted(left)}"


if __name__ == "__main__":
    sys.exit(main())
