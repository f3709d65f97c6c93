"""The verbs of secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from pathlib import Path

    from engine.domain.secret import Secret
    from engine.services import secretexchange, secrets
else:
    secretexchange = lazy("engine.services.secretexchange")
    secrets = lazy("engine.services.secrets")


class SecretVerbs(Door):
    """Keep values that nobody shall read by the way."""

    def create_secret(self, key: str, value: str, *, is_hidden: bool = False, update_if_exists: bool = False) -> Secret:
        """Store a secret; its value is sealed before it reaches the disk.

        Args:
            key: its name.
            value: any text; JSON where functions look into it.
            is_hidden: its value is shown only to whoever asks for that expressly.
            update_if_exists: a secret of this key gets the new value.

        Raises:
            AlreadyExists: the key is taken.
            InvalidValue: the key or the value cannot be one.
        """
        return secrets.create(
            self._database,
            self.home.root,
            key,
            value,
            is_hidden=is_hidden,
            update_if_exists=update_if_exists,
            now=self._clock.wall(),
        )

    def update_secret(self, key: str, value: str | None = None, *, is_hidden: bool | None = None) -> Secret:
        """Give a secret another value, or hide it, or not; None leaves either as it is."""
        return secrets.update(self._database, self.home.root, key, value, is_hidden=is_hidden, now=self._clock.wall())

    def secrets(self) -> list[Secret]:
        """Return the secrets without their values."""
        return secrets.listing(self._database, self.home.root)

    def secret(self, key: str) -> Secret:
        """Return a secret without its value."""
        return secrets.get(self._database, self.home.root, key)

    def reveal_secret(self, key: str) -> str:
        """Return the value of a secret; that it was read becomes an event."""
        return secrets.reveal(self._database, self.home.root, key, now=self._clock.wall())

    def delete_secret(self, key: str, *, force: bool = False) -> None:
        """Forget a secret; one that deployments need only by force."""
        secrets.delete(self._database, key, force=force, now=self._clock.wall())

    def export_secrets(self, path: Path, passphrase: str) -> int:
        """Write all secrets to a new file, sealed with a passphrase, and return how many there are."""
        return secretexchange.export(self._database, self.home.root, path, passphrase, now=self._clock.wall())

    def import_secrets(self, path: Path, passphrase: str, *, replaces: bool = False) -> secretexchange.Imported:
        """Store the secrets of an exported file; those that exist stay as they are unless it `replaces` them."""
        now = self._clock.wall()
        return secretexchange.take_in(self._database, self.home.root, path, passphrase, replaces=replaces, now=now)

    def renew_secret_key(self) -> tuple[int, tuple[str, ...]]:
        """Seal all secrets with a new key; return how many, and those whose own key is not here."""
        return secrets.renew_key(self._database, self.home.root, now=self._clock.wall())
