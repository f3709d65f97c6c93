"""What stands in an `imports` list: addresses, some with properties for the plugins that they bring."""

from dataclasses import dataclass, field

from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.problems import Holder, Kind, Problems
from engine.dsl.version import Version, write
from engine.dsl.words import kind_of, shorten

_WITH_PROPERTIES: Version = (1, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One import."""

    address: str
    """With its namespace."""
    holder: Holder
    index: int
    properties: JsonObject = field(default_factory=dict)


class Imports:
    """Reads `imports` lists."""

    def __init__(self, problems: Problems, version: Version | None) -> None:
        self.problems = problems
        self.version = version
        """None accepts what any version has."""

    def of(self, root: JsonObject) -> list[Entry]:
        """Return the usable entries of a file's list."""
        written = root.get("imports")
        if not isinstance(written, list):
            return []
        entries: dict[str, Entry] = {}
        for index in range(len(written)):
            entry = self._entry(written, index)
            if entry is not None and entry.address in entries:
                message = f"`{shorten(entry.address)}` is imported twice"
                self.problems.at_value(Kind.IMPORT_TWICE, message, written, index, "remove one of the two")
            elif entry is not None:
                entries[entry.address] = entry
        return list(entries.values())

    def _entry(self, written: list[Json], index: int) -> Entry | None:
        value = written[index]
        if isinstance(value, str):
            return Entry(address=value, holder=written, index=index)
        if not isinstance(value, dict):
            message = f"an import is a path or an address, but this is {kind_of(value)}"
            self.problems.at_value(Kind.WRONG_KIND, message, written, index)
            return None
        return self._with_properties(value, written, index)

    def _with_properties(self, value: JsonObject, written: list[Json], index: int) -> Entry | None:
        if len(value) != 1:
            message = "an import with properties is a mapping with one key, the address"
            self.problems.at_value(Kind.IMPORT_PROPERTY, message, written, index)
            return None
        address, properties = next(iter(value.items()))
        if properties is not None and not isinstance(properties, dict):
            message = f"the properties of `{shorten(address)}` must be a mapping, but this is {kind_of(properties)}"
            self.problems.at_value(Kind.WRONG_KIND, message, value, address)
            return None
        if not self._are_possible(properties or {}, value, address):
            return None
        return Entry(address=address, holder=written, index=index, properties=properties or {})

    def _are_possible(self, properties: JsonObject, holder: JsonObject, address: str) -> bool:
        if self.version is not None and self.version < _WITH_PROPERTIES:
            self._too_old(properties, holder, address)
            return False
        wrong = [name for name, one in properties.items() if isinstance(one, dict) and name_of(one) is None]
        for name in wrong:
            message = f"`{name}` must be a text, a number, a boolean, a list or a function, but it is a mapping"
            self.problems.at_value(Kind.IMPORT_PROPERTY, message, properties, name)
        return not wrong

    def _too_old(self, properties: JsonObject, holder: JsonObject, address: str) -> None:
        message = f"properties of an import need {write(_WITH_PROPERTIES)}"
        hint = "raise `tosca_definitions_version` in the main file"
        places: list[tuple[JsonObject, str]] = [(properties, name) for name in properties] or [(holder, address)]
        for mapping, key in places:
            self.problems.at_key(Kind.VERSION_TOO_OLD, message, mapping, key, hint)
