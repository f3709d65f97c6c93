"""The database file: its shape, its gate, its guards."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

import storage.tables
from engine.domain.blueprint import Output, Parameter
from engine.domain.errors import StorageFailed
from engine.domain.execution import ACTIVE, FINAL, TRANSITIONS, WAITING, OperationState, Status
from engine.domain.json import Json
from storage import dependencies, executions
from storage.database import HEAD, Database
from storage.gate import Turn
from storage.migrate import upgrade
from tests.builders import NOW, a_plan, an_execution, minutes, store_deployment


def schema(connection: sqlite3.Connection) -> set[frozenset[str]]:
    """Return each statement as the set of its clauses: their order means nothing."""
    rows = connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version' AND name NOT LIKE 'sqlite_%'"
    )
    return {frozenset(re.split(r", (?![^(]*\))| \($| \)$", " ".join(row[0].split()))) for row in rows}


def test_migrations_build_exactly_the_tables(database: Database, tmp_path: Path) -> None:
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    SQLModel.metadata.create_all(declared)
    declared.dispose()
    with sqlite3.connect(tmp_path / "declared.db") as connection:
        expected = schema(connection)
    connection.close()

    with database.read() as connection:
        assert expected == schema(connection)


def test_a_database_of_another_shape_than_its_version_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "conductor.db"
    upgrade(path, "0004")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE blueprint_upload (id TEXT)")
        connection.commit()
        before = schema(connection)

    with pytest.raises(StorageFailed, match=r"cannot bring the database .* up to date: table blueprint_upload already"):
        Database.open(tmp_path)

    with closing(sqlite3.connect(path)) as connection:
        assert before == schema(connection)
        assert ("0004",) == connection.execute("SELECT version_num FROM alembic_version").fetchone()


def test_the_plans_of_an_earlier_version_tell_who_depends_on_whom(database: Database, home: Path) -> None:
    def reading(*arguments: Json) -> Output:
        return Output(value={"concat": ["at ", {"get_capability": list(arguments)}]})

    plan = a_plan(
        inputs={"unused": Parameter(default={"get_capability": ["nobody", "x"]}, has_default=True)},
        outputs={"one": reading("a", "x"), "again": reading("a", "y"), "own": reading("b", "x")},
        capabilities={"two": reading(reading("c", "name").value, "x"), "dotted": reading("d.1", "x")},
    )
    store_deployment(database, "b", plan)
    store_deployment(database, "damaged")
    with database.write() as connection:
        expected = dependencies.sources(connection, "b")
        connection.execute("UPDATE deployment SET \"plan\" = '{\"get_capability\"' WHERE id = 'damaged'")
        connection.execute("DROP TABLE deployment_dependency")
        connection.execute("UPDATE alembic_version SET version_num = '0007'")

    with Database.open(home).read() as connection:
        assert ("a", "c", "d.1") == expected == dependencies.sources(connection, "b")
        assert ["b"] == [one.id for one in dependencies.dependents(connection, "a")]


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")

    assert HEAD == ScriptDirectory.from_config(config).get_current_head()


def test_the_guards_know_the_same_statuses_as_the_rules() -> None:
    def listed(text: str) -> set[str]:
        return set(text.strip("()").replace("'", "").split(", "))

    assert {str(status) for status in ACTIVE} == listed(storage.tables.executions.ACTIVE)
    assert {str(status) for status in FINAL} == listed(storage.tables.executions.FINAL)
    assert {str(status) for status in ACTIVE | FINAL | WAITING - {Status.SCHEDULED}} == listed(
        storage.tables.executions.STATUSES
    )
    steps = {f"{source} {target}" for source in Status for target in TRANSITIONS[source] if source not in FINAL}
    assert {one for one in steps if "scheduled" not in one} == listed(storage.tables.executions.STEPS)
    assert {str(state) for state in OperationState} == listed(storage.tables.executions.OPERATION_STATES)


def test_opening_again_needs_no_sqlalchemy(database: Database, home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from storage.database import Database; "
        "import storage.executions, storage.events, storage.views; Database.open(Path(sys.argv[1])).data_version(); "
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'sqlmodel', 'alembic', 'pydantic')))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", program, str(home)], check=False).returncode


def test_a_database_of_a_newer_version_is_left_alone(database: Database, home: Path) -> None:
    with database.write() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageFailed, match="newer Conductor"):
        Database.open(home)


def test_a_file_that_is_no_database_is_refused(home: Path) -> None:
    (home / "conductor.db").write_bytes(b"this is not a database, whatever it is called" * 100)

    with pytest.raises(StorageFailed, match=r"cannot open the database .*conductor\.db"):
        Database.open(home)


def test_a_power_cut_can_damage_nothing(database: Database) -> None:
    """NORMAL keeps the file sound; that nothing acknowledged is lost either is proved below."""
    with database.read() as connection:
        assert 1 == connection.execute("PRAGMA synchronous").fetchone()[0]
        assert "wal" == connection.execute("PRAGMA journal_mode").fetchone()[0]
        assert 1 == connection.execute("PRAGMA foreign_keys").fetchone()[0]


class Watched(Database):
    """Notes whether the gate was open whenever a commit is written to the disk."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.gates: list[bool] = []

    def make_durable(self) -> None:
        turn = Turn(self._gate_path)
        self.gates.append(turn.take(30.0))
        turn.end()
        super().make_durable()


def test_a_commit_is_written_to_the_disk_while_others_may_write_already(database: Database, home: Path) -> None:
    watched = Watched(home)
    store_deployment(watched)
    before = len(watched.gates)
    with watched.write() as connection:
        executions.insert(connection, an_execution())

    assert [True] == watched.gates[before:]


def test_a_write_that_changes_nothing_waits_for_no_disk(database: Database, home: Path) -> None:
    watched = Watched(home)
    with watched.write() as connection:
        executions.find(connection)

    assert [] == watched.gates


def test_a_commit_to_a_deleted_file_is_not_taken_for_durable(database: Database, home: Path) -> None:
    store_deployment(database)
    (home / "conductor.db-wal").unlink()

    with pytest.raises(StorageFailed, match="to the disk"):
        store_deployment(database, "d2")


def test_a_write_that_raises_leaves_nothing(database: Database) -> None:
    store_deployment(database)
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        executions.insert(connection, an_execution())
        raise ZeroDivisionError

    with database.read() as connection:
        assert [] == executions.find(connection)


def test_a_commit_of_another_process_is_noticed(database: Database, home: Path) -> None:
    before = database.data_version()
    other = Database.open(home)
    store_deployment(other)
    other.close()

    assert before != database.data_version()


def test_a_commit_of_the_own_process_is_noticed(database: Database) -> None:
    before = database.data_version()
    store_deployment(database)

    assert before != database.data_version()


def test_no_update_is_lost_between_processes(database: Database, home: Path) -> None:
    store_deployment(database)
    with database.write() as connection:
        connection.execute("UPDATE deployment SET inputs = '0'")
    program = (
        "import sys; from pathlib import Path; from storage.database import Database\n"
        "d = Database.open(Path(sys.argv[1]))\n"
        "for _ in range(50):\n"
        "    with d.write() as c:\n"
        "        n = int(c.execute('SELECT inputs FROM deployment').fetchone()[0])\n"
        "        c.execute('UPDATE deployment SET inputs = ?', (str(n + 1),))\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(home)]) for _ in range(4)]
    assert [0, 0, 0, 0] == [writer.wait(60) for writer in writers]

    with database.read() as connection:
        assert "200" == connection.execute("SELECT inputs FROM deployment").fetchone()[0]


def test_the_database_allows_one_active_execution_per_deployment(database: Database) -> None:
    store_deployment(database)
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        executions.insert(connection, an_execution("e1"))
        executions.insert(connection, an_execution("e2"))


def test_the_database_lets_forced_executions_run_in_parallel(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution("e1"))
        executions.insert(connection, an_execution("e2", force=True))

        assert 2 == len(executions.active(connection))


def test_the_database_keeps_a_final_status_final(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution(status=Status.TERMINATED))
    with pytest.raises(sqlite3.IntegrityError, match="new attempt only"), database.write() as connection:
        connection.execute("UPDATE execution SET status = 'started'")


def test_the_database_refuses_a_status_that_does_not_exist(database: Database) -> None:
    store_deployment(database)
    with pytest.raises(sqlite3.IntegrityError, match="execution_status"), database.write() as connection:
        executions.insert(connection, an_execution())
        connection.execute("UPDATE execution SET status = 'lost', attempt = 2")


def test_a_schedule_survives_the_purge_of_the_execution_that_it_fired(database: Database) -> None:
    store_deployment(database)
    with database.write() as connection:
        executions.insert(connection, an_execution())
        connection.execute(
            "INSERT INTO schedule (deployment_id, id, owner_id, workflow_id, parameters, execution_arguments, rule, "
            "slip, stop_on_fail, policies, enabled, pause_reason, latest_execution_id, is_failure_latched, origin, "
            "created_at) VALUES ('d1', 's', 'd1', 'install', '{}', '{}', '{}', 0, 0, '{}', 1, '', 'e1', 0, 'user', ?)",
            (str(NOW + minutes(1)),),
        )
        connection.execute("DELETE FROM execution")

        assert [None] == [row[0] for row in connection.execute("SELECT latest_execution_id FROM schedule")]


def test_a_database_of_another_shape_is_told_in_a_sentence(database: Database, home: Path) -> None:
    with database.write() as connection:
        connection.execute("ALTER TABLE execution RENAME COLUMN origin TO source")

    with pytest.raises(StorageFailed, match=f"another version of Conductor .* move {home} away"), database.read() as c:
        executions.find(c)
    with pytest.raises(StorageFailed, match="another version of Conductor"), database.write() as c:
        executions.insert(c, an_execution())


def test_a_damaged_database_is_told_in_a_sentence(database: Database, home: Path) -> None:
    store_deployment(database)
    database.close()
    with (home / "conductor.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 65536)

    with pytest.raises(StorageFailed, match=r"cannot (read|open) the database"):
        broken = Database.open(home)
        with broken.read() as connection:
            executions.find(connection)
            connection.execute("SELECT * FROM deployment").fetchall()


def test_the_files_of_the_database_belong_to_this_user_alone(tmp_path: Path) -> None:
    database = Database.open(tmp_path)
    with database.write() as connection:
        connection.execute("PRAGMA user_version")

    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    database.close()
    assert {"conductor.db", "conductor.db-wal", "conductor.db-shm", "write.lock"} <= set(modes)
    assert {0o600} == set(modes.values())
