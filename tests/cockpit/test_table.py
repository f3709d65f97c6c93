"""The cursor of a table stays on its row, whatever happens to the rows around it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult

from conductor_tui.spans import Span
from conductor_tui.widgets.columns import Column, Row
from conductor_tui.widgets.table import Table


class TableApp(App[None]):
    CSS = "Table { height: 6; width: 20; }"

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        yield Table([Column("NAME", 4, 20, grows=True)], empty=[(Span("nothing here"),)], id="table")

    def on_table_opened(self, message: Table.Opened) -> None:
        self.opened.append(message.key)


@asynccontextmanager
async def table_of(keys: Sequence[str]) -> AsyncIterator[tuple[Table, "TableApp"]]:
    app = TableApp()
    async with app.run_test(size=(20, 8)) as pilot:
        table = app.query_one(Table)
        table.show(rows(keys))
        table.focus()
        await pilot.pause()
        yield table, app


def rows(keys: Sequence[str]) -> list[Row]:
    return [Row(key, ((Span(f"row {key}"),),)) for key in keys]


def shown(table: Table) -> list[str]:
    return [table.render_line(y).text.strip() for y in range(table.size.height)]


async def test_the_cursor_stays_on_its_key_when_rows_come_before_it() -> None:
    async with table_of("abc") as (table, _):
        table.action_move(1)
        table.show(rows("xyabc"))

        assert table.key == "b"


async def test_the_cursor_goes_to_the_nearest_row_when_its_own_is_gone() -> None:
    async with table_of("abc") as (table, _):
        table.action_bottom()
        table.show(rows("ab"))

        assert table.key == "b"


async def test_the_row_under_the_cursor_is_always_visible() -> None:
    async with table_of([str(number) for number in range(50)]) as (table, app):
        for _ in range(30):
            table.action_move(1)
        await app.workers.wait_for_complete()
        app.screen.refresh()

        assert table.key == "30"
        assert any("row 30" in text for text in shown(table))
        assert shown(table)[0] == "NAME"


async def test_enter_opens_the_key_under_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=(20, 8)) as pilot:
        app.query_one(Table).show(rows("ab"))
        app.query_one(Table).focus()
        await pilot.press("j", "enter")

        assert app.opened == ["b"]


async def test_a_filter_keeps_only_rows_that_contain_it() -> None:
    async with table_of(["web-1", "db", "WEB-2"]) as (table, _):
        table.narrow("web")

        assert [row.key for row in table.rows] == ["web-1", "WEB-2"]
        table.narrow("nothing like it")
        assert table.key is None
        assert "no row contains" in shown(table)[0]


async def test_an_empty_table_says_so_only_after_it_has_loaded() -> None:
    app = TableApp()
    async with app.run_test(size=(20, 8)):
        table = app.query_one(Table)

        assert shown(table)[0] == "loading …"
        table.show([])
        assert shown(table)[0] == "nothing here"


async def test_brackets_in_cells_stay_brackets() -> None:
    async with table_of(["[/red]"]) as (table, _):
        assert shown(table)[1].endswith("row [/red]")


async def test_a_hundred_thousand_rows_are_drawn_line_by_line() -> None:
    async with table_of([str(number) for number in range(100_000)]) as (table, _):
        table.action_bottom()

        assert table.key == "99999"
