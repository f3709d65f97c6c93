"""Where blueprints' files are kept: one read-only folder per content, named by its digest."""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from engine.domain.errors import InvalidArchive, InvalidValue, NotFound
from engine.services import archive


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


@contextmanager
def opened(home: Path, path: Path, main_file: str | None) -> Iterator[Source]:
    """Give the folder and main file of a blueprint file, folder or archive; what was unpacked is removed again.

    Raises:
        NotFound: the path or the main file does not exist.
        InvalidArchive: the archive is damaged or unsafe.
    """
    if not path.exists():
        raise NotFound("file", str(path))
    if path.is_dir():
        yield replace(_source(path, main_file, path.resolve().name), shown=_before_names(path))
    elif archive.is_archive(path):
        with scratch(home) as folder:
            archive.unpack(path, folder)
            yield _source(archive.only_folder(folder), main_file, path.name.split(".")[0])
    else:
        main = path.resolve()
        shown = _before_names(path.parent) if main.name == path.name else _before_names(main.parent)
        yield Source(folder=main.parent, main_file=main.name, name=main.parent.name or main.stem, shown=shown)


def _before_names(folder: Path) -> str:
    return "" if str(folder) == "." else f"{folder.as_posix().rstrip('/')}/"


def _source(folder: Path, main_file: str | None, name: str) -> Source:
    main = main_file or _only_main(folder)
    if not (folder / main).is_file():
        raise NotFound("main file", main, f"{folder.name} holds {', '.join(_yaml_names(folder)) or 'no YAML file'}")
    return Source(folder=folder, main_file=main, name=name)


def _only_main(folder: Path) -> str:
    names = _yaml_names(folder)
    if "blueprint.yaml" in names or not names:
        return "blueprint.yaml"
    if len(names) == 1:
        return names[0]
    raise InvalidValue(f"{folder} holds {', '.join(names)}: say which is the main file")


def _yaml_names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.suffix in {".yaml", ".yml"})


@contextmanager
def scratch(home: Path) -> Iterator[Path]:
    """Give an empty folder on the file system of the state directory, and remove what is left of it."""
    parent = home / "blueprints"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def store(home: Path, folder: Path) -> str:
    """Copy a folder into the state directory and return the name that its content has there.

    Raises:
        InvalidArchive: the folder is too large, a link leads outside, or the state directory lies in it.
    """
    if home.resolve().is_relative_to(folder.resolve()):
        raise InvalidArchive(f"{folder} holds Conductor's state directory; put the blueprint into a folder of its own")
    with scratch(home) as copy:
        try:
            archive.copy_folder(folder, copy / "content")
        except OSError as error:
            raise InvalidArchive(f"{folder} cannot be copied: {error}") from error
        digest = digest_of(copy / "content")
        target = folder_of(home, digest)
        if not target.exists():
            (copy / "content").rename(target)
    return digest


def remove(home: Path, content: str) -> None:
    """Remove a stored folder that no blueprint names any more."""
    shutil.rmtree(folder_of(home, content), ignore_errors=True)


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
