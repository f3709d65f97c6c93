"""How an uploaded archive is unpacked: regular files and folders only, inside the target, within limits (R26, R27)."""

import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from engine.domain.errors import InvalidArchive
from engine.services.zipdirectory import require_small_directory

MAX_ARCHIVE_BYTES = 64 * 1024 * 1024
MAX_BYTES = 512 * 1024 * 1024
MAX_ENTRIES = 10_000
MAX_RATIO = 200
RATIO_FREE_BYTES = 1024 * 1024
MAX_SECONDS = 60
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large an archive, and what it unpacks to, may be."""

    archive_bytes: int
    total_bytes: int
    entries: int
    ratio: int
    """Unpacked bytes per packed one, beyond the first MiB."""
    seconds: float = MAX_SECONDS
    """How long unpacking may take."""


UPLOAD = Limits(archive_bytes=MAX_ARCHIVE_BYTES, total_bytes=MAX_BYTES, entries=MAX_ENTRIES, ratio=MAX_RATIO)

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2")

_UNREAD = (".gz", ".bz2", ".xz", ".txz", ".zst", ".lz", ".lzma", ".7z", ".rar", ".whl", ".wgn")

Note = Callable[[int, int], None]
"""Is told how many files and bytes have been written."""


def unnoted(files: int, size: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of an archive."""

    name: str
    is_folder: bool
    is_executable: bool
    content: IO[bytes] | None
    """None for a folder."""


def is_archive(path: Path) -> bool:
    return path.name.lower().endswith(SUFFIXES)


def require_readable(path: Path) -> None:
    """Raise InvalidArchive for an archive of a kind that is not read; it is no main file beside others either."""
    if path.name.lower().endswith(_UNREAD) and not is_archive(path) and not path.is_dir():
        raise InvalidArchive(f"{path.name} is packed in a way that is not read here; pack it as .zip or .tar.gz")


_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # a zip that wants a password
    NotImplementedError,
    ValueError,  # names and numbers of a damaged header
)


def unpack(
    path: Path,
    target: Path,
    *,
    limits: Limits = UPLOAD,
    note: Note = unnoted,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Write the archive's files below `target`, an empty folder; `note` is told of each piece.

    Raises:
        InvalidArchive: it is damaged, too large, or holds a link, a device or a name that leads outside.
    """
    packed = path.stat().st_size
    if packed > limits.archive_bytes:
        raise InvalidArchive(f"{path.name} is larger than {limits.archive_bytes // 2**20} MiB")
    until = clock() + limits.seconds
    most = min(limits.total_bytes, max(packed * limits.ratio, RATIO_FREE_BYTES))

    def tell(files: int, size: int) -> None:
        if size > most:
            raise InvalidArchive(f"{path.name} unpacks to far more than its size; it is refused as a bomb")
        if clock() > until:
            raise InvalidArchive(f"{path.name} takes more than {limits.seconds:g} seconds to unpack; it is refused")
        note(files, size)

    try:
        _unpack(path, target, limits, tell)
    except _DAMAGE as error:
        raise InvalidArchive(f"{path.name} cannot be unpacked: {error or type(error).__name__}") from error


def _unpack(path: Path, target: Path, limits: Limits, tell: Note) -> None:
    seen: set[str] = set()
    written = 0
    for count, member in enumerate(_members(path, limits), start=1):
        if count > limits.entries:
            raise InvalidArchive(f"{path.name} has more than {limits.entries} entries")
        place = target / safe_name(path.name, member.name, seen)
        if member.content is None:
            place.mkdir(parents=True, exist_ok=True, mode=0o755)
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        written = _pour(member.content, place, count, written, tell)
        place.chmod(0o755 if member.is_executable else 0o644)


def _pour(source: IO[bytes], place: Path, files: int, written: int, tell: Note) -> int:
    """Write a file piece by piece; return how many bytes have been written in all."""
    with place.open("xb") as file:
        while chunk := source.read(CHUNK):
            written += len(chunk)
            tell(files, written)
            file.write(chunk)
    return written


def _members(path: Path, limits: Limits) -> Iterator[Member]:
    """Yield the entries; the first bytes say what the archive is, whatever its name says."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"PK"):
        require_small_directory(path, limits.entries)
        return _zip_members(path)
    if path.name.lower().endswith(".zip"):
        raise InvalidArchive(f"{path.name} cannot be unpacked: it is not a zip file")
    if start.startswith(b"\x1f\x8b"):
        return _tar_members(path, "r|gz")
    return _tar_members(path, "r|bz2" if start.startswith(b"BZh") else "r|")


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            mode = info.external_attr >> 16
            if mode & 0o170000 not in {0, 0o100000, 0o040000}:
                raise InvalidArchive(f"{path.name} holds `{info.filename}`, which is neither a file nor a folder")
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}:
                raise InvalidArchive(f"{path.name} is packed by a method that is not read here; pack it with deflate")
            with archive.open(info) as content:
                yield Member(
                    name=info.filename,
                    is_folder=info.is_dir(),
                    is_executable=bool(mode & 0o100),
                    content=None if info.is_dir() else content,
                )


def _tar_members(path: Path, mode: Literal["r|", "r|gz", "r|bz2"]) -> Iterator[Member]:
    with tarfile.open(path, mode) as archive:
        for info in archive:
            if not (info.isfile() or info.isdir()):
                raise InvalidArchive(f"{path.name} holds `{info.name}`, which is neither a file nor a folder")
            yield Member(
                name=info.name,
                is_folder=info.isdir(),
                is_executable=bool(info.mode & 0o100),
                content=archive.extractfile(info) if info.isfile() else None,
            )


def safe_name(archive: str, name: str, seen: set[str]) -> str:
    """Return the name of an entry, normal, and add it to those `seen`.

    Raises:
        InvalidArchive: it may lead outside, or was seen before.
    """
    pure = PurePosixPath(name)
    parts = pure.parts
    is_unsafe = (
        not name
        or pure.is_absolute()
        or ".." in parts
        or "\\" in name
        or ":" in (parts[0] if parts else "")
        or any(ord(character) < 32 or ord(character) == 127 for character in name)
        or any(len(part.encode()) > 255 for part in parts)
    )
    shown = name.encode("unicode_escape").decode()[:80]
    if is_unsafe:
        raise InvalidArchive(f"{archive} holds the name `{shown}`, which may lead outside its folder")
    key = str(pure).casefold()
    if key in seen and key != ".":
        raise InvalidArchive(f"{archive} holds the name `{shown}` twice")
    seen.add(key)
    return str(pure)


def only_folder(folder: Path) -> Path:
    """Return the single folder that holds everything, where there is one: most archives are made so."""
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder


def copy_folder(source: Path, target: Path, *, note: Note = unnoted) -> None:
    """Copy a blueprint's folder, without version control and caches; `note` is told of each piece.

    Raises:
        InvalidArchive: it is too large, or a link leads outside.
    """
    target.mkdir(parents=True, exist_ok=True)
    root, written = source.resolve(), 0

    def tell(files: int, size: int) -> None:
        if files > MAX_ENTRIES or size > MAX_BYTES:
            raise InvalidArchive(
                f"{source} holds more than {MAX_ENTRIES} files or {MAX_BYTES // 2**20} MiB; "
                "put the blueprint into a folder of its own"
            )
        note(files, size)

    for count, path in enumerate(_walk(source), start=1):
        tell(count, written)
        place = target / path.relative_to(source)
        _require_own(path, root, source)
        if path.is_dir():
            place.mkdir(exist_ok=True)
            continue
        with path.open("rb") as file:
            written = _pour(file, place, count, written, tell)
        place.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _require_own(path: Path, root: Path, source: Path) -> None:
    """Raise InvalidArchive unless what is at `path` is a file or folder that lies in the blueprint's folder."""
    if not path.resolve().is_relative_to(root):
        raise InvalidArchive(f"{path} is a link that leads outside {source}")
    if path.is_dir() and path.is_symlink():
        raise InvalidArchive(f"{path} is a link to a folder; put the folder itself there")
    if not (path.is_file() or path.is_dir()):
        raise InvalidArchive(f"{path} is neither a file nor a folder")


IGNORED = frozenset({".git", ".hg", ".svn", "__pycache__", ".venv", ".mypy_cache", ".pytest_cache", "node_modules"})


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in IGNORED:
            continue
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
