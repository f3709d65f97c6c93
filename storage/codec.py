"""How values become text in the database and back: times are UTC, structures are JSON."""

from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from engine.domain.json import Json

T = TypeVar("T")
_decoders: dict[object, "msgspec.json.Decoder[Json]"] = {}


def to_json(value: Json) -> str:
    """Return the JSON text of a plain value or of a frozen dataclass."""
    return msgspec.json.encode(value).decode()


def from_json(text: str) -> Json:
    """Return the plain value of a JSON text."""
    return msgspec.json.decode(text)


def from_json_as(text: str, kind: type[T]) -> T:
    """Return the value of the given class."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind)
    value: T = decoder.decode(text)
    return value


def to_time(moment: datetime) -> str:
    """Return a text that sorts as the moment does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_time_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else to_time(moment)


def from_time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def from_time_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
