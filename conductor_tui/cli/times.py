"""Moments as the command line prints them: always UTC."""

from datetime import UTC, datetime

NONE = "-"


def stamp(moment: datetime | None) -> str:
    """Return a moment of a listing, such as `2026-11-23 02:27:01Z`."""
    return NONE if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def event_stamp(moment: datetime) -> str:
    """Return the moment that begins an event line, in milliseconds and without a zone mark."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
