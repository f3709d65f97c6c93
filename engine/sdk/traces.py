"""Which part of a stack trace concerns an author: the lines of their own code and of what it calls."""

from collections.abc import Iterator
from pathlib import Path
from traceback import FrameSummary, StackSummary, TracebackException

_ENGINE = str(Path(__file__).parents[1])


def trace_of(error: BaseException) -> str:
    """Return the trace of an error without the engine's own frames; empty where nothing else is in it."""
    trace = TracebackException(type(error), error, error.__traceback__)
    parts = list(_chain(trace))
    for part in parts:
        part.stack = StackSummary.from_list([frame for frame in part.stack if not _is_ours(frame)])
    return "".join(trace.format()).rstrip() if any(part.stack for part in parts) else ""


def _chain(trace: TracebackException) -> Iterator[TracebackException]:
    """Yield a trace and those of the errors that led to it."""
    yield trace
    for earlier in (trace.__cause__, trace.__context__, *(trace.exceptions or ())):
        if earlier is not None:
            yield from _chain(earlier)


def _is_ours(frame: FrameSummary) -> bool:
    return frame.filename.startswith((_ENGINE, "<frozen importlib"))
