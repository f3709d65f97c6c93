"""Copies of the database that are made while others write."""

import sqlite3
import threading
from pathlib import Path

import pytest

from engine.domain.errors import StorageFailed
from storage import executions
from storage.database import Database
from tests.builders import an_execution, store_deployment


def test_every_copy_made_under_load_is_whole_and_of_one_moment(database: Database, tmp_path: Path) -> None:
    store_deployment(database)
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            with database.write() as connection:
                for _ in range(2):
                    n += 1
                    executions.insert(connection, an_execution(f"e{n}", force=True))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(20):
            database.copy_to(tmp_path / f"{n}.db")
    finally:
        stop.set()
        writer.join()

    for n in range(20):
        copy = sqlite3.connect(tmp_path / f"{n}.db")
        assert [("ok",)] == copy.execute("PRAGMA integrity_check").fetchall()
        assert 0 == copy.execute("SELECT count(*) % 2 FROM execution").fetchone()[0]
        copy.close()


def test_a_copy_replaces_no_file(database: Database, tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("precious")

    with pytest.raises(StorageFailed, match="cannot copy the database"):
        database.copy_to(tmp_path / "x.db")
    assert "precious" == (tmp_path / "x.db").read_text()


def test_an_attached_copy_is_read_beside_the_database_and_let_go(database: Database, tmp_path: Path) -> None:
    store_deployment(database)
    database.copy_to(tmp_path / "x.db")
    with database.attached(tmp_path / "x.db", "copy"), database.write() as connection:
        connection.execute("DELETE FROM deployment")
        assert 1 == connection.execute("SELECT count(*) FROM copy.deployment").fetchone()[0]

    with database.read() as connection, pytest.raises(sqlite3.OperationalError, match="no such table"):
        connection.execute("SELECT 1 FROM copy.deployment")
