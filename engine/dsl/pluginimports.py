"""Properties that an import gives to the plugins of the imported file."""

from engine.domain.json import Json, JsonObject
from engine.dsl.calls import name_of
from engine.dsl.importlist import Entry
from engine.dsl.problems import Kind, Problems
from engine.dsl.words import did_you_mean, kind_of

_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str, int),
    "integer": (int,),
    "float": (int, float),
    "boolean": (bool,),
    "list": (list,),
}


def apply_properties(root: JsonObject, entry: Entry, problems: Problems) -> JsonObject:
    """Return a file's sections with the properties set in every plugin that declares properties."""
    plugins = root.get("plugins")
    if not entry.properties or not isinstance(plugins, dict):
        return root
    changed = {
        name: _with_values(name, body, entry, problems) if _has_properties(body) else body
        for name, body in plugins.items()
    }
    problems.marks.copy(plugins, changed)
    joined = {**root, "plugins": changed}
    problems.marks.copy(root, joined)
    return joined


def _has_properties(body: Json) -> bool:
    return isinstance(body, dict) and isinstance(body.get("properties"), dict)


def _with_values(plugin: str, body: JsonObject, entry: Entry, problems: Problems) -> JsonObject:
    declared: JsonObject = dict(body["properties"])
    for name, value in entry.properties.items():
        if name not in declared:
            message = f"the plugin `{plugin}` has no property `{name}`"
            problems.at_key(Kind.IMPORT_PROPERTY, message, entry.properties, name, did_you_mean(name, declared))
            continue
        schema = declared[name] if isinstance(declared[name], dict) else {}
        if not _fits(value, schema.get("type")):
            message = f"the property `{name}` of the plugin `{plugin}` is of the type `{schema['type']}`"
            problems.at_value(Kind.IMPORT_PROPERTY, f"{message}, but this is {kind_of(value)}", entry.properties, name)
        declared[name] = {**schema, "value": value}
    problems.marks.copy(body["properties"], declared)
    changed = {**body, "properties": declared}
    problems.marks.copy(body, changed)
    return changed


def _fits(value: Json, type_: Json) -> bool:
    if type_ not in _KINDS or name_of(value) is not None:
        return True
    return isinstance(value, _KINDS[type_]) and (type_ == "boolean" or not isinstance(value, bool))
