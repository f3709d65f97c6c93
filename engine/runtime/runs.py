"""The folder of an execution: the lock says who lives, the claim who began, and the result outlives both."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.runtime.processes import Identity

LOCK, RESULT = "lock", "result.json"
SHORT_PLACES = ("/tmp", "/var/tmp")  # what is made there gets a name of its own and is private
"""Where temporary files are too, if the usual place has too long a path."""
RANDOM_PART = 8
"""Characters that are added to the beginning of a temporary folder's name."""
LONGEST_PATH = 4096
"""Bytes that a path may have on Linux."""
BORROWED = "borrowed."
"""Begins the names of links to folders elsewhere that go with this one."""

TRIES, STEP = 5, 0.002
"""How often, and seconds apart, a lock is tried: whoever only asks about it holds it for microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Who serves an attempt."""

    shim: Identity
    worker: Identity | None
    """None when it had ended before the claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an attempt ended whose worker could not say it."""

    attempt: int
    reason: str


class RunFolder:
    """The folder of one execution."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def hold(self) -> int | None:
        """Take the lock for the rest of this process's life; None when another process has it.

        Raises:
            OSError: the folder cannot be written.
        """
        for _ in range(TRIES):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # swept between two lines; it is made anew
                descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                if _lock(descriptor, fcntl.LOCK_EX) and self._is_lock(descriptor):
                    return descriptor
                os.close(descriptor)
            time.sleep(STEP)
        return None

    def is_held(self) -> bool:
        """Say whether a shim lives that serves this execution."""
        try:
            descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            return not _lock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    @contextmanager
    def _held_for_a_moment(self) -> Iterator[bool]:
        """Keep shims out; give False when one is in, or when there is no lock to take."""
        try:
            descriptor = os.open(self.path / LOCK, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            yield False
            return
        try:
            yield _lock(descriptor, fcntl.LOCK_EX)
        finally:
            os.close(descriptor)

    def _is_lock(self, descriptor: int) -> bool:
        """Say whether the lock is still the one that others find."""
        try:
            return os.path.samestat(os.fstat(descriptor), (self.path / LOCK).stat())
        except FileNotFoundError:
            return False

    def claim(self, attempt: int, claim: Claim) -> bool:
        """Make the attempt this process's own; False when it was claimed before."""
        try:
            descriptor = os.open(self._claim(attempt), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            return False
        try:
            os.write(descriptor, json.dumps(asdict(claim)).encode())
        finally:
            os.close(descriptor)
        return True

    def is_begun(self, attempt: int) -> bool:
        """Say whether a shim has been here, even if it came no further than the lock."""
        return self._claim(attempt).exists() or (self.path / LOCK).exists()

    def claim_of(self, attempt: int) -> Claim | None:
        """Return the claim; None when there is none, or when its text was lost with the power."""
        try:
            found = json.loads(self._claim(attempt).read_bytes())
            worker = Identity(**found["worker"]) if found["worker"] else None
            return Claim(shim=Identity(**found["shim"]), worker=worker)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def release(self, attempt: int) -> None:
        """Take the execution back from a shim that is gone, keeping count."""
        with self._held_for_a_moment() as is_free:
            if is_free:
                lost = self.path / f"lost.{attempt}.{self.losses(attempt) + 1}"
                with suppress(FileNotFoundError):
                    self._claim(attempt).rename(lost)
                (self.path / LOCK).rename(lost)

    def losses(self, attempt: int) -> int:
        """Return how many shims of the attempt are gone."""
        return len(list(self.path.glob(f"lost.{attempt}.*")))

    def write_result(self, result: Result) -> None:
        """Keep a result so that it outlives this process and a power cut."""
        draft = self.path / f".{RESULT}.{os.getpid()}"
        with draft.open("w") as file:
            json.dump(asdict(result), file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.path / RESULT)

    def result(self, attempt: int) -> Result | None:
        """Return the result of the attempt; None when none was left."""
        try:
            found = Result(**json.loads((self.path / RESULT).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        return found if found.attempt == attempt else None

    def borrow(self, prefix: str, *, longest: int = LONGEST_PATH) -> Path:
        """Make a folder where temporary files of this machine are; if its user is killed it goes with this one.

        Args:
            prefix: how its name begins.
            longest: bytes that its path may have; another place is taken where that of this machine is too deep.
        """
        places = (tempfile.gettempdir(), *SHORT_PLACES)
        length = len(f"/{prefix}") + RANDOM_PART
        place = next((one for one in places if len(os.fsencode(one)) + length <= longest), places[0])
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        with suppress(OSError):  # without a word of it, it is as any other temporary folder
            self._link(folder).symlink_to(folder)
        return folder

    def give_back(self, folder: Path) -> None:
        """Remove a borrowed folder."""
        shutil.rmtree(folder, ignore_errors=True)
        self._link(folder).unlink(missing_ok=True)

    def _link(self, folder: Path) -> Path:
        return self.path / f"{BORROWED}{folder.name}"

    def remove(self) -> None:
        """Remove the folder and what was borrowed; only for who holds the lock."""
        for link in self.path.glob(f"{BORROWED}*"):
            shutil.rmtree(link.readlink(), ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)

    def sweep(self) -> None:
        """Remove the folder unless a shim lives."""
        with self._held_for_a_moment() as is_free:
            if is_free or not (self.path / LOCK).exists():
                self.remove()

    def _claim(self, attempt: int) -> Path:
        return self.path / f"claim.{attempt}"


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def folders(runs: Path) -> list[RunFolder]:
    """Return the folders of all executions that have left one."""
    if not runs.is_dir():
        return []
    return [RunFolder(path) for path in sorted(runs.iterdir()) if path.is_dir()]
