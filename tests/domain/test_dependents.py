"""Which deployments a plan reads from, and what may not be done to those."""

import pytest

from engine.domain.dependents import Dependent, hindering, listed, sources_of
from engine.domain.errors import DependentsExist
from engine.domain.json import Json


def call(*arguments: Json) -> Json:
    return {"get_capability": list(arguments)}


@pytest.mark.parametrize(
    ("plan", "sources"),
    [
        ({"outputs": {"url": {"value": call("network", "address")}}}, ("network",)),
        ({"nodes": {"web": {"operations": {"create": {"inputs": {"all": [{"deep": call("a", "x", 0)}]}}}}}}, ("a",)),
        ({"nodes": {"web": {"properties": {"both": {"concat": [call("b", "x"), call("a", "x")]}}}}}, ("a", "b")),
        ({"outputs": {"twice": {"value": [call("a", "x"), call("a", "y")]}}}, ("a",)),
        ({"labels": {"where": [call("a", "x")]}}, ("a",)),
        ({"outputs": {"none": {"value": {"get_attribute": ["web", "address"]}}}}, ()),
    ],
)
def test_sources_are_named_outright_anywhere_in_a_plan(plan: Json, sources: tuple[str, ...]) -> None:
    assert sources == sources_of(plan)


def test_a_name_that_is_computed_is_not_known_but_what_computes_it_is() -> None:
    assert ("inner",) == sources_of({"outputs": {"x": {"value": call(call("inner", "name"), "address")}}})


def test_a_default_that_nobody_has_chosen_names_no_source() -> None:
    assert () == sources_of({"inputs": {"x": {"default": call("a", "x")}}, "data_types": {"t": call("b", "x")}})


def test_a_list_that_calls_nothing_names_no_source() -> None:
    assert () == sources_of({"outputs": {"x": {"value": {"get_capability": "a"}}, "y": {"value": call("a")}}})


ACTIVE, IDLE = Dependent(id="b", is_active=True), Dependent(id="b", is_active=False)


@pytest.mark.parametrize(
    ("workflow_id", "dependent", "is_hindered"),
    [
        ("stop", ACTIVE, True),
        ("uninstall", ACTIVE, True),
        ("heal", ACTIVE, True),
        ("update", ACTIVE, True),
        ("install", ACTIVE, False),
        ("scale", ACTIVE, False),
        ("uninstall", IDLE, False),
        ("stop", IDLE, True),
        ("heal", IDLE, True),
        ("update", IDLE, True),
        ("uninstall", Dependent(id="b", is_active=True, under_way=frozenset({"uninstall"})), False),
        ("stop", Dependent(id="b", is_active=True, under_way=frozenset({"report", "heal"})), False),
        ("uninstall", Dependent(id="b", is_active=True, under_way=frozenset({"install"})), True),
    ],
)
def test_what_takes_away_waits_for_dependents_that_nobody_deals_with(
    workflow_id: str, dependent: Dependent, is_hindered: bool
) -> None:
    assert (("b",) if is_hindered else ()) == hindering(workflow_id, [dependent])


def test_three_dependents_are_named_and_the_others_counted() -> None:
    assert "`a`, `b`, `c`" == listed(["a", "b", "c"])
    assert "`a`, `b`, `c` and 2 more" == listed(["a", "b", "c", "d", "e"])


def test_the_refusal_names_both_sides_and_the_mend() -> None:
    error = DependentsExist("execute workflow `uninstall` on", "a", "`b`", "uninstall those first")

    assert (
        "Can't execute workflow `uninstall` on deployment `a`: existing installations depend on it: `b`; "
        "uninstall those first"
    ) == str(error)
