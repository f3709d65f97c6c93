"""A terminal is spared the end of an endless line and told how much it is; files, pipes and JSON get all of it."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from conductor_tui.cli.output import LONGEST_ON_SCREEN, for_screen
from conductor_tui.cli.table import Column, layout
from tests.cli.conftest import Cli
from tests.cli.test_terminal import on_terminal
from tests.domain.work import lines_of

ENDLESS = "[red]\x1b[1m" * 1_000_000
SEEN = ENDLESS.replace("\x1b", "␛")


def make_endless(home: Path) -> None:
    """Give the blueprint `talk` and the inputs of its deployment a text of nine million characters."""
    with closing(sqlite3.connect(home / "conductor.db")) as connection:
        connection.execute("UPDATE blueprint SET description = ?", (ENDLESS,))
        connection.execute("UPDATE deployment SET inputs = ?", (json.dumps({"endless": ENDLESS}),))
        connection.commit()


def test_a_terminal_gets_the_beginning_and_a_count_of_the_rest(home: Path, cli: Cli, deployed: str) -> None:
    make_endless(home)
    for words in (("deployments", "get", "talk"), ("blueprints", "get", "talk"), ("blueprints", "list")):
        code, seen = on_terminal(home, *words)

        assert code == 0, words
        assert max(map(len, seen.splitlines())) < LONGEST_ON_SCREEN + 100, words
        assert "list" in words or re.search(r"… \d+ more characters; --json, a file or a pipe gets them all", seen)


def test_a_pipe_gets_all_of_it_and_a_listing_its_beginning(home: Path, cli: Cli, deployed: str) -> None:
    make_endless(home)

    assert SEEN in cli("deployments", "get", "talk").out
    assert json.loads(cli("blueprints", "get", "talk", "--json").out)["description"] == ENDLESS
    assert " more characters" in cli("blueprints", "list").out


def test_a_cut_never_leaves_half_a_code_or_a_colour_behind() -> None:
    before, after = "x" * (LONGEST_ON_SCREEN - 12), "y" * 10
    shown = for_screen(f"{before}\x1b[31m{after}\x1b[0m")

    assert re.sub("\x1b\\[[0-9]*m", "", shown).isprintable()
    assert "\x1b[0m…" in shown


def test_a_table_with_an_endless_cell_is_no_more_work_than_with_a_long_one() -> None:
    columns = (Column("id"), Column("text", is_elastic=True))

    def work(text: str) -> int:
        return lines_of(lambda: layout(columns, [("a", text)], 80))

    work(ENDLESS[:10_000])  # learns the characters
    assert work(ENDLESS) < work(ENDLESS[:1_000_000]) + 100  # its count has one more digit


def test_a_name_without_end_does_not_push_every_value_as_far(home: Path, cli: Cli, deployed: str) -> None:
    with closing(sqlite3.connect(home / "conductor.db")) as connection:
        connection.execute("UPDATE deployment SET inputs = ?", (json.dumps({"n" * 100_000: "a\nb\nc"}),))
        connection.commit()

    assert len(cli("deployments", "get", "talk").out) < 10_000
