"""What an upload of a plugin holds, a wagon, a wheel or a folder of code: taken apart and checked before it is kept."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from packaging.utils import canonicalize_name

from engine.domain.errors import InvalidArchive, InvalidValue, NotFound
from engine.domain.json import Json, JsonObject
from engine.domain.plugin import LABELS, in_order
from engine.domain.pluginreference import require_version
from engine.dsl.problems import Kind, Problems
from engine.dsl.source import Tree, decode, load
from engine.services import archive, wheels
from engine.services.plugincheck import require_importable
from engine.services.plugincontent import FILES, NEEDED, OWN
from engine.services.pluginneeds import lacking
from engine.services.scratch import scratch

WAGON = ".wgn"
METADATA = "package.json"
YAML = frozenset({".yaml", ".yml"})

REPLACED = frozenset({"cloudify-common", "cloudify-plugins-common", "cloudify-rest-client", "cloudify-dsl-parser"})
"""Packages that Conductor stands in for: their context is not that of an operation here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An upload that was taken apart and found right."""

    name: str
    version: str
    folder: Path
    """What is to be kept, on the file system of the state directory."""
    distribution: str | None = None
    files: tuple[str, ...] = ()
    labels: JsonObject = field(default_factory=dict)
    packages: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Packages that it brings and Conductor stands in for."""
    lacking: tuple[str, ...] = ()
    """Packages that it needs, and that neither it nor Conductor has."""


@contextmanager
def opened(home: Path, path: Path, yaml: Sequence[Path]) -> Iterator[Package]:
    """Give what a wagon, a wheel, an archive or a folder holds; what was unpacked and not kept is removed again.

    Args:
        home: the state directory, in which it is unpacked.
        path: what the user points at.
        yaml: the plugin's YAML files; those of the archive or folder where none are given.

    Raises:
        NotFound: a file does not exist.
        InvalidArchive: an archive is damaged or unsafe, or is for another Python or machine.
        InvalidValue: name, version or the YAML file cannot be told.
        BlueprintInvalid: a YAML file has mistakes, with their places.
    """
    for one in (path, *yaml):
        if not one.exists():
            raise NotFound("file", str(one))
    if path.is_dir() and home.resolve().is_relative_to(path.resolve()):
        raise InvalidArchive(f"{path} holds Conductor's state directory; put the plugin into a folder of its own")
    with scratch(home) as folder:
        yield _read(folder, path, yaml)


def _read(folder: Path, path: Path, yaml: Sequence[Path]) -> Package:
    try:
        return _Reading(folder).package(path, yaml)
    except (OSError, shutil.Error) as error:
        raise InvalidArchive(f"{path} cannot be unpacked: {error}") from error


class _Reading:
    """One upload on its way."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._count = 0
        self.kept = scratch / "kept"
        for name in (FILES, OWN, NEEDED):
            (self.kept / name).mkdir(parents=True)

    def package(self, path: Path, yaml: Sequence[Path]) -> Package:
        given = list(yaml)
        source = path
        if path.is_dir() or archive.is_archive(path):
            folder = path if path.is_dir() else self._unpacked(path)
            given = given or _yaml_in(folder)
            source = _packed_in(folder) or folder
        trees = self._trees(given, path)
        package = self._code(source, trees)
        _require_agreement(package, trees)
        require_importable(self.kept / FILES, trees)
        missing = lacking(self.kept / OWN, self.kept / NEEDED, REPLACED)
        return replace(package, files=in_order(trees), labels=_labels(trees), lacking=missing)

    def _empty(self) -> Path:
        self._count += 1
        folder = self._scratch / f"{self._count}"
        folder.mkdir()
        return folder

    def _unpacked(self, path: Path) -> Path:
        folder = self._empty()
        archive.unpack(path, folder, limits=wheels.LIMITS)
        return archive.only_folder(folder)

    def _trees(self, files: Sequence[Path], path: Path) -> dict[str, Tree]:
        """Keep the YAML files and return what they say, by name."""
        if not files:
            raise InvalidValue(f"{path} has no plugin.yaml; name it with -y")
        trees = {}
        for file in files:
            if file.suffix not in YAML or not file.is_file():
                raise InvalidValue(f"{file} is no YAML file of a plugin; its name ends with .yaml")
            tree = _tree(file)
            shutil.copyfile(file, self.kept / FILES / file.name)
            trees[file.name] = tree
        return trees

    def _code(self, source: Path, trees: dict[str, Tree]) -> Package:
        if source.is_dir():
            code = source / "src" if (source / "src").is_dir() else source
            archive.copy_folder(code, self.kept / OWN)
            return _described(self.kept, trees)
        if source.suffix == wheels.SUFFIX:
            name = wheels.read_name(source)
            self._install(source, OWN)
            told = _names(trees)
            shown = next((one for one in told if canonicalize_name(one) == name.package), name.package)
            return Package(
                name=shown,
                version=name.version,
                folder=self.kept,
                packages=(f"{name.package}=={name.version}",),
            )
        if source.suffix == WAGON:
            return self._wagon(source)
        raise InvalidArchive(f"{source.name} is no plugin: upload a wagon (.wgn), a wheel, an archive or a folder")

    def _wagon(self, path: Path) -> Package:
        """Take a wagon apart: its metadata names the package, and its wheels are that and what it needs."""
        folder = self._unpacked(path)
        told = _metadata(path.name, folder / METADATA)
        found = {one: wheels.read_name(one) for one in sorted((folder / "wheels").glob("*.whl"))}
        own = canonicalize_name(str(told["package_name"]))
        if own not in {one.package for one in found.values()}:
            raise InvalidArchive(f"{path.name} holds no wheel of `{told['package_name']}`, of which it says it is")
        left_out = {one: name for one, name in found.items() if name.package in REPLACED and name.package != own}
        for one, name in found.items():
            if one not in left_out:
                self._install(one, OWN if name.package == own else NEEDED)
        system: Json = told.get("build_server_os_properties")
        distribution = system.get("distribution") if isinstance(system, dict) else None
        is_bound = told.get("supported_platform", "any") != "any"
        return Package(
            name=str(told["package_name"]),
            version=require_version(str(told["package_name"]), str(told["package_version"])),
            folder=self.kept,
            distribution=str(distribution).lower() if distribution and is_bound else None,
            packages=tuple(f"{name.package}=={name.version}" for one, name in found.items() if one not in left_out),
            left_out=tuple(f"{name.package}=={name.version}" for name in left_out.values()),
        )

    def _install(self, wheel: Path, place: str) -> None:
        wheels.install(wheel, self._empty(), self.kept / place)


def _yaml_in(folder: Path) -> list[Path]:
    """Return the YAML files in a folder that describe plugins."""
    found = [one for one in sorted(folder.iterdir()) if one.suffix in YAML and one.is_file()]
    return [one for one in found if isinstance(root := _tree(one).root, dict) and "plugins" in root]


def _packed_in(folder: Path) -> Path | None:
    """Return the only wagon or wheel in a folder; None where it is a folder of code."""
    found = [one for one in sorted(folder.iterdir()) if one.suffix in {WAGON, wheels.SUFFIX}]
    if len(found) > 1:
        raise InvalidArchive(f"{folder.name} holds {', '.join(one.name for one in found)}; upload one at a time")
    return found[0] if found else None


def _tree(file: Path) -> Tree:
    return load(decode(file.read_bytes(), file.name), file.name)


def _metadata(archive_name: str, path: Path) -> JsonObject:
    try:
        found: Json = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidArchive(f"{archive_name} has no {METADATA} that can be read, so it is no wagon") from error
    if not isinstance(found, dict) or not found.get("package_name") or not found.get("package_version"):
        raise InvalidArchive(f"the {METADATA} of {archive_name} names no package with its version")
    return found


def _described(folder: Path, trees: dict[str, Tree]) -> Package:
    """Return the package that a folder of code is, by its own description."""
    for body in _plugins(trees):
        if body.get("package_name") and body.get("package_version") is not None:
            name = str(body["package_name"])
            return Package(name=name, version=require_version(name, str(body["package_version"])), folder=folder)
    raise InvalidValue(
        f"nothing tells which package the plugin is; write `package_name` and `package_version` under `plugins` "
        f"in {next(iter(trees))}"
    )


def _plugins(trees: dict[str, Tree]) -> Iterator[JsonObject]:
    for name in in_order(trees):
        root = trees[name].root
        section: Json = root.get("plugins") if isinstance(root, dict) else None
        if isinstance(section, dict):
            yield from (body for body in section.values() if isinstance(body, dict))


def _names(trees: dict[str, Tree]) -> list[str]:
    return [str(body["package_name"]) for body in _plugins(trees) if body.get("package_name")]


def _require_agreement(package: Package, trees: dict[str, Tree]) -> None:
    """Check that each file describes plugins, and these as the package that was uploaded.

    Raises:
        BlueprintInvalid: with the places of what does not fit.
    """
    for name, tree in trees.items():
        problems = Problems(tree.marks)
        root = tree.root
        if not isinstance(root, dict) or not isinstance(root.get("plugins"), dict) or not root["plugins"]:
            message = f"`{name}` describes no plugin"
            hint = "a plugin's file has a section `plugins` with the executor and the package of each"
            holder: JsonObject = root if isinstance(root, dict) else {}
            problems.at_key(Kind.PLUGIN_SOURCE, message, holder, "plugins", hint)
        else:
            for body in root["plugins"].values():
                _compare(package, body, problems)
        problems.refuse()


def _compare(package: Package, body: Json, problems: Problems) -> None:
    if not isinstance(body, dict):
        return
    for key, ours in (("package_name", package.name), ("package_version", package.version)):
        theirs = body.get(key)
        if theirs is not None and str(theirs) != ours:
            message = f"`{key}` is `{theirs}`, but the package that was uploaded has `{ours}`"
            problems.at_value(Kind.PLUGIN_SOURCE, message, body, key, f"write `{ours}`")


def _labels(trees: dict[str, Tree]) -> JsonObject:
    """Return the labels that are kept with the plugin: those of the file that is preferred."""
    root = trees[in_order(trees)[0]].root
    return {name: root[name] for name in LABELS if root.get(name) is not None} if isinstance(root, dict) else {}
