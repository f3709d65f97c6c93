"""Every section of a blueprint and every key in it, with the version that brought it: the language as one table."""

from engine.dsl.shapes import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    MAPPING,
    NAME,
    NAMES,
    OPAQUE,
    TEXT,
    TEXTS,
    Anything,
    Choice,
    Either,
    Entries,
    Field,
    Items,
    Record,
    Scalar,
    Shape,
)

# shapes of their own for what has rules of its own (`schemarules`)
IMPORTS = Items(ANYTHING)
RETRIES = Scalar((int,), "an integer")
SECONDS = Scalar((int, float), "a number")
FIRST_COUNT, MOST_COUNT = Anything(), Anything()
POLICY_TYPE = Scalar((str,), "a text", refers=True)

EXECUTORS = ("central_deployment_agent", "host_agent")

PROPERTY = Record(
    "a property definition",
    {
        "type": Field(NAME, about="A primitive type or a data type; without it anything fits."),
        "default": Field(ANYTHING, about="The value where none is given."),
        "description": Field(TEXT, about="What the property is for."),
        "required": Field(BOOLEAN, since=(1, 2), about="Whether a value must be given; true unless said."),
    },
    hint="put it under `default`",
)
PROPERTIES = Entries(PROPERTY)

CONSTRAINTS = Items(Entries(OPAQUE), hint="write `- max_length: 8`, one item for each")

_PARAMETER_FIELDS = {
    **PROPERTY.fields,
    "constraints": Field(CONSTRAINTS, about="Rules that a value must keep, such as `max_length: 8`."),
    "item_type": Field(NAME, since=(1, 4), about="The type of each item of a list."),
}
WORKFLOW_PARAMETER = Record("a workflow parameter", _PARAMETER_FIELDS)
INPUT = Record(
    "an input",
    {
        **_PARAMETER_FIELDS,
        "display_label": Field(TEXT, since=(1, 3), about="The name that people see."),
        "hidden": Field(BOOLEAN, since=(1, 3), about="Whether forms leave it out."),
        "display": Field(Record("`display`", {"rows": Field(INTEGER)}), about="The size of a textarea."),
    },
    hint="put it under `default`",
)

_OPERATION_FIELDS = {
    "implementation": Field(NAME, about="`plugin.module.function`, or the path of a script."),
    "executor": Field(Choice(EXECUTORS, "bad-executor"), about="Where it runs."),
    "max_retries": Field(RETRIES, since=(1, 1), about="How often it is tried again; -1 for ever."),
    "retry_interval": Field(SECONDS, since=(1, 1), about="Seconds between two tries."),
    "timeout": Field(SECONDS, about="Seconds after which it has failed; 0 waits for ever."),
    "timeout_recoverable": Field(BOOLEAN, about="Whether a timeout is tried again."),
}
_TYPE_OPERATION = Record(
    "an operation", {**_OPERATION_FIELDS, "inputs": Field(Entries(INPUT), about="The inputs it declares.")}
)
_TEMPLATE_OPERATION = Record(
    "an operation", {**_OPERATION_FIELDS, "inputs": Field(MAPPING, about="The values of its inputs.")}
)
_UNDER_INTERFACE = (
    "operations stand under their interface: write `cloudify.interfaces.lifecycle:` and below it `start: …`"
)
TYPE_INTERFACES = Entries(Entries(Either(NAME, _TYPE_OPERATION), _UNDER_INTERFACE), _UNDER_INTERFACE)
TEMPLATE_INTERFACES = Entries(Entries(Either(NAME, _TEMPLATE_OPERATION), _UNDER_INTERFACE), _UNDER_INTERFACE)

NODE_TYPE = Record(
    "a node type",
    {
        "derived_from": Field(NAME, about="The node type whose properties and interfaces it takes over."),
        "properties": Field(PROPERTIES, about="What templates of this type may set."),
        "interfaces": Field(TYPE_INTERFACES, about="The operations that workflows call."),
        "runtime_properties": Field(MAPPING, about="Documentation of what operations store."),
    },
)
RELATIONSHIP_TYPE = Record(
    "a relationship type",
    {
        "derived_from": Field(NAME, about="The relationship type that it refines."),
        "properties": Field(PROPERTIES),
        "source_interfaces": Field(TYPE_INTERFACES, about="Operations that run on the source."),
        "target_interfaces": Field(TYPE_INTERFACES, about="Operations that run on the target."),
    },
)
DATA_TYPE = Record(
    "a data type",
    {
        "derived_from": Field(NAME),
        "properties": Field(PROPERTIES, required=True, about="Its fields."),
        "description": Field(TEXT),
        "version": Field(TEXT),
    },
)

RELATIONSHIP = Record(
    "a relationship",
    {
        "type": Field(NAME, required=True, about="Such as `cloudify.relationships.connected_to`."),
        "target": Field(NAME, required=True, about="The name of another node template."),
        "properties": Field(MAPPING),
        "source_interfaces": Field(TEMPLATE_INTERFACES),
        "target_interfaces": Field(TEMPLATE_INTERFACES),
    },
    hint="write `- type: …` and below it `target: …`",
)
SCALABLE_PROPERTIES = Record(
    "scalable properties",
    {
        "default_instances": Field(FIRST_COUNT, about="How many instances a deployment begins with; 1 unless said."),
        "min_instances": Field(FIRST_COUNT),
        "max_instances": Field(MOST_COUNT, about="-1 or `UNBOUNDED` sets no bound."),
    },
)
NODE_TEMPLATE = Record(
    "a node template",
    {
        "type": Field(NAME, required=True, about="Such as `type: cloudify.nodes.Compute`."),
        "properties": Field(MAPPING, about="Values for the properties of its type."),
        "interfaces": Field(TEMPLATE_INTERFACES, about="Operations that differ from those of its type."),
        "relationships": Field(
            Items(RELATIONSHIP, hint="write `- type: …` and below it `target: …`"),
            about="What it needs, is connected to or stands in.",
        ),
        "capabilities": Field(
            Record(
                "`capabilities`",
                {"scalable": Field(Record("`scalable`", {"properties": Field(SCALABLE_PROPERTIES)}))},
            ),
            since=(1, 3),
            about="How many instances it may have.",
        ),
        "instances": Field(
            Record("`instances`", {"deploy": Field(ANYTHING, required=True)}, hint="put it under `deploy`")
        ),
    },
)

PLUGIN_PROPERTY = Record(
    "a plugin property",
    {
        "type": Field(TEXT),
        "description": Field(TEXT),
        "display_label": Field(TEXT),
        "value": Field(ANYTHING),
    },
)
PLUGIN = Record(
    "a plugin",
    {
        "executor": Field(
            Choice(EXECUTORS, "bad-executor"),
            required=True,
            about="Where its operations run: `central_deployment_agent` or `host_agent`.",
        ),
        "source": Field(TEXT),
        "install": Field(BOOLEAN, about="false where the code lies beside the blueprint."),
        "install_arguments": Field(TEXT, since=(1, 1)),
        "package_name": Field(TEXT, since=(1, 2)),
        "package_version": Field(TEXT, since=(1, 2)),
        "supported_platform": Field(ANYTHING, since=(1, 2)),
        "distribution": Field(TEXT, since=(1, 2)),
        "distribution_version": Field(TEXT, since=(1, 2)),
        "distribution_release": Field(TEXT, since=(1, 2)),
        "properties_description": Field(TEXT, since=(1, 5)),
        "properties": Field(Entries(PLUGIN_PROPERTY), since=(1, 5)),
    },
)

WORKFLOW = Either(
    NAME,
    Record(
        "a workflow",
        {
            "mapping": Field(NAME, required=True, about="`plugin.module.function`, or the path of a script."),
            "parameters": Field(Entries(WORKFLOW_PARAMETER), about="What it can be started with."),
            "is_cascading": Field(BOOLEAN, about="Whether it also starts in sub-deployments."),
            "availability_rules": Field(
                Record(
                    "availability rules",
                    {
                        "available": Field(BOOLEAN),
                        "node_instances_active": Field(Items(Choice(("all", "partial", "none"), "unknown-type"))),
                        "node_types_required": Field(NAMES),
                    },
                ),
                since=(1, 4),
                about="When it can be started.",
            ),
        },
    ),
)

OUTPUT = Record(
    "an output",
    {
        "value": Field(ANYTHING, required=True, about="Such as `value: { get_attribute: [web, ip] }`."),
        "description": Field(TEXT, about="What it tells."),
    },
    hint="put it under `value`",
)
_BELOW_NAME = "write `name:` and below it `value: …`"
LABEL = Record("a label", {"values": Field(Items(ANYTHING), required=True)})

_TRIGGER = Record("a trigger", {"type": Field(NAME, required=True), "parameters": Field(MAPPING)})
_GROUP_POLICY = Record(
    "a group's policy",
    {
        "type": Field(NAME, required=True),
        "properties": Field(MAPPING),
        "triggers": Field(Entries(_TRIGGER)),
    },
)
GROUP = Record(
    "a group",
    {
        "members": Field(Items(NAME, least=1), required=True, about="Node templates and other groups."),
        "policies": Field(Entries(_GROUP_POLICY)),
    },
    hint="put them under `members`",
)
POLICY = Record(
    "a policy",
    {
        "type": Field(POLICY_TYPE, required=True, about="`cloudify.policies.scaling`."),
        "targets": Field(NAMES, required=True, about="Names of groups."),
        "properties": Field(SCALABLE_PROPERTIES),
    },
)

SCHEDULE = Record(
    "a default schedule",
    {
        "workflow": Field(NAME, required=True, about="The workflow to run."),
        "since": Field(TEXT, required=True, about="When it runs first: `YYYY-MM-DD HH:MM`, `HH:MM` or `+2h`."),
        "until": Field(TEXT),
        "timezone": Field(TEXT, about="Such as `Europe/Paris`."),
        "recurrence": Field(TEXT, about="Such as `1 day` or `5 min`."),
        "weekdays": Field(TEXTS, about="Such as `mo` or `l-fr`."),
        "rrule": Field(TEXT),
        "count": Field(INTEGER),
        "slip": Field(INTEGER, about="Minutes that a run may be late."),
        "default_enabled": Field(BOOLEAN),
        "enabled": Field(BOOLEAN),
        "stop_after_fail": Field(BOOLEAN),
        "stop_on_fail": Field(BOOLEAN),
        "execution_arguments": Field(MAPPING),
        "workflow_parameters": Field(MAPPING),
    },
)
SETTINGS = Record(
    "deployment settings",
    {
        "default_schedules": Field(Entries(SCHEDULE), about="Schedules that every deployment begins with."),
        "default_groups": Field(TEXTS),
        "id_template": Field(TEXT),
        "display_name": Field(ANYTHING),
    },
)

SECTIONS: dict[str, Field] = {
    "tosca_definitions_version": Field(TEXT, required=True, about="Such as `cloudify_dsl_1_5`."),
    "description": Field(TEXT, since=(1, 2), about="What the blueprint builds."),
    "imports": Field(IMPORTS, about="Other files whose sections are merged in."),
    "dsl_definitions": Field(ANYTHING, since=(1, 2), about="A place for YAML anchors."),
    "metadata": Field(Entries(OPAQUE)),
    "inputs": Field(
        Entries(INPUT, hint="write `name: {}`, or below the name its `type` and `default`"),
        about="What a deployment is created with.",
    ),
    "plugins": Field(Entries(PLUGIN), about="Where operations and workflows find their code."),
    "node_types": Field(Entries(NODE_TYPE)),
    "relationships": Field(Entries(RELATIONSHIP_TYPE)),
    "data_types": Field(Entries(DATA_TYPE), since=(1, 2)),
    "node_templates": Field(
        Entries(NODE_TEMPLATE, hint="write `name:` and below it `type: …`"), about="What is built."
    ),
    "policy_types": Field(
        Entries(Record("a policy type", {"source": Field(TEXT, required=True), "properties": Field(PROPERTIES)}))
    ),
    "policy_triggers": Field(
        Entries(Record("a policy trigger", {"source": Field(TEXT, required=True), "parameters": Field(PROPERTIES)}))
    ),
    "groups": Field(Entries(GROUP)),
    "policies": Field(Entries(POLICY), since=(1, 3)),
    "workflows": Field(Entries(WORKFLOW), about="What can be run on a deployment."),
    "outputs": Field(Entries(OUTPUT, hint=_BELOW_NAME), about="What a deployment tells about itself."),
    "capabilities": Field(Entries(OUTPUT, hint=_BELOW_NAME), about="What other deployments may read."),
    "labels": Field(Entries(LABEL)),
    "blueprint_labels": Field(Entries(LABEL)),
    "deployment_settings": Field(SETTINGS),
    "resource_tags": Field(MAPPING, since=(1, 3)),
    "imported_blueprints": Field(TEXTS),
    "namespaces_mapping": Field(Entries(TEXT)),
}

DOCUMENT: Shape = Record("a blueprint", SECTIONS)
