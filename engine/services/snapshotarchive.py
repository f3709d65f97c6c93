"""The archive of a snapshot: written, read again, and taken apart; its manifest says what must be in it."""

import hashlib
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import IO

import msgspec

from engine.domain.errors import InvalidArchive
from engine.domain.snapshot import MANIFEST, FileFacts, Manifest, require_whole
from engine.services import archive
from engine.services.archive import Limits

LEVEL = 3
"""Of compression: databases shrink well even so."""
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 64 * 1024 * 1024

LIMITS = Limits(archive_bytes=2**40, total_bytes=2**41, entries=10_000_000, ratio=2000)


def pack(path: Path, files: Mapping[str, Path], manifest: Manifest) -> Manifest:
    """Write an archive of files and folders, under their names in it, onto the disk for good.

    Returns the manifest that it holds, which is `manifest` with the facts of the files.
    """
    facts: dict[str, FileFacts] = {}
    with path.open("xb") as target:
        with tarfile.open(fileobj=target, mode="w:gz", compresslevel=LEVEL) as tar:
            for name, source in files.items():
                if source.is_dir():
                    _add_folder(tar, name)
                else:
                    facts[name] = _add(tar, name, source)
            complete = replace(manifest, files=facts)
            _add_text(tar, MANIFEST, msgspec.json.format(msgspec.json.encode(complete)))
        target.flush()
        os.fsync(target.fileno())
    return complete


def _add(tar: tarfile.TarFile, name: str, source: Path) -> FileFacts:
    with source.open("rb") as file:
        status = os.fstat(file.fileno())
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime = status.st_size, int(status.st_mtime)
        entry.mode = 0o755 if status.st_mode & 0o100 else 0o644
        reader = _Hashing(file)
        tar.addfile(entry, reader)
        return FileFacts(size=status.st_size, sha256=reader.digest)


def _add_folder(tar: tarfile.TarFile, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    tar.addfile(entry)


def _add_text(tar: tarfile.TarFile, name: str, text: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text), 0o644
    tar.addfile(entry, BytesIO(text))


class _Hashing:
    """Hashes what is read through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        return chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def verify(path: Path) -> Manifest:
    """Read an archive to its end and return its manifest.

    Raises:
        InvalidArchive: it is damaged, or holds something else than it says.
    """
    found: dict[str, FileFacts] = {}
    text: bytes | None = None
    try:
        with tarfile.open(path, "r|gz") as tar:
            for name, content in _files(path.name, tar):
                if name == MANIFEST:
                    text = content.read(LARGEST_MANIFEST)
                else:
                    found[name] = _facts(content)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise InvalidArchive(f"the snapshot's archive {path.name} is damaged: {error}") from error
    manifest = _manifest(path, text)
    require_whole(manifest, found)
    return manifest


def _files(archive_name: str, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the files of an archive that could be taken apart again."""
    seen: set[str] = set()
    for entry in tar:
        archive.safe_name(archive_name, entry.name, seen)
        content = tar.extractfile(entry)
        if content is not None:
            yield entry.name, content
        elif not entry.isdir():
            raise InvalidArchive(f"{archive_name} holds {entry.name!r}, which is neither a file nor a folder")


def _facts(content: IO[bytes]) -> FileFacts:
    reader, size = _Hashing(content), 0
    while chunk := reader.read(CHUNK):
        size += len(chunk)
    return FileFacts(size=size, sha256=reader.digest)


def _manifest(path: Path, text: bytes | None) -> Manifest:
    if text is None:
        raise InvalidArchive(f"the snapshot's archive {path.name} has no {MANIFEST}")
    try:
        return msgspec.json.decode(text, type=Manifest)
    except msgspec.MsgspecError as error:
        raise InvalidArchive(f"the {MANIFEST} of the snapshot's archive cannot be read: {error}") from error


def unpack(path: Path, target: Path) -> Manifest:
    """Take an archive apart below the empty folder `target`, on disk for good, and return its manifest.

    Raises:
        InvalidArchive: it is damaged, unsafe, or holds something else than it says.
    """
    archive.unpack(path, target, limits=LIMITS)
    found: dict[str, FileFacts] = {}
    for file in sorted(target.rglob("*")):
        if file.is_dir():
            sync_folder(file)
            continue
        with file.open("rb") as content:
            found[file.relative_to(target).as_posix()] = _facts(content)
            os.fsync(content.fileno())
    text = (target / MANIFEST).read_bytes() if found.pop(MANIFEST, None) else None
    manifest = _manifest(path, text)
    require_whole(manifest, found)
    return manifest


def sync_folder(folder: Path) -> None:
    """Let the names in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(path: Path) -> FileFacts:
    """Return size and digest of a whole file."""
    with path.open("rb") as file:
        return _facts(file)
