"""Files that three recorded cases import and that were not recorded, made up from what the records say of them.

The recorded plans are empty: what was imported had neither nodes, types nor workflows, and every property that an
import gives was accepted, so the plugin declares one of that name and type.
"""

PLUGIN = "plugin:dummy"
NO_TYPES = {"url": "cloudify/types/types.yaml", "text": "{}"}

DECLARED = {
    "test_plugin_properties.py::PluginPropertiesImporterTest::test_no_properties": {},
    "test_plugin_properties.py::PluginPropertiesImporterTest::test_valid": {
        "aws_access_key_id": "string",
        "aws_secret_access_key": "string",
    },
    "test_plugin_properties.py::PluginPropertiesImporterTest::test_valid_properties": {
        "list_property": "list",
        "str_property": "string",
        "int_property": "integer",
        "float_property": "float",
        "fn_property": "string",
    },
}
"""The recorded test → the properties of the plugin that it imports, with their types."""


def documents(test: str) -> list[dict[str, str]] | None:
    """Return what stands in for the documents of a case that cannot be replayed as recorded; None for any other."""
    if test not in DECLARED:
        return None
    return [NO_TYPES, {"url": PLUGIN, "text": plugin(DECLARED[test])}]


def plugin(properties: dict[str, str]) -> str:
    """Return a plugin file that declares properties."""
    lines = ["plugins:", "  dummy:", "    executor: central_deployment_agent", "    install: false"]
    written = [f"      {name}: {{ type: {type_} }}" for name, type_ in properties.items()]
    return "\n".join([*lines, *(["    properties:", *written] if written else []), ""])
