"""Bytes that a program prints, cut into lines of bounded length."""

from collections.abc import Iterator

from engine.runtime.scrub import LINE_BYTES


class LineSplitter:
    """Keeps no more than one line's beginning, however long the line is."""

    def __init__(self, limit: int = LINE_BYTES) -> None:
        self._limit = limit
        self._line = bytearray()
        self._dropped = 0

    def feed(self, piece: bytes) -> Iterator[str]:
        """Yield the lines that the piece completes."""
        *complete, rest = piece.split(b"\n")
        for end in complete:
            self._extend(end)
            yield self._take()
        self._extend(rest)

    def finish(self) -> Iterator[str]:
        """Yield the last line, although it has no end."""
        if self._line or self._dropped:
            yield self._take()

    def _extend(self, piece: bytes) -> None:
        room = self._limit - len(self._line)
        self._line += piece[:room]
        self._dropped += max(0, len(piece) - room)

    def _take(self) -> str:
        text = self._line.removesuffix(b"\r").decode(errors="replace")
        if self._dropped:
            note = f" […and {self._dropped} more bytes]"
            text = text[: self._limit - len(note) - 8] + note
        self._line.clear()
        self._dropped = 0
        return text
