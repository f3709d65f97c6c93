"""What becomes of the cockpit when its terminal goes away."""

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable
from types import FrameType

GONE = 129
"""The exit code of a cockpit whose terminal has gone: that of SIGHUP."""
GLANCE = 5.0
"""Seconds between two looks whether the terminal is still there: not every one that goes says so with a signal."""
READER = "textual-input"
"""The name of Textual's thread that reads keys; it is no daemon."""


MOUSE_MODES = (1000, 1003, 1015, 1006)
"""What xterm and its like call reporting of clicks, of moves, and two ways to write them."""


def mouse_sequence(*, is_on: bool) -> str:
    """Return what makes a terminal report the mouse, or keep it for its own selection."""
    return "".join(f"\x1b[?{mode}{'h' if is_on else 'l'}" for mode in MOUSE_MODES)


def wake_only_with_a_terminal() -> None:
    """Let Textual take the terminal again after a stop only while there is one.

    A closed terminal sends a continue signal too, and taking up what is gone would start a second reader for ever.
    """
    wake = signal.getsignal(signal.SIGCONT)
    if not callable(wake):
        return

    def wake_or_not(number: int, frame: FrameType | None) -> None:
        if is_there():
            wake(number, frame)

    signal.signal(signal.SIGCONT, wake_or_not)


def watch(leave: Callable[[], None], *, every: float = GLANCE) -> None:
    """Call `leave`, in a thread, when the terminal has gone, and end the process where that is of no use.

    Textual's queue of what is still to be written is never emptied then, and whoever writes waits for it for ever.
    """

    def look() -> None:
        never = threading.Event()
        while is_there():
            never.wait(every)
        leave()
        never.wait(every)
        os._exit(GONE)

    threading.Thread(target=look, name="terminal", daemon=True).start()


def end_without_one() -> None:
    """End the process where the terminal went away while another program had it: the screen would never come back."""
    if not is_there():
        os._exit(GONE)


def is_there() -> bool:
    """Whether standard input is a terminal that somebody still holds open."""
    try:
        termios.tcgetattr(sys.__stdin__.fileno() if sys.__stdin__ else 0)
    except termios.error:
        return False
    return True


def leave(code: int) -> int:
    """Return the exit code; end the process at once where a reader of a lost terminal would keep it alive."""
    if any(thread.name == READER for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            _flush(stream)
        os._exit(code)
    return code


def _flush(stream: object) -> None:
    try:
        stream.flush()  # type: ignore[attr-defined] # a text stream
    except (OSError, ValueError):
        return  # nobody reads it any more
