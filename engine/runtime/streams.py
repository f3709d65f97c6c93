"""What Python code prints becomes lines of the log of whatever runs in its thread."""

import codecs
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase, TextIOBase
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Say = Callable[[str], None]


class _Voices(threading.local):
    out: Say | None = None
    err: Say | None = None


_voices = _Voices()


class ThreadStream(TextIOBase):
    """Stands for stdout or stderr; each thread that has a voice speaks with its own."""

    def __init__(self, behind: TextIO, name: str) -> None:
        self._behind, self._name = behind, name
        self._local = threading.local()

    def writable(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override] # the base declares a plain attribute
        return "utf-8"

    @property
    def buffer(self) -> BinaryIO:
        """Return what takes bytes: they are said in the thread's voice, or go to the bytes behind."""
        if getattr(_voices, self._name) is None:
            return self._behind.buffer
        if not hasattr(self._local, "bytes"):
            self._local.bytes = _Bytes(self)
        return cast(BinaryIO, self._local.bytes)

    def fileno(self) -> int:
        return self._behind.fileno()

    def write(self, text: str) -> int:
        say: Say | None = getattr(_voices, self._name)
        if say is None:
            return self._behind.write(text)
        *lines, rest = (getattr(self._local, "rest", "") + text).split("\n")
        for line in lines:
            say(line)
        self._local.rest = rest
        return len(text)

    def flush(self) -> None:
        if getattr(_voices, self._name) is None:
            self._behind.flush()

    def finish(self) -> None:
        """Say the last line, although it has no end."""
        say: Say | None = getattr(_voices, self._name)
        rest = getattr(self._local, "rest", "")
        self._local.rest = ""
        if say is not None and rest:
            say(rest)


class _Bytes(BufferedIOBase):
    """Takes the bytes that one thread writes to a stream as its text."""

    def __init__(self, stream: ThreadStream) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, data: "ReadableBuffer") -> int:
        piece = bytes(data)
        self._stream.write(self._decoder.decode(piece))
        return len(piece)


@contextmanager
def routed() -> Iterator[None]:
    """Let threads have voices of their own."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = ThreadStream(sys.stdout, "out"), ThreadStream(sys.stderr, "err")
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


@contextmanager
def voiced(out: Say, err: Say) -> Iterator[None]:
    """Let what this thread prints be said there."""
    before = _voices.out, _voices.err
    _voices.out, _voices.err = out, err
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, ThreadStream):
                stream.finish()
        _voices.out, _voices.err = before
