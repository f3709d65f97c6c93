"""One blueprint on its way from files to a plan: its merged sections, what is wrong, and what may not be used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.domain.json import Json, JsonObject
from engine.dsl.library import STANDARD_TYPES, Library
from engine.dsl.problems import Marks, Problems
from engine.dsl.version import Version, write
from engine.dsl.words import did_you_mean


@dataclass(slots=True, kw_only=True)
class Document:
    """The state that the steps of the parser share."""

    version: Version
    checks_versions: bool = True
    sections: JsonObject
    marks: Marks
    problems: Problems
    library: Library
    files: tuple[str, ...] = ()
    broken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Per section, entries with mistakes: known by name, but not to be looked into."""
    imported_blueprints: tuple[str, ...] = ()
    imported_plugins: tuple[str, ...] = ()
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """Namespace of a blueprint import → id of the blueprint."""

    def section(self, name: str) -> JsonObject:
        """Return a section as it was merged; empty when it is absent."""
        found = self.sections.get(name)
        return found if isinstance(found, dict) else {}

    def usable(self, name: str) -> dict[str, JsonObject]:
        """Return the entries of a section that have the right form; an empty entry is an empty mapping."""
        broken = self.broken.get(name, frozenset())
        return {key: value or {} for key, value in self.section(name).items() if key not in broken}

    def is_standard(self, holder: Json) -> bool:
        """Return whether a mapping is part of the standard types, which belong to every version."""
        return self.marks.file_of(holder) == STANDARD_TYPES

    def type_hint(self, name: str, known: Iterable[str]) -> str:
        """Return the mend for a type that does not exist."""
        if name.startswith("cloudify.") and STANDARD_TYPES not in self.files:
            return f"add `{STANDARD_TYPES}` to `imports`"
        return did_you_mean(name, known) or "declare it, or import the file that declares it"

    def text(self, name: str) -> str:
        """Return a section that is a text; empty when it is absent."""
        found: Json = self.sections.get(name)
        return found if isinstance(found, str) else ""

    @property
    def version_name(self) -> str:
        return write(self.version)
