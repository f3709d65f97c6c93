"""How a wheel is taken apart: checked against its own record, nothing of it run, no other tool needed (PEP 427)."""

import csv
import hashlib
import shutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from engine.domain.errors import InvalidArchive
from engine.services import archive
from engine.services.archive import Limits

SUFFIX = ".whl"
LIMITS = Limits(archive_bytes=256 * 2**20, total_bytes=2**30, entries=50_000, ratio=200)
"""Of a wheel, or of an archive of wheels: packages for clouds are large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelName:
    """What a wheel's file name says."""

    package: str
    """In its normal form: small letters and hyphens."""
    version: str


def read_name(path: Path) -> WheelName:
    """Return what the name says, if this Python on this machine can use the wheel.

    Raises:
        InvalidArchive: it is no name of a wheel, or the wheel is for another Python or machine.
    """
    try:
        package, version, _, tags = parse_wheel_filename(path.name)
    except InvalidWheelFilename as error:
        raise InvalidArchive(f"`{path.name}` is not named as a wheel is: name-version-python-abi-platform.whl") from (
            error
        )
    if not tags & frozenset(sys_tags()):
        ours = next(iter(sys_tags()))
        wanted = ", ".join(sorted(map(str, tags))[:3])
        raise InvalidArchive(f"`{path.name}` is for {wanted}, and Conductor runs on {ours}; build it for that")
    return WheelName(package=canonicalize_name(package), version=str(version))


def install(path: Path, scratch: Path, target: Path) -> None:
    """Put what a wheel brings to import into a folder; `scratch` is an empty one for the time being.

    Raises:
        InvalidArchive: it is damaged, unsafe, or is not what its record says.
    """
    archive.unpack(path, scratch, limits=LIMITS)
    _require_recorded(path.name, scratch)
    for folder in sorted(scratch.iterdir()):
        if folder.name.endswith(".data"):
            _merge_data(folder, target)
        else:
            _merge(folder, target / folder.name)


def _require_recorded(name: str, folder: Path) -> None:
    records = list(folder.glob("*.dist-info/RECORD"))
    if len(records) != 1:
        raise InvalidArchive(f"{name} has no record of its files, so it is no wheel")
    with records[0].open(newline="", encoding="utf-8", errors="replace") as file:
        for row in csv.reader(file):
            if len(row) > 1 and row[1] and _digest(folder, row[0], row[1]) != row[1]:
                raise InvalidArchive(f"{name} is damaged: `{row[0]}` is not what the wheel's record says")


def _digest(folder: Path, name: str, recorded: str) -> str:
    """Return the digest of a file in the form of a record; empty where there is no such file."""
    algorithm = recorded.partition("=")[0]
    place = (folder / name).resolve()
    if algorithm not in {"sha256", "sha384", "sha512"} or not place.is_relative_to(folder.resolve()):
        return ""
    try:
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, algorithm).digest()
    except OSError:
        return ""
    return f"{algorithm}={urlsafe_b64encode(digest).decode().rstrip('=')}"


def _merge_data(folder: Path, target: Path) -> None:
    """Take over what is to be imported; scripts, headers and other files have no place here."""
    for kind in ("purelib", "platlib"):
        if (folder / kind).is_dir():
            for one in sorted((folder / kind).iterdir()):
                _merge(one, target / one.name)


def _merge(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
