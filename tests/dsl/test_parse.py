"""What a blueprint means."""

from engine.domain.blueprint import Instances, Operation
from tests.dsl.conftest import HEADER, Parse

LIFECYCLE = "cloudify.interfaces.lifecycle"

SHOP = (
    HEADER
    + """
inputs:
  port: { type: integer, default: 8080 }
plugins:
  shop: { executor: central_deployment_agent, install: false }
node_types:
  shop.App:
    derived_from: cloudify.nodes.ApplicationServer
    properties:
      port: { type: integer, default: 80 }
      motto: { required: false }
    interfaces:
      cloudify.interfaces.lifecycle:
        create:
          implementation: shop.tasks.create
          inputs:
            port: { default: { get_property: [SELF, port] } }
          max_retries: 2
          retry_interval: 0.5
        stop: shop.tasks.stop
node_templates:
  host: { type: cloudify.nodes.Compute }
  app:
    type: shop.App
    properties: { port: { get_input: port } }
    capabilities: { scalable: { properties: { default_instances: 2, max_instances: UNBOUNDED } } }
    interfaces:
      cloudify.interfaces.lifecycle:
        create:
          inputs: { mode: quick }
        start: scripts/start.sh
        stop: {}
    relationships:
      - type: cloudify.relationships.contained_in
        target: host
        source_interfaces:
          cloudify.interfaces.relationship_lifecycle:
            establish: shop.tasks.connect
workflows:
  smoke_test:
    mapping: shop.flows.smoke_test
    parameters:
      path: { default: / }
  rolling: shop.flows.rolling
"""
)
FILES = {"scripts/start.sh": "true"}


def test_an_operation_takes_over_what_its_type_says(parsed: Parse) -> None:
    operation = parsed(SHOP, FILES).nodes["app"].operations[f"{LIFECYCLE}.create"]

    assert (
        Operation(
            plugin="shop",
            function="tasks.create",
            inputs={"port": {"get_property": ["SELF", "port"]}, "mode": "quick"},
            executor="central_deployment_agent",
            max_retries=2,
            retry_interval=0.5,
            has_functions=True,
        )
        == operation
    )


def test_a_script_runs_through_the_script_plugin(parsed: Parse) -> None:
    operation = parsed(SHOP, FILES).nodes["app"].operations[f"{LIFECYCLE}.start"]

    assert ("script", "script_runner.tasks.run", {"script_path": "scripts/start.sh"}) == (
        operation.plugin,
        operation.function,
        operation.inputs,
    )


def test_an_empty_operation_does_nothing(parsed: Parse) -> None:
    assert f"{LIFECYCLE}.stop" not in parsed(SHOP, FILES).nodes["app"].operations


def test_properties_come_from_the_template_or_the_type(parsed: Parse) -> None:
    assert {"port": {"get_input": "port"}, "use_external_resource": False} == parsed(SHOP, FILES).nodes[
        "app"
    ].properties


def test_a_type_tells_its_ancestors_from_the_root(parsed: Parse) -> None:
    expected = (
        "cloudify.nodes.Root",
        "cloudify.nodes.SoftwareComponent",
        "cloudify.nodes.ApplicationServer",
        "shop.App",
    )

    assert expected == parsed(SHOP, FILES).nodes["app"].type_hierarchy


def test_a_node_stands_on_the_host_that_contains_it(parsed: Parse) -> None:
    nodes = parsed(SHOP, FILES).nodes

    assert ("host", "host") == (nodes["app"].host_id, nodes["host"].host_id)


def test_scalable_properties_give_the_counts(parsed: Parse) -> None:
    assert Instances(default=2, minimum=0, maximum=-1) == parsed(SHOP, FILES).nodes["app"].instances


def test_a_relationship_has_its_operations(parsed: Parse) -> None:
    relationship = parsed(SHOP, FILES).nodes["app"].relationships[0]
    operation = relationship.source_operations["cloudify.interfaces.relationship_lifecycle.establish"]

    assert ("host", "tasks.connect", {}) == (
        relationship.target,
        operation.function,
        relationship.target_operations,
    )


def test_workflows_are_the_blueprints_own_and_the_standard_ones(parsed: Parse) -> None:
    workflows = parsed(SHOP, FILES).workflows

    assert ("flows.smoke_test", "/") == (
        workflows["smoke_test"].function,
        workflows["smoke_test"].parameters["path"].default,
    )
    assert ("default_workflows", "cloudify.plugins.workflows.install") == (
        workflows["install"].plugin,
        workflows["install"].function,
    )


def test_imported_templates_join_those_of_the_main_file(parsed: Parse) -> None:
    text = HEADER + "  - db.yaml\nnode_templates:\n  web: { type: cloudify.nodes.Root }\n"
    part = "imports: [cloudify/types/types.yaml]\nnode_templates:\n  db: { type: cloudify.nodes.DBMS }\n"

    assert ["web", "db"] == list(parsed(text, {"db.yaml": part}).nodes)


def test_files_that_import_each_other_are_read_once(parsed: Parse) -> None:
    plan = parsed(HEADER + "  - a.yaml\n", {"a.yaml": "imports: [b.yaml]\n", "b.yaml": "imports: [a.yaml]\n"})

    assert ("blueprint.yaml", "cloudify/types/types.yaml", "a.yaml", "b.yaml") == plan.source_files


def test_the_smallest_blueprint_is_its_version(parsed: Parse) -> None:
    assert {} == parsed("tosca_definitions_version: cloudify_dsl_1_0\n").nodes
