"""Scaling and changed plans against recorded behaviour."""

from collections import Counter
from dataclasses import replace

import pytest

from engine.domain.deployment import NodeInstance
from engine.dsl.modify import Change, Touched, modify
from tests.conformance.likeness import likeness
from tests.conformance.records import Record, cases
from tests.conformance.test_prepare import counter
from tests.conformance.worlds import Form, instances_of, plan_of

KINDS = ("added", "removed", "extended", "reduced")


@pytest.mark.parametrize("record", cases("modify"))
def test_a_deployment_is_modified_as_recorded(record: Record) -> None:
    """Which of several equal instances goes is chance in the reference, unless hints name some."""
    arguments, result = record["args"], record["outcome"]["result"]
    previous = instances_of(arguments["previous_node_instances"])
    changes = changes_of(arguments["modified_nodes"])

    found = modify(plan_of(arguments["nodes"], arguments["scaling_groups"]), previous, changes, counter())

    ours = {kind: shape(getattr(found, kind)) for kind in KINDS}
    assert {kind: recorded_shape(result[f"{kind}_and_related"], kind) for kind in KINDS} == ours
    assert likeness(remaining(previous, result)) == likeness(
        [one for one in found.instances if one.id in {old.id for old in previous}]
    )
    assert hinted(changes, {one.id for one in found.removed.changed}) == hinted(changes, removed_ids(result))


def remaining(previous: tuple[NodeInstance, ...], result: Form) -> list[NodeInstance]:
    """Return the instances that stay, with the relations that are left and those that came."""
    gone = removed_ids(result)
    new = {one.id: one.relationships for one in instances_of(result["extended_and_related"])}
    lost = {one.id: one.relationships for one in instances_of(result["reduced_and_related"])}
    return [
        replace(
            one,
            relationships=tuple(two for two in one.relationships if two not in lost.get(one.id, ()))
            + new.get(one.id, ()),
        )
        for one in previous
        if one.id not in gone
    ]


def removed_ids(result: Form) -> set[str]:
    return {one["id"] for one in result["removed_and_related"] if one.get("modification") == "removed"}


def hinted(changes: dict[str, Change], removed: set[str]) -> tuple[set[str], set[str]]:
    """Return which of the hinted instances are removed; nothing where only hinted ones are."""
    first = {id for change in changes.values() for id in change.remove_first}
    last = {id for change in changes.values() for id in change.keep}
    return (set() if removed <= first else first & removed, set() if removed <= last else last & removed)


def changes_of(modified: Form | list[Form]) -> dict[str, Change]:
    """Return recorded changes of numbers; a list of nodes changes none."""
    if isinstance(modified, list):
        return {}
    return {
        name: Change(
            instances=one["instances"],
            remove_first=frozenset(one.get("removed_ids_include_hint") or ()),
            keep=frozenset(one.get("removed_ids_exclude_hint") or ()),
        )
        for name, one in modified.items()
    }


def shape(touched: Touched) -> Counter[object]:
    """Return the instances of a result, their ids left out."""
    return Counter(
        [
            *(_shape(one, is_changed=True) for one in touched.changed),
            *(_shape(one, is_changed=False) for one in touched.related),
        ]
    )


def recorded_shape(recorded: list[Form], kind: str) -> Counter[object]:
    """Return the instances of a recorded result in the same form."""
    found = zip(instances_of(recorded), recorded, strict=True)
    return Counter(_shape(one, is_changed=form.get("modification") == kind) for one, form in found)


def _shape(one: NodeInstance, *, is_changed: bool) -> object:
    relations = tuple((relation.type, relation.target_node) for relation in one.relationships)
    return (one.node_id, is_changed, relations, tuple(one.scaling_groups.values()))
