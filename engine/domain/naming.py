"""What ids may look like."""

import re

from engine.domain.errors import InvalidValue

_ID = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,255}")


def check_id(kind: str, id: str) -> str:
    """Return the id.

    Raises:
        InvalidValue: it is empty, too long, begins with a dot, or has characters that a URL or path would change.
    """
    if not _ID.fullmatch(id) or id == "-":
        shown = id.encode("unicode_escape").decode()[:60]
        raise InvalidValue(
            f"`{shown}` cannot be the id of a {kind}: use 1 to 256 letters, digits, `-`, `_`, `.` or `~`, no dot first"
        )
    return id
