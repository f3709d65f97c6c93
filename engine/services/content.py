"""Where blueprints' files are kept: one read-only folder per content, named by its digest."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from engine.domain.errors import InvalidArchive, InvalidValue, NotFound
from engine.services import archive
from engine.services.scratch import scratch

_LONGEST_SHOWN = 200
"""Characters of a path in a message; one that is too long for the system is the mistake itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What the user pointed at."""

    folder: Path
    main_file: str
    """Relative to the folder."""
    name: str
    """The id that the blueprint gets when none is given."""
    shown: str = ""
    """What stands before the names of its files in messages, as the user typed it; nothing for an archive."""


def folder_of(home: Path, content: str) -> Path:
    return home / "blueprints" / content


def name_of(path: Path) -> str:
    """Return the id that a blueprint gets when none is given.

    Raises:
        NotFound: the path does not exist.
        InvalidValue: it cannot be reached.
        InvalidArchive: it is an archive of a kind that is not read.
    """
    _require(path)
    if path.is_dir():
        return path.resolve().name
    if archive.is_archive(path):
        return path.name.split(".")[0]
    return path.resolve().parent.name or path.stem


def require_storable(path: Path) -> None:
    """Raise unless there is a file or a folder at a path; what a pipe brings has no files beside it.

    Raises:
        NotFound: the path does not exist.
        InvalidValue: there is something else.
    """
    _require(path)
    if not (path.is_file() or path.is_dir()):
        raise InvalidValue(f"{path} is neither a file nor a folder, so it cannot be stored; write it to a file first")


def _require(path: Path) -> None:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("file", str(path)) from error
    except OSError as error:
        raise InvalidValue(f"{str(path)[:_LONGEST_SHOWN]} cannot be read: {error.strerror}") from error
    archive.require_readable(path)


@contextmanager
def opened(home: Path, path: Path, main_file: str | None) -> Iterator[Source]:
    """Give the folder and main file of a blueprint file, folder or archive; what was unpacked is removed again.

    Raises:
        NotFound: the path or the main file does not exist.
        InvalidArchive: the archive is damaged or unsafe.
    """
    name = name_of(path)
    if path.is_dir():
        yield replace(_source(path, main_file, name), shown=_before_names(path))
    elif archive.is_archive(path):
        with scratch(home) as folder:
            archive.unpack(path, folder)
            yield _source(archive.only_folder(folder), main_file, name)
    else:
        # a pipe has a name in /proc that nobody can open
        main = path.resolve() if path.is_file() else path.absolute()
        shown = _before_names(path.parent) if main.name == path.name else _before_names(main.parent)
        yield Source(folder=main.parent, main_file=main.name, name=name, shown=shown)


def collect(home: Path, path: Path, main_file: str | None, target: Path, note: archive.Note) -> Source:
    """Copy or unpack what the user pointed at into `target`, an empty folder of ours, and return what is there.

    Raises:
        NotFound: the main file does not exist.
        InvalidArchive: it is damaged, unsafe or too large, or the state directory lies in it.
    """
    if archive.is_archive(path) and not path.is_dir():
        archive.unpack(path, target / "unpacked", note=note)
        folder = archive.only_folder(target / "unpacked")
    else:
        main_file = main_file if path.is_dir() else path.resolve().name
        folder = path if path.is_dir() else path.resolve().parent
    if home.resolve().is_relative_to(folder.resolve()):
        raise InvalidArchive(f"{folder} holds Conductor's state directory; put the blueprint into a folder of its own")
    try:
        archive.copy_folder(folder, target / "content", note=note)
    except OSError as error:
        raise InvalidArchive(f"{folder} cannot be copied: {error}") from error
    return _source(target / "content", main_file, name_of(path))


def _before_names(folder: Path) -> str:
    return "" if str(folder) == "." else f"{folder.as_posix().rstrip('/')}/"


def _source(folder: Path, main_file: str | None, name: str) -> Source:
    try:
        main = main_file or _only_main(folder, name)
        if not (folder / main).is_file():
            raise NotFound("main file", main, f"{name} holds {', '.join(_yaml_names(folder)) or 'no YAML file'}")
        if Path(main).is_absolute() or not (folder / main).resolve().is_relative_to(folder.resolve()):
            raise InvalidValue(f"the main file `{main}` lies outside of {name}; name it by its path in the folder")
    except OSError as error:
        raise InvalidValue(f"{name} cannot be read: {error.strerror}") from error
    return Source(folder=folder, main_file=os.path.normpath(main), name=name)


def _only_main(folder: Path, name: str) -> str:
    names = _yaml_names(folder)
    if "blueprint.yaml" in names or not names:
        return "blueprint.yaml"
    if len(names) == 1:
        return names[0]
    raise InvalidValue(f"{name} holds {', '.join(names)}: say which is the main file")


def _yaml_names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.suffix in {".yaml", ".yml"})


def secure(folder: Path) -> str:
    """See to it that a folder's files outlast a loss of power; return the name that its content has when kept."""
    for path in (folder, *folder.rglob("*")):
        _secure(path)
    return digest_of(folder)


def _secure(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep(home: Path, folder: Path, digest: str) -> None:
    """Move a secured folder to the name of its content, unless that is there already.

    The caller holds the write lock of the database, so that nobody removes the content meanwhile.
    """
    target = folder_of(home, digest)
    if not target.exists():
        folder.rename(target)
        _secure(target.parent)


def discard(home: Path, digest: str, scratch: Path) -> None:
    """Move content out of reach into a scratch folder. The caller holds the write lock of the database."""
    with contextlib.suppress(FileNotFoundError):
        folder_of(home, digest).rename(scratch / digest)


def digests(home: Path) -> set[str]:
    """Return the names of all content that is kept."""
    return {one.name for one in (home / "blueprints").glob("[!.]*")}


def digest_of(folder: Path) -> str:
    """Return the name that the content of a folder has in the state directory."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        is_executable = bool(path.stat().st_mode & 0o100)
        digest.update(f"{name}\0{path.is_dir():d}{is_executable:d}\0".encode())
        if path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
