"""The right to write: a lock of the kernel that serves writers in turn, and how long anybody waits for it."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

HOLDER, COUNT = 0, 16
"""Where the file of the lock says which process has the turn, and how many turns there were."""


class Turn:
    """A turn at the gate; whoever is asked to wait too long goes away, and nobody behind him notices."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._taken = Event()
        self._lock = Lock()
        self._is_given_up = False

    def take(self, patience: float) -> bool:
        """Wait for the turn; False means that whoever has it was stopped so many seconds long, and nothing is held."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Thread(target=self._queue, name="gate", daemon=True).start()  # flock itself has no time limit
            if not self._await(patience):
                return False
        with suppress(OSError):  # a disk that is full or dying says so at the write itself
            self._write(HOLDER, os.getpid())  # those who wait see who has it
        return True

    def count(self) -> int:
        """Return how many turns of all processes there were since the count began, this one included."""
        number = self._read(COUNT) + 1
        with suppress(OSError):  # as above
            self._write(COUNT, number)
        return number

    def begin_count(self) -> None:
        with suppress(OSError):  # as above
            self._write(COUNT, 0)

    def _read(self, place: int) -> int:
        """Return a number from the file, 0 where there is none."""
        text = os.pread(self._descriptor, 10, place).strip()
        return int(text) if text.isdigit() else 0

    def _write(self, place: int, number: int) -> None:
        os.pwrite(self._descriptor, f"{number:<10}".encode(), place)

    def _await(self, patience: float) -> bool:
        seen = self._last_turn()
        while not self._taken.wait(patience):
            before, seen = seen, self._last_turn()
            if seen == before and self._is_holder_stopped():
                return not self._give_up()
        return True

    def _is_holder_stopped(self) -> bool:
        """Say whether the process that has the turn stands still, rather than being slow on a busy machine."""
        try:
            state = Path(f"/proc/{self._read(HOLDER)}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError, IndexError):
            return False
        return state in "Tt"

    def _last_turn(self) -> int:
        return os.fstat(self._descriptor).st_mtime_ns

    def end(self) -> None:
        """Let the next one in."""
        os.close(self._descriptor)

    def _queue(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        with self._lock:
            self._taken.set()
            if self._is_given_up:
                os.close(self._descriptor)

    def _give_up(self) -> bool:
        with self._lock:
            self._is_given_up = not self._taken.is_set()
            return self._is_given_up
