"""From a main file to one document: which files are imported, in which order, and that each is read once."""

from collections import deque
from dataclasses import dataclass, field

from engine.domain.errors import BlueprintInvalid
from engine.domain.json import JsonObject
from engine.dsl import pluginshelf
from engine.dsl.document import Document
from engine.dsl.importlist import Entry, Imports
from engine.dsl.library import Library, Missing, scheme
from engine.dsl.merge import Merger, is_basic
from engine.dsl.namespaces import SEPARATOR, join, rename, split
from engine.dsl.pluginimports import apply_properties
from engine.dsl.problems import Kind, Marks, Place, Problems
from engine.dsl.source import Tree
from engine.dsl.version import LATEST, VERSIONS, Version, read, write
from engine.dsl.words import did_you_mean, kind_of, listed, shorten

MOST_FILES = 500
LONGEST_TOTAL = 16 * 1024 * 1024
"""Characters of all files together, each counted as often as it is imported."""
MOST_EXPANDED = 4_000_000
"""Values that the aliases of all files stand for."""

_VERSION = "tosca_definitions_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """An import that is still to be read."""

    entry: Entry
    importer: str
    """Address of the importing file."""
    outer: str
    """Namespace of the importing file."""


@dataclass(slots=True)
class _Blueprints:
    """What `blueprint:` imports name."""

    ids: list[str] = field(default_factory=list)
    namespaces: dict[str, str] = field(default_factory=dict)


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
        imported_blueprints=tuple(importer.blueprints.ids),
        imported_plugins=tuple(sorted(importer.plugins)),
        namespaces=importer.blueprints.namespaces,
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
        message = f"`{_VERSION}` must be a text, but it is {kind_of(written)}"
        hint = f"write a version such as `{write(LATEST)}`"
        problems.at_value(Kind.WRONG_KIND, message, root, _VERSION, hint)
        return None
    version = read(written)
    if version is None:
        names = [write(one) for one in VERSIONS]
        hint = did_you_mean(written, names) or f"write one of {listed(names, joint='or')}"
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
        self.imports = Imports(problems, version if checks_versions else None)
        self.blueprints = _Blueprints()
        self.plugins: set[str] = set()
        """Ids of the stored plugins that `plugin:` imports mean."""
        self.files: list[str] = []
        self._taken: set[tuple[str, str]] = {(main.file, "")}
        self._waiting: deque[_Request] = deque()
        self._length = 0
        self._expanded = main.expanded
        self._take(main, main.root, "")

    def follow(self) -> None:
        """Read everything that is imported, directly or through others."""
        while self._waiting:
            request = self._waiting.popleft()
            own, resource = split(request.entry.address)
            if self._is_allowed(own, resource, request) and (tree := self._find(resource, request)):
                self._take_import(tree, own, resource, request)

    def _is_allowed(self, own: str, resource: str, request: _Request) -> bool:
        if SEPARATOR in own:
            self._note(Kind.NAMESPACE, f"the namespace `{own}` contains `{SEPARATOR}`", request, "shorten it")
            return False
        if scheme(resource) != "blueprint":
            return True
        if not own:
            hint = f"write `name{SEPARATOR}{resource}`"
            self._note(Kind.NAMESPACE, "a blueprint can only be imported under a namespace", request, hint)
            return False
        return self._is_free(join(request.outer, own), resource, request)

    def _is_free(self, namespace: str, resource: str, request: _Request) -> bool:
        id = resource.partition(":")[2]
        if self.blueprints.namespaces.get(namespace, id) == id:
            return True
        message = f"two blueprints are imported under the namespace `{namespace}`"
        self._note(Kind.NAMESPACE, message, request, "give each a namespace of its own")
        return False

    def _note(self, kind: Kind, message: str, request: _Request, hint: str = "") -> None:
        self.problems.at_value(kind, message, request.entry.holder, request.entry.index, hint)

    def _find(self, resource: str, request: _Request) -> Tree | None:
        try:
            found = self.library.find(resource, request.importer, self.version)
        except BlueprintInvalid as error:
            self.problems.found.extend(error.problems)
            return None
        if not isinstance(found, Missing):
            return found
        kind = Kind.IMPORT_REFUSED if found.is_refused else Kind.IMPORT_FAILED
        self._note(kind, f"cannot import `{shorten(resource)}`: {found.reason}", request, found.hint)
        return None

    def _take_import(self, tree: Tree, own: str, resource: str, request: _Request) -> None:
        namespace = join(request.outer, own)
        if isinstance(tree.root, dict) and is_basic(tree.root):
            if own:
                message = "standard types cannot be imported under a namespace"
                self._note(Kind.NAMESPACE, message, request, f"remove `{own}{SEPARATOR}`")
                return
            namespace = ""
        if scheme(resource) == "blueprint":
            self.blueprints.ids.append(resource.partition(":")[2])
            self.blueprints.namespaces[namespace] = resource.partition(":")[2]
        if (plugin := pluginshelf.id_of(tree.file)) is not None:
            self.plugins.add(plugin)
        if (tree.file, namespace) not in self._taken and self._has_room(tree, request):
            self._taken.add((tree.file, namespace))
            self._join(tree, namespace, request)

    def _has_room(self, tree: Tree, request: _Request) -> bool:
        self._length += sum(len(text) for text in tree.marks.texts.values())
        self._expanded += tree.expanded
        message = ""
        if len(self._taken) >= MOST_FILES or self._length > LONGEST_TOTAL:
            message = f"more than {MOST_FILES} files or {LONGEST_TOTAL:,} characters are imported"
        elif self._expanded > MOST_EXPANDED:
            message = f"the aliases of all files stand for more than {MOST_EXPANDED:,} values"
        if message:
            self._note(Kind.TOO_LARGE, message, request)
            self._waiting.clear()
        return not message

    def _join(self, tree: Tree, namespace: str, request: _Request) -> None:
        self.problems.marks.adopt(tree.marks)
        line = self.problems.marks.value(request.entry.holder, request.entry.index).line
        self.problems.importers.setdefault(tree.file, (request.importer, line))
        if not isinstance(tree.root, dict):
            message = f"an imported file is a mapping of sections, but `{tree.file}` is {kind_of(tree.root)}"
            self._note(Kind.WRONG_KIND, message, request)
            return
        self._compare_version(tree.root)
        root = apply_properties(tree.root, request.entry, self.problems)
        self._take(tree, rename(root, namespace, self.problems.marks) if namespace else root, namespace)

    def _take(self, tree: Tree, root: JsonObject, namespace: str) -> None:
        if tree.file not in self.files:
            self.files.append(tree.file)
        self._remember_blueprints(root)
        self.merger.add(root)
        self._waiting.extend(
            _Request(entry=entry, importer=tree.file, outer=namespace) for entry in self.imports.of(tree.root)
        )

    def _remember_blueprints(self, root: JsonObject) -> None:
        """What an imported blueprint imports itself counts as imported too."""
        ids, namespaces = root.get("imported_blueprints"), root.get("namespaces_mapping")
        if isinstance(ids, list):
            self.blueprints.ids.extend(id for id in ids if isinstance(id, str) and id not in self.blueprints.ids)
        if isinstance(namespaces, dict):
            self.blueprints.namespaces.update(namespaces)

    def _compare_version(self, root: JsonObject) -> None:
        if not self.checks_versions or root.get(_VERSION) is None:
            return
        version = _version(root, self.problems)
        if version is not None and version > self.version:
            message = f"the main file is {write(self.version)}, but this file needs {write(version)}"
            hint = f"raise `{_VERSION}` in the main file"
            self.problems.at_value(Kind.VERSION_MISMATCH, message, root, _VERSION, hint)
