"""Rows become aligned columns that fit a terminal."""

from conductor_tui.cli.table import Column, cells_wide, layout

COLUMNS = (Column("id"), Column("n", is_number=True), Column("text", is_elastic=True))


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    lines = layout(COLUMNS, [("a", "1", "x"), ("bcd", "20", "yy")])

    assert lines == ["id    n  text", "a     1  x", "bcd  20  yy"]


def test_nothing_is_cut_without_a_width() -> None:
    lines = layout(COLUMNS, [("a", "1", "x" * 500)])

    assert lines[1].endswith("x" * 500)


def test_elastic_columns_are_cut_first_to_fit() -> None:
    lines = layout(COLUMNS, [("i" * 20, "1", "x" * 100)], width=40)

    assert lines[1] == "i" * 20 + "  1  " + "x" * 14 + "…"
    assert len(lines[1]) == 40


def test_an_elastic_column_keeps_its_least_width() -> None:
    row = ("i" * 20, "1", "x" * 100)

    assert layout(COLUMNS, [row], width=37)[1] == "i" * 20 + "  1  " + "x" * 11 + "…"
    assert layout(COLUMNS, [row], width=30)[1] == "i" * 20 + "  1"


TIMES = (Column("id"), Column("name"), Column("n", is_number=True), Column("at"), Column("ended"))
ROW = ("i" * 20, "n" * 30, "1", "2026-11-23 08:14:59Z", "2026-11-23 08:15:59Z")


def test_times_lose_seconds_and_zone_before_texts_are_cut() -> None:
    lines = layout(TIMES, [ROW], width=sum(map(len, ROW)))

    assert lines[1] == "  ".join(("i" * 20, "n" * 30, "1", "2026-11-23 08:14", "2026-11-23 08:15"))


def test_the_widest_texts_are_cut_but_never_the_first_column() -> None:
    lines = layout(TIMES, [ROW], width=80)

    assert lines[1] == "  ".join(("i" * 20, "n" * 18 + "…", "1", "2026-11-23 08:14", "2026-11-23 08:15"))
    assert len(lines[1]) == 80


def test_times_without_room_are_left_out_from_the_last_on() -> None:
    lines = layout(TIMES, [ROW], width=56)

    assert lines[1] == "  ".join(("i" * 20, "n" * 12 + "…", "1", "2026-11-23 08:14"))


def test_wide_characters_take_two_cells() -> None:
    lines = layout((Column("id"), Column("x")), [("日本", "1"), ("abcd", "2")])

    assert lines == ["id    x", "日本  1", "abcd  2"]
    assert cells_wide("e\u0301") == 1


def test_control_characters_of_data_never_reach_the_terminal() -> None:
    lines = layout((Column("id"),), [("a\x1b[31mb\r\n\x9b2J\u202e",)])

    assert all(line.isprintable() for line in lines)
