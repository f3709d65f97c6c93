"""From a main file to one document: which files are imported, in which order, and that each is read once."""

from collections import deque
from dataclasses import dataclass

from engine.domain.errors import BlueprintInvalid
from engine.domain.json import Json, JsonObject
from engine.dsl.document import Document
from engine.dsl.library import Library, Missing
from engine.dsl.merge import Merger
from engine.dsl.problems import Holder, Kind, Marks, Place, Problems
from engine.dsl.source import Tree
from engine.dsl.version import LATEST, VERSIONS, Version, read, write
from engine.dsl.words import did_you_mean, kind_of, listed, shorten

MOST_FILES = 500
LONGEST_TOTAL = 32 * 1024 * 1024
"""Characters of all files together."""

_VERSION = "tosca_definitions_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """An entry of an `imports` list."""

    written: str
    importer: Tree
    holder: Holder
    index: int


def assemble(main: Tree, library: Library, *, checks_versions: bool = True) -> Document:
    """Return the main file with everything that it imports, breadth first, merged into one document.

    Raises:
        BlueprintInvalid: the main file is no mapping or names no version.
    """
    marks = Marks()
    marks.adopt(main.marks)
    problems = Problems(marks)
    version = _main_version(main, problems)
    problems.refuse()
    importer = _Importer(main, library, version or LATEST, problems, checks_versions)
    importer.follow()
    return Document(
        version=version or LATEST,
        checks_versions=checks_versions,
        sections=importer.merger.sections,
        marks=marks,
        problems=problems,
        library=library,
        files=tuple(importer.files),
    )


def _main_version(main: Tree, problems: Problems) -> Version | None:
    place = main.marks.start(main.root) if isinstance(main.root, dict | list) else Place(main.file, 1, 1)
    if not isinstance(main.root, dict):
        message = f"a blueprint is a mapping of sections, but this is {kind_of(main.root)}"
        problems.add(Kind.WRONG_KIND, message, place, "begin with `tosca_definitions_version: cloudify_dsl_1_5`")
        return None
    if main.root.get(_VERSION) is None:
        message = f"the main file of a blueprint needs `{_VERSION}`"
        problems.add(Kind.VERSION_MISSING, message, place, f"add `{_VERSION}: {write(LATEST)}` at the top")
        return None
    return _version(main.root, problems)


def _version(root: JsonObject, problems: Problems) -> Version | None:
    written = root[_VERSION]
    if not isinstance(written, str):
        problems.at_value(Kind.WRONG_KIND, f"`{_VERSION}` must be a text, but it is {kind_of(written)}", root, _VERSION)
        return None
    version = read(written)
    if version is None:
        names = [write(one) for one in VERSIONS]
        hint = did_you_mean(written, names) or f"write one of {listed(names)}"
        problems.at_value(Kind.VERSION_UNKNOWN, f"there is no version `{shorten(written)}`", root, _VERSION, hint)
    return version


class _Importer:
    """Reads files in the order of the imports and hands each to the merger."""

    def __init__(
        self, main: Tree, library: Library, version: Version, problems: Problems, checks_versions: bool
    ) -> None:
        self.library, self.version, self.problems = library, version, problems
        self.checks_versions = checks_versions
        self.merger = Merger(problems, version, checks_versions=checks_versions)
        self.files: list[str] = []
        self._waiting: deque[_Request] = deque()
        self._length = 0
        self._take(main)

    def follow(self) -> None:
        """Read everything that is imported, directly or through others."""
        while self._waiting:
            request = self._waiting.popleft()
            tree = self._find(request)
            if tree is not None and tree.file not in self.files and self._has_room(tree, request):
                self._take_import(tree, request)

    def _take_import(self, tree: Tree, request: _Request) -> None:
        self.problems.marks.adopt(tree.marks)
        if not isinstance(tree.root, dict):
            message = f"an imported file is a mapping of sections, but `{tree.file}` is {kind_of(tree.root)}"
            self.problems.at_value(Kind.WRONG_KIND, message, request.holder, request.index)
            return
        self._compare_version(tree.root)
        self._take(tree)

    def _take(self, tree: Tree) -> None:
        self.files.append(tree.file)
        self.merger.add(tree.root)
        self._waiting.extend(self._requests(tree))

    def _has_room(self, tree: Tree, request: _Request) -> bool:
        self._length += sum(len(text) for text in tree.marks.texts.values())
        if len(self.files) < MOST_FILES and self._length <= LONGEST_TOTAL:
            return True
        message = f"more than {MOST_FILES} files or {LONGEST_TOTAL:,} characters are imported"
        self.problems.at_value(Kind.TOO_LARGE, message, request.holder, request.index)
        self._waiting.clear()
        return False

    def _compare_version(self, root: JsonObject) -> None:
        if not self.checks_versions or root.get(_VERSION) is None:
            return
        version = _version(root, self.problems)
        if version is not None and version > self.version:
            message = f"the main file is {write(self.version)}, but this file needs {write(version)}"
            hint = f"raise `{_VERSION}` in the main file"
            self.problems.at_value(Kind.VERSION_MISMATCH, message, root, _VERSION, hint)

    def _requests(self, tree: Tree) -> list[_Request]:
        written = tree.root.get("imports")
        if not isinstance(written, list):
            return []
        requests: list[_Request] = []
        for index, entry in enumerate(written):
            address = self._address(entry, written, index)
            if address is None:
                continue
            if any(address == one.written for one in requests):
                message = f"`{shorten(address)}` is imported twice"
                self.problems.at_value(Kind.IMPORT_TWICE, message, written, index, "remove one of the two")
                continue
            requests.append(_Request(written=address, importer=tree, holder=written, index=index))
        return requests

    def _address(self, entry: Json, holder: Holder, index: int) -> str | None:
        if isinstance(entry, str):
            return entry
        message = f"an import is a path or an address, but this is {kind_of(entry)}"
        self.problems.at_value(Kind.WRONG_KIND, message, holder, index)
        return None

    def _find(self, request: _Request) -> Tree | None:
        try:
            found = self.library.find(request.written, request.importer.file, self.version)
        except BlueprintInvalid as error:
            self.problems.found.extend(error.problems)
            return None
        if isinstance(found, Missing):
            kind = Kind.IMPORT_REFUSED if found.is_refused else Kind.IMPORT_FAILED
            message = f"cannot import `{shorten(request.written)}`: {found.reason}"
            self.problems.at_value(kind, message, request.holder, request.index, found.hint)
            return None
        return found
