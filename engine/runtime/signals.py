"""How the engine is told to leave: the first SIGTERM or SIGINT asks, the second one ends it at once."""

import os
import signal
import socket
from contextlib import suppress
from types import FrameType

PATIENCE = 2.5
"""Seconds that the engine has for leaving; whatever hangs longer than that is cut off, as a crash would."""


class Signals:
    """The signals that this process has got so far; a selector wakes up for them."""

    def __init__(self, *, is_detached: bool) -> None:
        self.is_told_to_leave = False
        self._wake, self._woken = socket.socketpair()
        for end in (self._wake, self._woken):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGALRM, self._on_lateness)
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._on_request)
        signal.signal(signal.SIGHUP, signal.SIG_IGN if is_detached else self._on_request)

    def fileno(self) -> int:
        return self._woken.fileno()

    def drain(self) -> None:
        """Take every signal so far as seen."""
        with suppress(BlockingIOError):
            while self._woken.recv(64):
                pass

    def _on_request(self, signum: int, _frame: FrameType | None) -> None:
        if self.is_told_to_leave:
            os._exit(128 + signum)
        self.is_told_to_leave = True
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def _on_lateness(self, _signum: int, _frame: FrameType | None) -> None:
        os.write(2, b"conductor: something hangs; the engine leaves without it\n")
        os._exit(0)
