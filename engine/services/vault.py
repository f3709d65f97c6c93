"""How the values of secrets are sealed: AES-256-GCM, bound to their names, with keys in a file beside the database.

The file is made at the first use. Its first key seals; the others open what was sealed before or elsewhere.
"""

import hashlib
import os
import stat
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.domain.errors import StorageFailed

FILE = "secrets.key"
KEY_BYTES = 32
NONCE_BYTES = 12

_HEADER = (
    "# The keys of Conductor's secrets, newest first. Whoever has this file and the database can read all secrets;\n"
    "# without it they are lost. Snapshots do not contain it: keep a copy of it elsewhere.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A value that nobody can read without the key."""

    key_id: str
    """Which key it was sealed with; it tells nothing of the key."""
    text: str


class Vault:
    """The keys of one state directory."""

    def __init__(self, home: Path) -> None:
        self._path = home / FILE

    def seal(self, name: str, value: str) -> Sealed:
        """Return a value sealed under a name, once it was found that it can be opened and cannot be read.

        Raises:
            StorageFailed: the file of keys cannot be used, or sealing does not work on this machine.
        """
        key = self._key_to_seal()
        content = value.encode()
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = nonce + encrypt(key, nonce, content, name)
        sealed = Sealed(key_id=id_of(key), text=b64encode(ciphertext).decode())
        is_plain = len(content) >= NONCE_BYTES and (content in ciphertext or value in sealed.text)
        if is_plain or self.open(name, sealed) != value:
            raise StorageFailed(f"the secret `{name}` cannot be sealed on this machine; nothing was stored")
        return sealed

    def open(self, name: str, sealed: Sealed) -> str:
        """Return the value of what was sealed under this name.

        Raises:
            StorageFailed: the key is not here, or the row was changed.
        """
        keys = {id_of(key): key for key in self._keys()}
        if sealed.key_id not in keys:
            raise StorageFailed(
                f"the secret `{name}` was sealed with another key than those in {self._path}; add the lines of the "
                f"{FILE} it was made with, or give it a new value: conductor secrets update {name}"
            )
        ciphertext = b64decode(sealed.text)
        opened = decrypt(keys[sealed.key_id], ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], name)
        if opened is None:
            raise StorageFailed(
                f"the secret `{name}` was changed from outside and cannot be opened; "
                f"give it a new value: conductor secrets update {name}"
            )
        return opened.decode()

    def renew(self) -> None:
        """Let a new key seal from now on; the earlier ones go on opening. One process may do so at a time.

        Raises:
            StorageFailed: the file of keys cannot be used.
        """
        self._write([os.urandom(KEY_BYTES), *self._keys()], replaces=True)

    def key_ids(self) -> frozenset[str]:
        """Return which keys are here.

        Raises:
            StorageFailed: the file of keys cannot be used.
        """
        return frozenset(map(id_of, self._keys()))

    def _key_to_seal(self) -> bytes:
        keys = self._keys()
        if not keys:
            self._write([os.urandom(KEY_BYTES)], replaces=False)
            keys = self._keys()
        return keys[0]

    def _keys(self) -> list[bytes]:
        try:
            with self._path.open(encoding="ascii") as file:
                _require_private(self._path, os.fstat(file.fileno()))
                lines = [line.strip() for line in file]
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            raise StorageFailed(f"the keys of the secrets in {self._path} cannot be read: {error}") from error
        return [_key(self._path, line) for line in lines if line and not line.startswith("#")]

    def _write(self, keys: Sequence[bytes], *, replaces: bool) -> None:
        """Write the file, whole or not at all; unless it replaces one, whoever else does so may be quicker."""
        text = _HEADER + "".join(f"{b64encode(key).decode()}\n" for key in keys)
        try:
            descriptor, name = tempfile.mkstemp(prefix=".secrets-", dir=self._path.parent)
            try:
                with os.fdopen(descriptor, "w", encoding="ascii") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                _put(Path(name), self._path, replaces=replaces)
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StorageFailed(f"a key for the secrets cannot be written to {self._path}: {error.strerror}") from error


def _put(draft: Path, path: Path, *, replaces: bool) -> None:
    if replaces:
        draft.replace(path)
        return
    with suppress(FileExistsError):
        path.hardlink_to(draft)


def id_of(key: bytes) -> str:
    """Return what a key is told by."""
    return hashlib.sha256(b"conductor secret key\0" + key).hexdigest()[:16]


def _require_private(path: Path, status: os.stat_result) -> None:
    if status.st_mode & 0o077:
        raise StorageFailed(
            f"other users may read the keys of the secrets in {path} (mode {stat.S_IMODE(status.st_mode):04o}); "
            f"close it with: chmod 600 {path}"
        )


def _key(path: Path, line: str) -> bytes:
    try:
        key = b64decode(line, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StorageFailed(f"{path} holds a line that is no key; bring the file back from a copy of it")
    return key


def encrypt(key: bytes, nonce: bytes, content: bytes, name: str) -> bytes:
    """Return the content sealed under a name; a nonce is used once."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to import: only for who has secrets

    return AESGCM(key).encrypt(nonce, content, name.encode())


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, name: str) -> bytes | None:
    """Return the content; None when the ciphertext, its name or its nonce is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, ciphertext, name.encode())
    except (InvalidTag, ValueError):
        return None
