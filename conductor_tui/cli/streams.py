"""What this process was started on: a terminal, one that draws, or nothing."""

from collections.abc import Mapping
from typing import TextIO


def is_terminal(*streams: TextIO | None) -> bool:
    """Whether all of these are terminals; a stream that the caller has closed is None."""
    return all(one is not None and one.isatty() for one in streams)


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says of itself that it obeys no codes, as that of an editor does."""
    return environ.get("TERM") == "dumb"
