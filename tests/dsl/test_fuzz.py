"""Damaged blueprints are refused with sentences, never with a traceback.

`CONDUCTOR_FUZZ` sets how many; the seed of each is its number, so that a failure names its text.
"""

import os
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest

from engine.domain.errors import BlueprintInvalid, ConductorError
from engine.dsl.calls import Scope
from engine.dsl.evaluation import evaluate, evaluate_outputs
from engine.dsl.inputs import prepare
from engine.dsl.instantiate import instantiate
from engine.dsl.library import Folder, Library
from engine.dsl.parse import check
from engine.dsl.source import load
from engine.dsl.warnings import Warnings
from tests.conformance.records import Record, Recorded, all_records
from tests.dsl.mutations import mutated
from tests.dsl.test_parse import SHOP

MANY = int(os.environ.get("CONDUCTOR_FUZZ", "400"))
RECORDS = tuple(one for one in all_records() if one["kind"] == "parse")
SEEDS: tuple[Record | None, ...] = (None, *RECORDS)
"""The shop, and whatever was recorded."""


def run(seed: int, root: Path) -> None:
    """Take a damaged text all the way to node instances, and answer every function as far as they can."""
    random = Random(seed)
    record = random.choice(SEEDS)
    text = mutated(record["yaml"] if record else SHOP, random)
    library: Library = Recorded(record) if record else Folder(root=root)
    plan, document = check(load(text, "blueprint.yaml"), library)
    Warnings(document, plan).look(())
    numbers = count()
    prepared, inputs = prepare(plan, {})
    instances = {one.id: one for one in instantiate(prepared, lambda: str(next(numbers)))}
    scope = Scope(plan=prepared, inputs=inputs, instances=instances)
    evaluate_outputs({**prepared.outputs, **prepared.capabilities}, scope)
    for one in instances.values():
        evaluate(prepared.nodes[one.node_id].properties, replace(scope, self_instance=one.id, self_node=one.node_id))


@pytest.mark.timeout(0)
def test_damaged_blueprints_are_refused_with_sentences(tmp_path: Path) -> None:
    for seed in range(MANY):
        try:
            run(seed, tmp_path)
        except BlueprintInvalid as refusal:
            assert refusal.problems, seed
            assert all(one.message and one.file for one in refusal.problems), seed
        except ConductorError as refusal:
            assert str(refusal), seed
