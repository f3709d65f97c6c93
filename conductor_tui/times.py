"""Moments and durations in the few characters that a cell has."""

from datetime import datetime, timedelta, tzinfo

MISSING = "--"


def clock(moment: datetime, zone: tzinfo | None) -> str:
    """Return the time of day, such as `14:22:53`; zone None is the machine's own."""
    return f"{moment.astimezone(zone):%H:%M:%S}"


def stamp(moment: datetime, zone: tzinfo | None) -> str:
    """Return day, time and zone, such as `13 Oct 14:22:53 CEST`."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %H:%M:%S %Z}".rstrip()


def when(moment: datetime | None, now: datetime, zone: tzinfo | None) -> str:
    """Return a moment as near as it needs to be told: time today, weekday this week, else the day."""
    if moment is None:
        return MISSING
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    if abs((local.date() - today.date()).days) < 7:
        return f"{local:%a %H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"


def lasting(duration: timedelta) -> str:
    """Return a running time, such as `02:41`, `1:02:41` or `4d03h`."""
    seconds = max(0, int(duration.total_seconds()))
    if seconds >= 86400:
        return f"{seconds // 86400}d{seconds % 86400 // 3600:02}h"
    if seconds >= 3600:
        return f"{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return f"{seconds // 60:02}:{seconds % 60:02}"


def roughly(duration: timedelta) -> str:
    """Return how long something waits or will take, such as `42s`, `9m`, `1h12m` or `4d03h`.

    From a minute on it changes with the minutes only, so that what tells it need not be drawn every second.
    """
    seconds = max(0, int(duration.total_seconds()))
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m"
    return f"{seconds // 3600}h{seconds % 3600 // 60:02}m" if seconds < 86400 else lasting(duration)


def took(duration: timedelta) -> str:
    """Return how long something took, such as `42 ms`, `3.1 s` or `02:41`."""
    seconds = max(0.0, duration.total_seconds())
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    return lasting(duration)


def age(duration: timedelta) -> str:
    """Return the one greatest unit of a duration, such as `14m`."""
    seconds = max(0, int(duration.total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
