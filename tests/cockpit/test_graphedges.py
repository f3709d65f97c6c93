"""Lines lead from box to box, and nowhere else."""

from collections.abc import Sequence

from conductor_tui.graphboxes import Box
from conductor_tui.graphedges import Edges, edges
from conductor_tui.spans import Span


def graph(*layers: str, **after: str) -> list[list[Box]]:
    """Return layers of boxes; `after` says what each leads to."""
    return [
        [
            Box(
                key=key,
                layer=number,
                line=(Span(key),),
                before=frozenset(one for one, targets in after.items() if key in targets.split()),
                after=frozenset(after.get(key, "").split()),
            )
            for key in layer.split()
        ]
        for number, layer in enumerate(layers)
    ]


def drawn(layers: Sequence[Sequence[Box]]) -> list[str]:
    made = edges(layers)
    return [_row(layers, made, row) for row in range(max(map(len, layers)))]


def _row(layers: Sequence[Sequence[Box]], made: Edges, row: int) -> str:
    text = ""
    for number, layer in enumerate(layers):
        text += layer[row].key if row < len(layer) else "─" if (number, row) in made.lanes else " "
        if number < len(made.gaps):
            gap = made.gaps[number]
            text += "".join(gap.cells[row, at].sign if (row, at) in gap.cells else " " for at in range(gap.width))
    return text.rstrip()


def test_what_parts_and_meets_again_is_drawn_as_branches() -> None:
    made = graph("a", "b c d", "e f g", "h", a="b c d", b="e", c="f g", d="g", e="h", f="h", g="h")

    assert ["a─┬─b───e─┬─h", "  ├─c─┬─f─┤", "  └─d─┴─g─┘"] == drawn(made)


def test_an_edge_over_several_layers_goes_through_a_row_that_is_free() -> None:
    made = graph("a", "b c", "d", "e", a="b c", b="d", c="e", d="e")

    assert ["a─┬─b───d─┬─e", "  └─c─────┘"] == drawn(made)


def test_an_edge_for_which_no_row_is_free_is_not_drawn() -> None:
    assert ["a───b───c"] == drawn(graph("a", "b", "c", a="b c", b="c"))


def test_groups_that_overlap_have_trunks_of_their_own() -> None:
    made = edges(graph("a b c d", "e f g h", a="e", b="h", c="g", d="f"))

    assert 4 == made.gaps[0].width
    assert not made.gaps[0].cells[0, 1].is_near("b")
    assert {("a", "e")} == made.gaps[0].cells[0, 2].edges


def test_a_graph_without_edges_has_gaps_without_lines() -> None:
    assert ["ab"] == [one.replace(" ", "") for one in drawn(graph("a", "b"))]
