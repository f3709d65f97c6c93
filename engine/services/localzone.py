"""The time zone of this machine, for times that name none."""

import os
from functools import lru_cache
from pathlib import Path

from engine.domain.errors import InvalidSchedule
from engine.domain.zones import zone

_LINK = Path("/etc/localtime")
_FOLDER = "zoneinfo/"


@lru_cache(maxsize=1)
def local_zone() -> str:
    """Return the zone's name in the tz database: that of TZ, else the one that /etc/localtime links to, else UTC."""
    for name in (os.environ.get("TZ", "").removeprefix(":"), _linked()):
        if name and _is_known(name):
            return name
    return "UTC"


def _linked() -> str:
    try:
        return str(_LINK.resolve()).partition(_FOLDER)[2]
    except OSError:
        return ""


def _is_known(name: str) -> bool:
    try:
        zone(name)
    except InvalidSchedule:
        return False
    return True
