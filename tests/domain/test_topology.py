"""Every node instance stands once, below what contains it."""

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.topology import Placed, forest
from engine.domain.view import Edge, InstanceRow


def row(id: str, container: str = "") -> InstanceRow:
    edges = (Edge(type="contained_in", target_id=container, is_containment=True),) if container else ()
    return InstanceRow(id=id, node_id=id, type="t", state="started", host_id=None, runtime_properties={}, edges=edges)


def drawn(placed: list[Placed]) -> list[str]:
    return [f"{''.join('L' if last else 'T' for last in one.lasts)} {one.row.id}".strip() for one in placed]


def test_what_is_contained_stands_below_its_container_in_the_order_of_the_rows() -> None:
    rows = [row("net"), row("app", "vm"), row("vm"), row("db", "vm"), row("file", "app")]

    assert ["net", "vm", "T app", "TL file", "L db"] == drawn(forest(rows))


def test_what_stands_in_something_unknown_is_a_root() -> None:
    assert ["app"] == drawn(forest([row("app", "gone")]))


def test_a_circle_loses_nothing() -> None:
    assert ["a", "b"] == sorted(drawn(forest([row("a", "b"), row("b", "a")])))


def test_very_deep_containment_is_no_trouble() -> None:
    rows = [row("0"), *(row(str(number), str(number - 1)) for number in range(1, 1000))]

    assert 999 == len(forest(rows)[-1].lasts)


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), unique_by=lambda pair: pair[0]))
def test_every_row_stands_exactly_once(pairs: list[tuple[int, int]]) -> None:
    rows = [row(str(id), str(container)) for id, container in pairs]

    assert sorted(one.id for one in rows) == sorted(one.row.id for one in forest(rows))
