"""Which packages a plugin needs that are not there: neither with it nor in Conductor's own environment."""

from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name


def lacking(own: Path, needed: Path, replaced: Iterable[str]) -> tuple[str, ...]:
    """Return the requirements of the packages in two folders that nothing satisfies, as they were written.

    Args:
        own: the folder of the plugin's own code.
        needed: the folder of the packages that it brings along.
        replaced: names of packages that Conductor stands in for.
    """
    brought = list(distributions(path=[str(own), str(needed)]))
    versions: dict[str, str] = {canonicalize_name(one.name): one.version for one in brought}
    wanted = {text for one in brought for text in one.requires or ()}
    passed = frozenset(replaced)
    return tuple(sorted(text for text in wanted if not _is_there(text, versions, passed)))


def _is_there(text: str, versions: dict[str, str], replaced: frozenset[str]) -> bool:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return True
    name = canonicalize_name(requirement.name)
    if name in replaced or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
        return True
    version = versions.get(name) or _own_version(name)
    return version is not None and requirement.specifier.contains(version, prereleases=True)


def _own_version(name: str) -> str | None:
    try:
        found: Distribution = distribution(name)
    except PackageNotFoundError:
        return None
    return found.version
