"""What a secret is to everybody but those that need its value."""

import json
from dataclasses import dataclass
from datetime import datetime

from engine.domain.errors import InvalidValue
from engine.domain.json import Json

MASK = "********"
"""What is shown in place of a value."""

LONGEST = 256 * 1024
"""Bytes of a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """A secret without its value."""

    key: str
    is_hidden: bool
    """Its value is shown only to whoever asks for that expressly."""
    is_readable: bool
    """The key that it was sealed with is here."""
    created_at: datetime
    updated_at: datetime


def require_value(key: str, value: str) -> str:
    """Return the value of a secret.

    Raises:
        InvalidValue: it is empty, too long, or cannot be written as UTF-8.
    """
    if not value:
        raise InvalidValue(f"the value of secret `{key}` is empty")
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise InvalidValue(f"the value of secret `{key}` is not UTF-8 text; encode it, for example with base64") from (
            error
        )
    if size > LONGEST:
        raise InvalidValue(f"the value of secret `{key}` has {size:,} bytes; at most {LONGEST:,} are kept")
    return value


def masked(value: str) -> str:
    """Return what is shown of a value: nothing but the keys and the lengths of lists, where it is JSON."""
    structure = parsed(value)
    return MASK if structure is None else json.dumps(_masked(structure))


def parsed(value: str) -> Json:
    """Return the map or list that a value is in JSON; None for any other text."""
    if value.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _masked(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, list) else MASK
