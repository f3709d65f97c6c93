"""Where imported files and scripts are found: the blueprint's own folder, and the standard types that come with us."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Protocol

from engine.dsl.source import LONGEST_FILE, Tree, decode, load
from engine.dsl.version import Version

STANDARD_TYPES = "cloudify/types/types.yaml"

_STANDARD = re.compile(
    r"(?:https?://(?:www\.)?getcloudify\.org/spec/)?cloudify/(?:types|[0-9][0-9a-z.]*)/types\.yaml\Z"
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An import that cannot be had, and why."""

    reason: str
    hint: str = ""
    is_refused: bool = False
    """It may exist, but is not fetched."""


class Library(Protocol):
    """Where a blueprint's other files come from."""

    def find(self, written: str, importer: str, version: Version) -> Tree | Missing:
        """Return the file that an import names; its `file` is its address, unique in the library."""

    def has_script(self, path: str) -> bool:
        """Return whether a file of this name lies with the blueprint."""


@cache
def standard_types() -> Tree:
    """Return the standard types, read once in a process."""
    content = files("engine.dsl").joinpath("types/types.yaml").read_bytes()
    return load(decode(content, STANDARD_TYPES), STANDARD_TYPES)


def is_standard(written: str) -> bool:
    """Return whether an import means the standard types, under any name that blueprints use for them."""
    return _STANDARD.match(written) is not None


def scheme(written: str) -> str:
    """Return the scheme of an address such as `plugin:x`; empty for a path."""
    found = _SCHEME.match(written)
    return found[1].lower() if found else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A blueprint's folder; nothing outside of it is read."""

    root: Path
    shown: str = ""
    """What stands before a file's name in messages."""
    read: dict[str, bytes] = field(default_factory=dict)
    """Every file that was read, by its path in the folder."""
    looked_for: dict[str, bool] = field(default_factory=dict)
    """Every path that was looked for, and whether there was a file."""
    trees: dict[str, Tree] = field(default_factory=dict)
    """Files are read once, however often they are imported."""

    def main(self, path: Path) -> Tree:
        """Return the main file.

        Raises:
            SourceInvalid: it is not YAML.
            OSError: it cannot be read.
        """
        name = path.relative_to(self.root).as_posix()
        return self._load(name)

    def find(self, written: str, importer: str, version: Version) -> Tree | Missing:
        """Return a file of the folder: beside the importing file, or else from the folder's top."""
        if is_standard(written):
            return standard_types()
        if kind := scheme(written):
            return _refused(kind)
        if written.startswith("/") or "\\" in written or "\0" in written:
            return Missing(reason="only files in the blueprint's folder can be imported", hint="write a relative path")
        candidates = list(self._candidates(written, importer, version))
        for candidate in candidates:
            if self._exists(candidate):
                return self._read(candidate)
        if not candidates:
            return Missing(reason="it lies outside of the blueprint's folder", hint="copy the file into the folder")
        return Missing(reason="there is no such file in the blueprint's folder", hint=self._similar(written))

    def has_script(self, path: str) -> bool:
        """Return whether a file of this name lies in the folder."""
        if scheme(path) or path.startswith("/") or "\n" in path or "\0" in path or len(path) > 1000:
            return False
        normal = _inside(path)
        return normal is not None and self._exists(normal)

    def _exists(self, name: str) -> bool:
        if name not in self.looked_for:
            self.looked_for[name] = (self.root / name).is_file()
        return self.looked_for[name]

    def _candidates(self, written: str, importer: str, version: Version) -> Iterator[str]:
        base = importer.removeprefix(self.shown)
        places = [(PurePosixPath(base).parent / written).as_posix(), written]
        for place in dict.fromkeys(places):
            path = PurePosixPath(place)
            versioned = path.with_name(f"{path.stem}_{version[0]}_{version[1]}{path.suffix}") if path.name else path
            for name in (versioned.as_posix(), place):
                if (inside := _inside(name)) is not None:
                    yield inside

    def _read(self, name: str) -> Tree | Missing:
        try:
            resolved = (self.root / name).resolve()
            if not resolved.is_relative_to(self.root.resolve()):
                return Missing(reason="it points outside of the blueprint's folder")
            return self._load(name)
        except OSError as error:
            return Missing(reason=f"it cannot be read: {error.strerror}")

    def _load(self, name: str) -> Tree:
        if name not in self.trees:
            file = f"{self.shown}{name}"
            self.read[name] = content = self._content(name)
            self.trees[name] = load(decode(content, file), file)
        return self.trees[name]

    def _content(self, name: str) -> bytes:
        """Return at most a little more than a blueprint may have; the rest is refused anyway."""
        with (self.root / name).open("rb") as stream:
            return stream.read(LONGEST_FILE + 1)

    def _similar(self, written: str) -> str:
        name = PurePosixPath(written).name
        found = next((one for one in sorted(self.root.rglob(name)) if one.is_file()), None) if name else None
        if found:
            return f"did you mean `{found.relative_to(self.root).as_posix()}`?"
        return f"did you mean `{STANDARD_TYPES}`?" if name == "types.yaml" else "paths begin at the importing file"


def _inside(name: str) -> str | None:
    """Return the path without `..`; None when it leaves the folder."""
    parts: list[str] = []
    for part in PurePosixPath(name).parts:
        if part != "..":
            parts.append(part)
        elif not parts:
            return None
        else:
            parts.pop()
    return "/".join(parts)


def _refused(kind: str) -> Missing:
    match kind:
        case "http" | "https" | "ftp" | "file":
            return Missing(
                reason=f"`{kind}:` imports are not fetched",
                hint="put the file into the blueprint's folder and import it by its relative path",
                is_refused=True,
            )
        case "plugin":
            return Missing(
                reason="no such plugin is uploaded",
                hint="upload it first, with `conductor plugins upload PATH`",
                is_refused=True,
            )
        case "blueprint":
            return Missing(reason="no such blueprint is uploaded", is_refused=True)
    return Missing(reason=f"imports of the form `{kind}:` do not exist", is_refused=True)
