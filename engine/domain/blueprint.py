"""The plan: a blueprint after parsing, as plain immutable values."""

from dataclasses import dataclass, field

from engine.domain.json import Json, JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a declared input, workflow parameter, property or operation input may be."""

    type: str | None = None
    default: Json = None
    has_default: bool = False
    required: bool = True
    description: str = ""
    item_type: str | None = None
    constraints: tuple[JsonObject, ...] = ()
    display_label: str = ""
    hidden: bool = False
    place: str = field(default="", compare=False)
    """Where an input was declared, such as `blueprint.yaml:4:3`; for messages alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataType:
    """A data type with the fields that it has itself or takes over."""

    hierarchy: tuple[str, ...]
    """From the root to the type itself."""
    fields: dict[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What an interface's operation does; a no-op has no function."""

    plugin: str = ""
    function: str = ""
    """Dotted path of the Python function after the plugin's prefix; `script_runner.tasks.run` for scripts."""
    inputs: JsonObject = field(default_factory=dict)
    executor: str | None = None
    max_retries: int | None = None
    """None takes the engine's default; -1 retries for ever."""
    retry_interval: float | None = None
    """Seconds; None takes the engine's default."""
    timeout: float | None = None
    """Seconds; None or 0 waits for ever."""
    timeout_recoverable: bool = False
    input_types: dict[str, str] = field(default_factory=dict)
    """Declared types of inputs whose values are known only after their functions were evaluated."""
    has_functions: bool = False
    """The inputs contain intrinsic functions that are evaluated just before each run."""

    @property
    def is_noop(self) -> bool:
        return not self.function


CONTAINED_IN = "cloudify.relationships.contained_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One relationship of a node template."""

    type: str
    type_hierarchy: tuple[str, ...]
    """From the root to the type itself."""
    target: str
    properties: JsonObject = field(default_factory=dict)
    source_operations: dict[str, Operation] = field(default_factory=dict)
    """By full name, such as `cloudify.interfaces.relationship_lifecycle.establish`."""
    target_operations: dict[str, Operation] = field(default_factory=dict)

    @property
    def is_containment(self) -> bool:
        """Whether the source stands in the target: the one reading of `contained_in`."""
        return CONTAINED_IN in self.type_hierarchy


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """How many instances a node or scaling group has, per instance of its container."""

    default: int = 1
    minimum: int = 0
    maximum: int = -1
    """-1 is unbounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node template with everything that its types give it."""

    id: str
    type: str
    type_hierarchy: tuple[str, ...]
    properties: JsonObject = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    """By full name, such as `cloudify.interfaces.lifecycle.create`."""
    relationships: tuple[Relationship, ...] = ()
    instances: Instances = Instances()
    scalable: JsonObject = field(default_factory=dict)
    """Instance counts that are functions of inputs: `default`, `minimum`, `maximum`; evaluated with the inputs."""
    host_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A plugin that the blueprint declares; its functions are imported by name."""

    name: str
    executor: str = "central_deployment_agent"
    source: str | None = None
    install: bool = True
    package_name: str | None = None
    package_version: str | None = None
    properties: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A workflow that executions can run."""

    name: str
    plugin: str
    function: str
    """Dotted path after the plugin's prefix; `script_runner.tasks.execute_workflow` for scripts."""
    parameters: dict[str, Parameter] = field(default_factory=dict)
    is_cascading: bool = False
    availability_rules: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output or capability: an expression evaluated at each reading."""

    value: Json
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingGroup:
    """Nodes that are scaled together."""

    members: tuple[str, ...]
    instances: Instances = Instances()
    scalable: JsonObject = field(default_factory=dict)
    """Instance counts that are functions of inputs, as in `Node.scalable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A blueprint after parsing."""

    version: str
    description: str = ""
    inputs: dict[str, Parameter] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    plugins: dict[str, Plugin] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)
    capabilities: dict[str, Output] = field(default_factory=dict)
    data_types: dict[str, DataType] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    scaling_groups: dict[str, ScalingGroup] = field(default_factory=dict)
    labels: JsonObject = field(default_factory=dict)
    blueprint_labels: JsonObject = field(default_factory=dict)
    resource_tags: JsonObject = field(default_factory=dict)
    metadata: JsonObject = field(default_factory=dict)
    deployment_settings: JsonObject = field(default_factory=dict)
    """As written, checked; `default_schedules` is instantiated when a deployment is created."""
    source_files: tuple[str, ...] = ()
    """Files that the plan was made of, relative to the blueprint's folder."""
    imported_blueprints: tuple[str, ...] = ()
    """Ids of the blueprints that `blueprint:` imports name."""
    imported_plugins: tuple[str, ...] = ()
    """Ids of the stored plugins that `plugin:` imports mean: the versions that were the highest when it was parsed."""
    namespaces: dict[str, str] = field(default_factory=dict)
    """Namespace of a `blueprint:` import → id of the blueprint."""
    required_secrets: tuple[str, ...] = ()
    """Secrets that functions name outright."""
    parent_capabilities: tuple[tuple[str, ...], ...] = ()
    """Paths of capabilities that the parent deployment must have."""
