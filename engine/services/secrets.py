"""The use cases of secrets: store, show, forget, and read where a function needs one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from sqlite3 import Connection
from typing import TYPE_CHECKING

from engine.domain.errors import AlreadyExists, FunctionFailed, InUse, StorageFailed
from engine.domain.event import Draft, EventType
from engine.domain.naming import check_id
from engine.domain.secret import Secret, masked, require_value
from engine.services.vault import Sealed, Vault
from storage import events, secrets
from storage.secrets import SecretRow

if TYPE_CHECKING:
    from storage.database import Database

ReadSecret = Callable[[Connection, str], str]
"""Returns the value of a secret, or raises FunctionFailed."""


def create(
    database: "Database",
    home: Path,
    key: str,
    value: str,
    *,
    is_hidden: bool = False,
    update_if_exists: bool = False,
    now: datetime,
) -> Secret:
    """Store a secret.

    Raises:
        InvalidValue: the key or the value cannot be one.
        AlreadyExists: the key is taken, and the secret may not be updated.
        StorageFailed: the value cannot be sealed.
    """
    sealed = Vault(home).seal(check_id("secret", key), require_value(key, value))
    with database.write() as connection:
        before = secrets.find(connection, key)
        if before is not None and not update_if_exists:
            raise AlreadyExists("secret", key)
        created_at = now if before is None else before.created_at
        row = _row(key, sealed, is_hidden=is_hidden, created_at=created_at, now=now)
        secrets.put(connection, row)
        _note(connection, f"secret `{key}` was {'created' if before is None else 'updated'}", now)
    return _secret(row, is_readable=True)


def update(
    database: "Database", home: Path, key: str, value: str | None, *, is_hidden: bool | None = None, now: datetime
) -> Secret:
    """Give a secret another value, or only hide it or not; None leaves either as it is.

    Raises:
        NotFound: there is no such secret.
        InvalidValue: the value cannot be one.
        StorageFailed: the value cannot be sealed.
    """
    vault = Vault(home)
    sealed = None if value is None else vault.seal(key, require_value(key, value))
    with database.write() as connection:
        row = secrets.get(connection, key)
        if sealed is not None:
            row = replace(row, sealed=sealed.text, key_id=sealed.key_id)
        row = replace(row, is_hidden=row.is_hidden if is_hidden is None else is_hidden, updated_at=now)
        secrets.put(connection, row)
        _note(connection, f"secret `{key}` was updated", now)
    return _secret(row, is_readable=row.key_id in vault.key_ids())


def listing(database: "Database", home: Path) -> list[Secret]:
    """Return all secrets without their values, by key."""
    with database.read() as connection:
        rows = secrets.every(connection)
    ids = Vault(home).key_ids() if rows else frozenset()
    return [_secret(row, is_readable=row.key_id in ids) for row in rows]


def get(database: "Database", home: Path, key: str) -> Secret:
    """Return one secret without its value.

    Raises:
        NotFound: there is no such secret.
    """
    with database.read() as connection:
        row = secrets.get(connection, key)
    return _secret(row, is_readable=row.key_id in Vault(home).key_ids())


def reveal(database: "Database", home: Path, key: str, *, now: datetime) -> str:
    """Return the value of a secret; that it was read is told as an event.

    Raises:
        NotFound: there is no such secret.
        StorageFailed: it cannot be opened.
    """
    with database.write() as connection:
        row = secrets.get(connection, key)
        _note(connection, f"the value of secret `{key}` was shown", now)
    return Vault(home).open(key, Sealed(key_id=row.key_id, text=row.sealed))


def delete(database: "Database", key: str, *, force: bool = False, now: datetime) -> None:
    """Forget a secret.

    Raises:
        NotFound: there is no such secret.
        InUse: deployments need it, and `force` is not given.
    """
    with database.write() as connection:
        secrets.get(connection, key)
        if (users := secrets.needed_by(connection, key)) and not force:
            raise InUse("secret", key, f"deployments need it: {', '.join(users[:5])}; --force deletes it nevertheless")
        secrets.delete(connection, key)
        _note(connection, f"secret `{key}` was deleted", now)


def renew_key(database: "Database", home: Path, *, now: datetime) -> tuple[int, tuple[str, ...]]:
    """Seal all secrets with a new key; return how many, and the names of those whose key is not here.

    Raises:
        StorageFailed: the file of keys cannot be used; the secrets are as they were.
    """
    vault = Vault(home)
    with database.write() as connection:
        vault.renew()  # inside, so that two do not write the file at once
        known = vault.key_ids()
        rows = secrets.every(connection)
        readable = [row for row in rows if row.key_id in known]
        for row in readable:
            sealed = vault.seal(row.key, vault.open(row.key, Sealed(key_id=row.key_id, text=row.sealed)))
            secrets.put(connection, replace(row, sealed=sealed.text, key_id=sealed.key_id))
        _note(connection, f"{len(readable)} secrets were sealed with a new key", now)
    return len(readable), tuple(row.key for row in rows if row.key_id not in known)


def opening(home: Path, hear: Callable[[str, str], None] | None = None) -> ReadSecret:
    """Return what gives functions the values of secrets; `hear` is told each key and value first."""

    def read(connection: Connection, key: str) -> str:
        value = _opened(home, _wanted(connection, key))
        if hear is not None:
            hear(key, value)
        return value

    return read


def showing(home: Path, *, reveals: bool) -> ReadSecret:
    """Return what gives functions the values of secrets for somebody to see: masked if hidden, or altogether."""

    def read(connection: Connection, key: str) -> str:
        row = _wanted(connection, key)
        value = _opened(home, row)
        return value if reveals and not row.is_hidden else masked(value)

    return read


def _wanted(connection: Connection, key: str) -> SecretRow:
    found = secrets.find(connection, key)
    if found is None:
        from engine.dsl.words import did_you_mean  # only who errs needs it

        hint = did_you_mean(key, secrets.keys(connection)) or f"create it with: conductor secrets create {key}"
        raise FunctionFailed(f"there is no secret `{key}`; {hint}")
    return found


def _opened(home: Path, row: SecretRow) -> str:
    try:
        return Vault(home).open(row.key, Sealed(key_id=row.key_id, text=row.sealed))
    except StorageFailed as error:
        raise FunctionFailed(str(error)) from error


def _row(key: str, sealed: Sealed, *, is_hidden: bool, created_at: datetime, now: datetime) -> SecretRow:
    return SecretRow(
        key=key, sealed=sealed.text, key_id=sealed.key_id, is_hidden=is_hidden, created_at=created_at, updated_at=now
    )


def _secret(row: SecretRow, *, is_readable: bool) -> Secret:
    return Secret(
        key=row.key,
        is_hidden=row.is_hidden,
        is_readable=is_readable,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _note(connection: Connection, message: str, now: datetime) -> None:
    events.append(connection, [Draft(type=EventType.ENGINE_EVENT, message=message, timestamp=now)])
