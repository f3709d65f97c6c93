"""What is stored of text that programs print: no control bytes, and no line without an end."""

import re

LINE_BYTES = 16 * 1024
"""A stored line is no longer than this."""

REPLACEMENT = "\ufffd"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_CONTROL_IN_TEXT = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def scrub_line(text: str, limit: int = LINE_BYTES) -> str:
    """Return one line that is safe to store; a tab becomes a space, another control character U+FFFD."""
    return _cut(_clean(text[: limit + 1], _CONTROL), limit)


def scrub_text(text: str, limit: int = 4 * LINE_BYTES) -> str:
    """Return a text of several lines that is safe to store."""
    return _cut(_clean(text[: limit + 1], _CONTROL_IN_TEXT), limit)


def _clean(text: str, unsafe: re.Pattern[str]) -> str:
    if unsafe.search(text) is None:
        return text
    return unsafe.sub(REPLACEMENT, text.replace("\t", " "))


def _cut(text: str, limit: int) -> str:
    """Shorten to `limit` bytes of UTF-8 and say so."""
    if len(text) * 4 <= limit:
        return text
    encoded = text.encode()
    if len(encoded) <= limit:
        return text
    note = " […]"
    return encoded[: limit - len(note.encode())].decode(errors="ignore") + note
