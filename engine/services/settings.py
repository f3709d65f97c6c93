"""The use cases of settings: read them, change one, take one back."""

from sqlite3 import Connection

from engine.domain.json import Json
from engine.domain.settings import Setting, Settings, check, check_key, describe, settings_from
from storage import settings
from storage.database import Database


def load_in(connection: Connection) -> Settings:
    return settings_from(settings.find(connection))


def limit_in(connection: Connection) -> int:
    """Return how many executions may run at once; 0 sets no limit."""
    return load_in(connection).max_concurrent_executions


def load(database: Database) -> Settings:
    """Return the settings in force."""
    with database.read() as connection:
        return load_in(connection)


def listing(database: Database) -> list[Setting]:
    return describe(load(database))


def get(database: Database, key: str) -> Setting:
    """Return one setting.

    Raises:
        NotFound: there is no such setting.
    """
    check_key(key)
    return _one(listing(database), key)


def _one(settings: list[Setting], key: str) -> Setting:
    return next(one for one in settings if one.key == key)


def change(database: Database, key: str, value: Json) -> Setting:
    """Set one setting; the engine follows it from its next look on.

    Raises:
        NotFound: there is no such setting.
        InvalidValue: the value is out of bounds.
    """
    checked = check(key, value)
    with database.write() as connection:
        settings.put(connection, key, checked)
        return _one(describe(load_in(connection)), key)


def reset(database: Database, key: str) -> Setting:
    """Let one setting have its default again.

    Raises:
        NotFound: there is no such setting.
    """
    check_key(key)
    with database.write() as connection:
        settings.remove(connection, key)
        return _one(describe(load_in(connection)), key)
