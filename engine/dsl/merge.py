"""How the sections of an imported file join those that are there already."""

from enum import Enum

from engine.domain.json import Json, JsonObject
from engine.dsl.problems import Kind, Marks, Problems
from engine.dsl.version import Version, write


class Rule(Enum):
    """What happens to a section that another file has already."""

    IGNORE = "each file has its own"
    KEEP = "the importer's stays"
    MERGE = "entry by entry"
    MERGE_LATER = "entry by entry, since 1_3"
    REFUSE = "only one file may have it"


_OF_EACH_FILE = (
    "imports",
    "dsl_definitions",
    "tosca_definitions_version",
    "imported_blueprints",
    "namespaces_mapping",
)
_RULES = {
    **dict.fromkeys(_OF_EACH_FILE, Rule.IGNORE),
    **dict.fromkeys(("description", "metadata"), Rule.KEEP),
    **dict.fromkeys(("node_types", "plugins", "workflows", "relationships", "policy_types"), Rule.MERGE),
    **dict.fromkeys(("policy_triggers", "groups", "data_types", "interfaces"), Rule.MERGE),
    **dict.fromkeys(("inputs", "outputs", "node_templates", "capabilities"), Rule.MERGE_LATER),
    **dict.fromkeys(("labels", "blueprint_labels", "resource_tags"), Rule.MERGE_LATER),
}
_SINCE: Version = (1, 3)
_FIRST_WINS = frozenset({"labels", "blueprint_labels", "resource_tags"})


def is_basic(root: JsonObject) -> bool:
    """Return whether a file holds standard types, whose names may be said again."""
    types = root.get("node_types")
    return isinstance(types, dict) and "cloudify.nodes.Root" in types


class Merger:
    """Collects the sections of all files."""

    def __init__(self, problems: Problems, version: Version, *, checks_versions: bool) -> None:
        self.problems = problems
        self.marks: Marks = problems.marks
        self.version = version
        self.checks_versions = checks_versions
        self.sections: JsonObject = {}
        self._owned: set[int] = set()
        """Sections that were made here and may be changed."""

    def add(self, root: JsonObject) -> None:
        """Join a file's sections with those of the files before it."""
        is_first = not self.sections
        if is_first:
            self.marks.copy(root, self.sections)
        for name, value in root.items():
            if self.sections.get(name) is None:
                self._insert(name, value, root, is_first)
            elif value is not None:
                self._join(name, value, root)

    def _insert(self, name: str, value: Json, root: JsonObject, is_first: bool) -> None:
        if is_first or _RULES.get(name) is not Rule.IGNORE:
            self.sections[name] = value
            self.marks.merged.setdefault(id(self.sections), {})[name] = (root, name)

    def _join(self, name: str, value: Json, root: JsonObject) -> None:
        rule = _RULES.get(name, Rule.REFUSE)
        if rule is Rule.MERGE_LATER:
            rule = Rule.MERGE if self.version >= _SINCE or not self.checks_versions else Rule.REFUSE
        if rule is Rule.MERGE and isinstance(value, dict) and isinstance(self.sections[name], dict):
            self._join_entries(name, value, is_basic(root))
        elif rule in (Rule.REFUSE, Rule.MERGE):
            self._refuse(name, root)

    def _refuse(self, name: str, root: JsonObject) -> None:
        message = f"`{name}` stands in another file already, and only one file of a blueprint may have it"
        later = _RULES.get(name) is Rule.MERGE_LATER
        hint = f"from {write(_SINCE)} on, several files may" if later else "put everything into one of the two"
        self.problems.at_key(Kind.NOT_MERGEABLE, message, root, name, hint)

    def _join_entries(self, section: str, incoming: JsonObject, basic: bool) -> None:
        target = self._own(section)
        origins = self.marks.merged[id(target)]
        for key, value in incoming.items():
            if key in target and target[key] is not value:
                self._meet(section, target, incoming, key, basic)
            else:
                target[key] = value
                origins[key] = (incoming, key)

    def _own(self, section: str) -> JsonObject:
        """Return the section as a mapping of ours, so that no file's own values are changed."""
        target: JsonObject = self.sections[section]
        if id(target) in self._owned:
            return target
        owned = dict(target)
        self.marks.copy(target, owned)
        self.marks.merged[id(owned)] = {key: (target, key) for key in target}
        self._owned.add(id(owned))
        self.sections[section] = owned
        return owned

    def _meet(self, section: str, target: JsonObject, incoming: JsonObject, key: str, basic: bool) -> None:
        """Settle what happens to an entry that two files have."""
        if section in _FIRST_WINS:
            return
        if basic or key.startswith("cloudify."):
            target[key] = incoming[key]
            self.marks.merged[id(target)][key] = (incoming, key)
        elif section == "workflows":
            self._complete(target, incoming, key)
        elif section == "node_templates" and self._extend(target, incoming, key):
            return
        else:
            self._conflict(section, target, incoming, key)

    def _complete(self, target: JsonObject, incoming: JsonObject, key: str) -> None:
        kept, other = target[key], incoming[key]
        if isinstance(kept, dict) and isinstance(other, dict):
            target[key] = self._union(kept, other)

    def _union(self, kept: JsonObject, other: JsonObject) -> JsonObject:
        union = {**other, **kept}
        self.marks.copy(kept, union)
        self.marks.merged[id(union)] = {key: (kept if key in kept else other, key) for key in union}
        return union

    def _extend(self, target: JsonObject, incoming: JsonObject, key: str) -> bool:
        """Join two bodies of a template when one of them only adds relationships; False when neither does."""
        kept, other = target[key], incoming[key]
        if not (isinstance(kept, dict) and isinstance(other, dict)):
            return False
        adds = {"relationships"}
        if set(kept) != adds and (set(other) != adds or "relationships" in kept):
            return False
        lists = [body.get("relationships") for body in (kept, other)]
        if not all(one is None or isinstance(one, list) for one in lists):
            return False
        union = self._union(kept, other)
        first, second = (one or [] for one in lists)
        joined = [*first, *second]
        self._mark_items(joined, first, second)
        union["relationships"] = joined
        target[key] = union
        return True

    def _mark_items(self, joined: list[Json], *parts: list[Json]) -> None:
        entries = [entry for part in parts if (entry := self.marks.lists.get(id(part)))]
        if entries:
            marks = [mark for entry in entries for mark in entry[3]]
            self.marks.lists[id(joined)] = (joined, entries[0][1], entries[0][2], marks)

    def _conflict(self, section: str, target: JsonObject, incoming: JsonObject, key: str) -> None:
        first = self.marks.key(target, key)
        message = f"`{key}` of `{section}` stands in {first.file}:{first.line} already"
        self.problems.at_key(Kind.MERGE_CONFLICT, message, incoming, key, "rename or remove one of the two")
