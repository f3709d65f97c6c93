"""How secrets travel to another state directory: a file of JSON, sealed with a passphrase (scrypt, AES-256-GCM)."""

import hashlib
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from engine.domain.errors import AlreadyExists, InvalidValue, NotFound
from engine.domain.event import Draft, EventType
from engine.domain.naming import check_id
from engine.domain.secret import require_value
from engine.services.vault import NONCE_BYTES, Sealed, Vault, decrypt, encrypt
from storage import events, secrets
from storage.database import Database
from storage.secrets import SecretRow

FORMAT = 1
SALT_BYTES = 16
COST = 2**15
"""Of scrypt: a guess takes a tenth of a second and 32 MiB."""
SHORTEST_PASSPHRASE = 8
LONGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exported:
    key: str
    value: str
    """Sealed with the passphrase, under the key."""
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    format: int
    salt: str
    secrets: tuple[_Exported, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of an import, by key."""

    created: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Secrets that exist and were not to be replaced."""


def export(database: Database, home: Path, path: Path, passphrase: str, *, now: datetime) -> int:
    """Write all secrets to a new file that only its owner may read, and return how many there are.

    Raises:
        AlreadyExists: there is such a file.
        InvalidValue: the passphrase is too short, or the file cannot be written.
        StorageFailed: a secret cannot be opened; nothing is written.
    """
    with database.write() as connection:
        rows = secrets.every(connection)
        draft = Draft(type=EventType.ENGINE_EVENT, message=f"an export of {len(rows)} secrets was begun", timestamp=now)
        events.append(connection, [draft])
    salt = os.urandom(SALT_BYTES)
    key = _key(passphrase, salt)
    vault = Vault(home)
    exported = tuple(_exported(row, vault.open(row.key, _sealed(row)), key) for row in rows)
    file = _File(format=FORMAT, salt=b64encode(salt).decode(), secrets=exported)
    _write(path, msgspec.json.format(msgspec.json.encode(file)) + b"\n")
    return len(rows)


def take_in(
    database: Database, home: Path, path: Path, passphrase: str, *, replaces: bool = False, now: datetime
) -> Imported:
    """Store the secrets of an exported file, all of them or none.

    Args:
        database: where they go.
        home: the state directory with the keys.
        path: the file.
        passphrase: what it was sealed with.
        replaces: secrets that exist get the values of the file; otherwise they stay as they are.
        now: the moment.

    Raises:
        NotFound: there is no such file.
        InvalidValue: the passphrase is another, or the file is damaged.
    """
    file = _read(path)
    key = _key(passphrase, _decoded(path, file.salt))
    values = {one.key: _opened(path, one, key) for one in file.secrets}
    vault = Vault(home)
    sealed = {name: vault.seal(check_id("secret", name), require_value(name, one)) for name, one in values.items()}
    with database.write() as connection:
        taken = secrets.keys(connection)
        wanted = [one for one in file.secrets if replaces or one.key not in taken]
        for one in wanted:
            before = secrets.find(connection, one.key)
            created_at = now if before is None else before.created_at
            secrets.put(connection, _row(one, sealed[one.key], created_at, now))
        message = f"{len(wanted)} secrets were imported"
        events.append(connection, [Draft(type=EventType.ENGINE_EVENT, message=message, timestamp=now)])
    return Imported(
        created=tuple(one.key for one in wanted if one.key not in taken),
        replaced=tuple(one.key for one in wanted if one.key in taken),
        kept=tuple(one.key for one in file.secrets if one not in wanted),
    )


def _key(passphrase: str, salt: bytes) -> bytes:
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidValue(f"the passphrase has fewer than {SHORTEST_PASSPHRASE} characters; take a longer one")
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=COST, r=8, p=1, maxmem=2**27, dklen=32)


def _exported(row: SecretRow, value: str, key: bytes) -> _Exported:
    nonce = os.urandom(NONCE_BYTES)
    text = b64encode(nonce + encrypt(key, nonce, value.encode(), row.key)).decode()
    return _Exported(key=row.key, value=text, is_hidden=row.is_hidden)


def _opened(path: Path, one: _Exported, key: bytes) -> str:
    content = _decoded(path, one.value)
    opened = decrypt(key, content[:NONCE_BYTES], content[NONCE_BYTES:], one.key)
    if opened is None:
        raise InvalidValue(f"the secrets in {path} cannot be opened: the passphrase is another, or the file is damaged")
    return opened.decode()


def _sealed(row: SecretRow) -> Sealed:
    return Sealed(key_id=row.key_id, text=row.sealed)


def _row(one: _Exported, sealed: Sealed, created_at: datetime, now: datetime) -> SecretRow:
    return SecretRow(
        key=one.key,
        sealed=sealed.text,
        key_id=sealed.key_id,
        is_hidden=one.is_hidden,
        created_at=created_at,
        updated_at=now,
    )


def _decoded(path: Path, text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise InvalidValue(f"{path} is damaged") from error


def _write(path: Path, content: bytes) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError as error:
        raise AlreadyExists("file", str(path)) from error
    except OSError as error:
        raise InvalidValue(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path) -> _File:
    if not path.is_file():
        raise NotFound("file", str(path))
    try:
        with path.open("rb") as stream:
            file = msgspec.json.decode(stream.read(LONGEST_FILE), type=_File)
    except (OSError, msgspec.MsgspecError) as error:
        raise InvalidValue(f"{path} is no file of exported secrets: {error}") from error
    if file.format != FORMAT:
        raise InvalidValue(f"{path} has the format {file.format}, and this Conductor knows {FORMAT}")
    return file
