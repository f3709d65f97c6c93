"""Which stored plugin an import means: by name, version (PEP 440) and distribution."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from engine.domain.errors import InvalidValue
from engine.domain.plugin import StoredPlugin

PARAMETERS = ("version", "distribution")
"""What an import may say of a plugin beside its name."""

_BARE = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginReference:
    """What stands behind `plugin:` in an import."""

    name: str
    versions: SpecifierSet = field(default_factory=SpecifierSet)
    distribution: str | None = None


def read_reference(text: str) -> PluginReference:
    """Return what an import such as `demo?version=>=1.0,<2&distribution=centos` means.

    Raises:
        InvalidValue: it names no plugin, or says something else than version and distribution.
    """
    name, _, query = text.partition("?")
    if not name:
        raise InvalidValue("the name of a plugin is missing; write `plugin:NAME`")
    said: dict[str, str] = {}
    for part in query.split("&") if query else ():
        key, _, value = part.partition("=")
        if key not in PARAMETERS or not value:
            raise InvalidValue(f"`{part}` says nothing of a plugin; write `version=SPEC` or `distribution=NAME`")
        said[key] = unquote(value).strip()
    return PluginReference(
        name=name, versions=_specifiers(said.get("version", "")), distribution=said.get("distribution")
    )


def _specifiers(text: str) -> SpecifierSet:
    """Return the versions that a text allows; a bare version means itself alone."""
    written = [one.strip() for one in text.split(",") if one.strip()]
    try:
        return SpecifierSet(",".join(f"==={one}" if _BARE.match(one) else one for one in written))
    except InvalidSpecifier as error:
        raise InvalidValue(
            f"`{text}` is no version; write one such as `1.4.2`, or bounds such as `>=1.0,<2`"
        ) from error


def choose(reference: PluginReference, stored: Iterable[StoredPlugin]) -> StoredPlugin | None:
    """Return the stored plugin of the highest version that the reference allows; None where there is none."""
    candidates = {one.package_version: one for one in reversed(_named(reference, stored))}
    allowed = list(reference.versions.filter(candidates))
    return candidates[max(allowed, key=Version)] if allowed else None


def _named(reference: PluginReference, stored: Iterable[StoredPlugin]) -> list[StoredPlugin]:
    """Return the plugins of this name for the distribution, those that are for any distribution last."""
    found = [one for one in stored if one.package_name == reference.name]
    if reference.distribution is not None:
        found = [one for one in found if one.distribution in (reference.distribution, None)]
    return sorted(found, key=lambda one: (one.distribution is None, one.distribution or ""))


def require_version(name: str, version: str) -> str:
    """Return the version of a package.

    Raises:
        InvalidValue: it is none, so that versions could not be compared.
    """
    try:
        Version(version)
    except InvalidVersion as error:
        raise InvalidValue(f"the plugin `{name}` has the version `{version}`, which is none (PEP 440)") from error
    return version
