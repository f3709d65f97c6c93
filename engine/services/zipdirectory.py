"""How many entries a zip file says it has, before anything reads them all into memory."""

import struct
from pathlib import Path

from engine.domain.errors import InvalidArchive

_END = struct.Struct("<4s4H2LH")
_END_MARK, _LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
_LARGE_LENGTH = 20
_LONGEST_COMMENT = 0xFFFF
_ENTRY = 46 + 512
"""Bytes of a directory entry with a name and extra fields of generous length."""


def require_small_directory(path: Path, most: int) -> None:
    """Raise InvalidArchive when the directory of a zip file is too long for that many entries (PKWARE APPNOTE 4.3)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _LONGEST_COMMENT - _END.size - _LARGE_LENGTH))
        tail = file.read()
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise InvalidArchive(f"{path.name} cannot be unpacked: its end is missing")
    if tail[max(0, place - _LARGE_LENGTH) :].startswith(_LARGE_MARK):
        raise InvalidArchive(f"{path.name} is in the zip format for very large files; pack it anew without it")
    entries, length = _END.unpack_from(tail, place)[4:6]
    if entries > most or length > most * _ENTRY:
        raise InvalidArchive(f"{path.name} has more than {most} entries")
