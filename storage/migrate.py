"""Brings a database file to the newest shape; the only place that imports SQLAlchemy at run time."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from engine.domain.errors import StorageFailed


def upgrade(path: Path, revision: str = "head") -> None:
    """Run all missing migrations on the SQLite file, up to a revision, in one transaction.

    Raises:
        StorageFailed: the file does not have the shape that its version promises; it stays as it was.
    """
    engine = _engine(path)
    try:
        with engine.begin() as connection:
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    except DatabaseError as error:
        raise StorageFailed(
            f"cannot bring the database {path} up to date: {error.orig}; nothing in it was changed. If a version of "
            "Conductor that was never released has made it, use that one or another state directory (--home)"
        ) from error
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _own_transactions(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined] # DBAPI: we emit BEGIN ourselves, DDL included

    @event.listens_for(engine, "begin")
    def _begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined] # SQLAlchemy's Connection

    return engine
