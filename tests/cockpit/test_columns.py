"""Columns share the room: the needed ones stay, the others go before anything is cut."""

from conductor_tui.widgets.columns import GAP, Column, widths

NAME = Column("NAME", 10, 30, grows=True)
STATE = Column("STATE", 8, 12)
EXTRA = Column("EXTRA", 6, 6, rank=4)


def test_the_growing_column_takes_what_is_left() -> None:
    assert widths([NAME, STATE], [5, 8], 40) == [40 - 8 - 2 * GAP, 8]


def test_a_column_of_high_rank_goes_before_another_is_cut() -> None:
    assert widths([NAME, STATE, EXTRA], [10, 8, 6], 22)[2] == 0
    assert widths([NAME, STATE, EXTRA], [10, 8, 6], 30)[2] == 6


def test_columns_that_must_stay_shrink_to_their_least() -> None:
    assert widths([NAME, STATE], [30, 12], 20) == [10, 8]


def test_the_widths_never_exceed_the_room_where_the_least_fits() -> None:
    for room in range(20, 90):
        given = widths([NAME, STATE, EXTRA], [30, 12, 6], room)

        assert sum(width + GAP for width in given if width) <= room
