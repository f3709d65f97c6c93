"""Folders beside the blueprints' content in which it is collected, and who is still at work in one."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".new-"


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder on the file system of the state directory, and remove what is left of it.

    It is locked as long as it is in use, so that whoever finds it knows whether its user still lives.
    """
    parent = home / "blueprints"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder, descriptor = _locked_folder(parent)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _locked_folder(parent: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        descriptor = os.open(folder, os.O_RDONLY)
        if _lock(descriptor):
            return folder, descriptor
        os.close(descriptor)  # a sweep was quicker, and removes it


def _lock(descriptor: int) -> bool:
    """Lock a folder; return False when somebody else holds it or has removed it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(descriptor).st_nlink > 0


def is_in_use(home: Path, name: str) -> bool:
    """Return whether the user of a scratch folder still lives."""
    try:
        descriptor = os.open(home / "blueprints" / name, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def remove_left(home: Path) -> None:
    """Remove the scratch folders of those that were killed."""
    for left in (home / "blueprints").glob(f"{_PREFIX}*"):
        if not is_in_use(home, left.name):
            shutil.rmtree(left, ignore_errors=True)
