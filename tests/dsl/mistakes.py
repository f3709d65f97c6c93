"""Common mistakes in blueprints, each as somebody makes it."""

from tests.dsl.conftest import HEADER

VERSION = "tosca_definitions_version: cloudify_dsl_1_5\n"
WEB = HEADER + "node_templates:\n  web:\n    type: cloudify.nodes.WebServer\n"
TYPED = HEADER + "node_types:\n  shop.App:\n    derived_from: cloudify.nodes.Root\n    properties:\n"
LIFECYCLE = "    interfaces:\n      cloudify.interfaces.lifecycle:\n"
PLUGIN = "plugins:\n  shop: { executor: central_deployment_agent, install: false }\n"
RELATION = WEB + "  db: { type: cloudify.nodes.DBMS }\n  app:\n    type: cloudify.nodes.Root\n    relationships:\n"

START = "node_templates:\n  web:\n    type: cloudify.nodes.Root\n" + LIFECYCLE
CONTAINED = "      - { type: cloudify.relationships.contained_in, target: %s }\n"

MISTAKES: dict[str, str] = {
    "a tab for indentation": HEADER + "inputs:\n\tport: {}\n",
    "an unclosed bracket": HEADER + "inputs:\n  ports: [1, 2\n  size: 3\n",
    "an unclosed quote": HEADER + "inputs:\n  name: { default: 'shop }\n",
    "a colon in a text": HEADER + "description: the shop: a demo\n",
    "a wrong indentation": HEADER + "inputs:\n  port:\n    default: 80\n   type: integer\n",
    "an item among keys": HEADER + "inputs:\n  port: { default: 80 }\n  - name\n",
    "an unclosed brace at the end": HEADER + "inputs: { port: { default: 80 }\n",
    "a text that goes on after its quotes": HEADER + "description: 'the shop' of ours\n",
    "a text that begins with a special character": HEADER + "inputs:\n  path: { default: @home }\n",
    "a Windows path in double quotes": HEADER + 'inputs:\n  path: { default: "C:\\shop" }\n',
    "a pattern that begins with a star": HEADER + "inputs:\n  files: { default: *.txt }\n",
    "a mapping that begins in the middle of a line": WEB + "outputs:\n  ip:\n    value: get_attribute: [web, ip]\n",
    "braces of a template language": WEB + "    properties: { port: {{ get_input: port }} }\n",
    "no space after a colon": HEADER + "node_templates:\n  web:\n    type:cloudify.nodes.WebServer\n",
    "no space after a dash": HEADER + "inputs:\n  name:\n    constraints:\n      -max_length: 8\n",
    "a space from a web page": HEADER + "inputs:\n\u00a0 port: { default: 80 }\n",
    "an alias of nothing": HEADER + "inputs:\n  port: *default\n",
    "two documents in one file": HEADER + "---\ninputs: {}\n",
    "a tag": HEADER + "description: !secret shop\n",
    "a number that is too large": HEADER + "inputs: { a: { default: 99999999999999999999 } }\n",
    "no version": "inputs: {}\n",
    "a version that does not exist": "tosca_definitions_version: cloudify_dsl_1_6\n",
    "a version of another language": "tosca_definitions_version: tosca_simple_yaml_1_3\n",
    "a version that is a number": "tosca_definitions_version: 1.3\n",
    "imports that are one text": VERSION + "imports: cloudify/types/types.yaml\n",
    "inputs as a list": HEADER + "inputs:\n  - port\n",
    "a list instead of a blueprint": "- inputs\n- outputs\n",
    "a section that does not exist": HEADER + "nodes:\n  web: { type: cloudify.nodes.WebServer }\n",
    "a section of a later version": "tosca_definitions_version: cloudify_dsl_1_2\nresource_tags: { a: b }\n",
    "an import of a missing file": VERSION + "imports:\n  - types.yaml\n",
    "an import from the web": VERSION + "imports:\n  - https://example.com/types.yaml\n",
    "an import of a plugin": VERSION + "imports:\n  - plugin:cloudify-aws-plugin\n",
    "an import that stands twice": HEADER + "  - cloudify/types/types.yaml\n",
    "an import beyond the folder": VERSION + "imports:\n  - ../common.yaml\n",
    "no standard types": VERSION + "node_templates:\n  web: { type: cloudify.nodes.WebServer }\n",
    "a misspelt node type": HEADER + "node_templates:\n  web: { type: cloudify.nodes.Webserver }\n",
    "a template without a type": HEADER + "node_templates:\n  web:\n    properties: { port: 80 }\n",
    "an empty template": HEADER + "node_templates:\n  web:\n",
    "a misspelt key of a template": WEB + "    propertis: { port: 80 }\n",
    "a property that the type does not have": WEB + "    properties: { prt: 80 }\n",
    "a property of the wrong type": TYPED
    + "      port: { type: integer }\nnode_templates:\n  a:\n    type: shop.App\n    properties:\n      port: '80'\n",
    "a property that is missing": TYPED + "      port: { type: integer }\nnode_templates:\n  a: { type: shop.App }\n",
    "a list where a mapping belongs": HEADER + "node_templates:\n  - web\n  - db\n",
    "a property type that does not exist": TYPED + "      port: { type: int }\n",
    "a default of the wrong type": TYPED + "      port: { type: integer, default: eighty }\n",
    "a type derived from nothing": HEADER + "node_types:\n  shop.App: { derived_from: cloudify.nodes.Aplication }\n",
    "types derived from each other": HEADER + "node_types:\n  a: { derived_from: b }\n  b: { derived_from: a }\n",
    "a data type that contains itself": HEADER + "data_types:\n  tree:\n    properties:\n      left: { type: tree }\n",
    "a data type named like a primitive": HEADER + "data_types:\n  string: { properties: {} }\n",
    "a field that is missing": HEADER
    + "data_types:\n  point: { properties: { x: { type: integer }, y: { type: integer } } }\n"
    + "node_types:\n  map: { properties: { centre: { type: point } } }\n"
    + "node_templates:\n  m:\n    type: map\n    properties:\n      centre: { x: 1 }\n",
    "a script with backslashes": WEB + LIFECYCLE + "        start: scripts\\start.sh\n",
    "a script by its place on this machine": WEB + LIFECYCLE + "        start: /home/me/shop/start.sh\n",
    "an operation by its full name": WEB
    + "    interfaces:\n      cloudify.interfaces.lifecycle.start: scripts/start.sh\n",
    "a script that is not there": WEB + LIFECYCLE + "        start: scripts/start.sh\n",
    "a plugin that is not declared": WEB + LIFECYCLE + "        start: shop.tasks.start\n",
    "a misspelt plugin": HEADER
    + PLUGIN
    + "node_templates:\n  web:\n    type: cloudify.nodes.Root\n"
    + LIFECYCLE
    + "        start: shpo.tasks.start\n",
    "an operation without its interface": WEB + "    interfaces:\n      start: scripts/start.sh\n",
    "a misspelt key of an operation": HEADER
    + PLUGIN
    + "node_templates:\n  web:\n    type: cloudify.nodes.Root\n"
    + LIFECYCLE
    + "        start: { implementaton: shop.tasks.start }\n",
    "an executor that does not exist": HEADER
    + PLUGIN
    + "node_templates:\n  web:\n    type: cloudify.nodes.Root\n"
    + LIFECYCLE
    + "        start: { implementation: shop.tasks.start, executor: local }\n",
    "a number of retries below -1": HEADER
    + PLUGIN
    + "node_templates:\n  web:\n    type: cloudify.nodes.Root\n"
    + LIFECYCLE
    + "        start: { implementation: shop.tasks.start, max_retries: -2 }\n",
    "an input of an operation that is missing": HEADER
    + PLUGIN
    + "node_types:\n  t:\n"
    + LIFECYCLE
    + "        start: { implementation: shop.tasks.start, inputs: { port: { type: integer } } }\n"
    + "node_templates:\n  a: { type: t }\n",
    "a host's operation without a host": HEADER
    + "plugins:\n  shop: { executor: host_agent, install: false }\n"
    + START
    + "        start: shop.tasks.start\n",
    "a plugin without an executor": HEADER + "plugins:\n  shop: { install: false }\n",
    "a plugin that is neither installed nor there": HEADER
    + "plugins:\n  shop: { executor: central_deployment_agent }\n",
    "a misspelt target": RELATION + "      - { type: cloudify.relationships.connected_to, target: dbb }\n",
    "a misspelt relationship type": RELATION + "      - { type: cloudify.relationships.conected_to, target: db }\n",
    "a relationship without a target": RELATION + "      - { type: cloudify.relationships.connected_to }\n",
    "a relationship to itself": RELATION + "      - { type: cloudify.relationships.connected_to, target: app }\n",
    "a relationship that is only a name": RELATION + "      - db\n",
    "several targets of one relationship": RELATION
    + "      - { type: cloudify.relationships.connected_to, target: [db, web] }\n",
    "two containers": RELATION + CONTAINED % "db" + CONTAINED % "web",
    "nodes that depend on each other": RELATION.replace(
        "  db: { type: cloudify.nodes.DBMS }",
        "  db:\n    type: cloudify.nodes.DBMS\n"
        "    relationships: [ { type: cloudify.relationships.depends_on, target: app } ]",
    )
    + "      - { type: cloudify.relationships.connected_to, target: db }\n",
    "relationships as a mapping": WEB + "    relationships:\n      connected_to: db\n",
    "a misspelt function": HEADER + "outputs:\n  url: { value: { get_atribute: [web, ip] } }\n",
    "an input that is not declared": HEADER + "inputs: { port: {} }\noutputs:\n  url: { value: { get_input: prot } }\n",
    "an attribute of no node": WEB + "outputs:\n  url: { value: { get_attribute: [wbe, ip] } }\n",
    "a property that the node does not have": WEB + "outputs:\n  url: { value: { get_property: [web, pot] } }\n",
    "a number for the name of a node": WEB + "outputs:\n  url: { value: { get_attribute: [1, ip] } }\n",
    "SELF in an output": WEB + "outputs:\n  url: { value: { get_attribute: [SELF, ip] } }\n",
    "arguments of the wrong form": HEADER + "outputs:\n  url: { value: { concat: 'http://' } }\n",
    "an output without a value": HEADER + "outputs:\n  url: { description: where the shop is }\n",
    "an output that is only a value": HEADER + "outputs:\n  url: http://localhost\n",
    "a type of another language": HEADER + "inputs: { port: { type: number } }\n",
    "a constraint of another language": HEADER + "inputs: { port: { constraints: [{ minimum: 1 }] } }\n",
    "a node and an attribute in one text": WEB + "outputs:\n  ip: { value: { get_attribute: web.ip } }\n",
    "a constraint that does not exist": HEADER + "inputs:\n  name: { constraints: [ { max_lenght: 8 } ] }\n",
    "a default that breaks a constraint": HEADER
    + "inputs:\n  size: { default: huge, constraints: [ { valid_values: [small, large] } ] }\n",
    "a constraint with a wrong argument": HEADER + "inputs:\n  size: { constraints: [ { in_range: 10 } ] }\n",
    "a workflow without a mapping": HEADER + "workflows:\n  deploy: { parameters: {} }\n",
    "a workflow of no plugin": HEADER + "workflows:\n  deploy: shop.flows.deploy\n",
    "a group with a member that does not exist": WEB + "groups: { g: { members: [web, cache] } }\n",
    "a policy that does not exist": WEB
    + "groups: { g: { members: [web] } }\npolicies: { p: { type: cloudify.policies.scale, targets: [g] } }\n",
    "a group that is only its members": WEB + "groups: { g: [web] }\n",
    "a number of instances in quotes": WEB
    + "    capabilities: { scalable: { properties: { default_instances: '2' } } }\n",
    "instances that are only a number": WEB + "    instances: 2\n",
    "a number of instances below 0": WEB
    + "    capabilities: { scalable: { properties: { default_instances: -1 } } }\n",
    "fewer instances than the least": WEB
    + "    capabilities: { scalable: { properties: { default_instances: 1, min_instances: 2 } } }\n",
    "a schedule without its beginning": HEADER
    + "deployment_settings:\n  default_schedules:\n    nightly: { workflow: install, recurrence: 1 day }\n",
    "a recurrence that means nothing": HEADER
    + "deployment_settings:\n  default_schedules:\n"
    + "    nightly: { workflow: install, since: '+1h', recurrence: nightly }\n",
    "a merge of something that is no mapping": HEADER + "inputs:\n  port: { <<: 80 }\n",
    "a key that is no text": HEADER + "inputs:\n  [a, b]: {}\n",
    "words of another tool": HEADER + "resources:\n  web: { type: cloudify.nodes.WebServer }\n",
    "a key of the documentation that the language has not": HEADER + "upload_resources: { plugin_resources: [] }\n",
    "a template that depends in the words of another tool": WEB + "    depends_on: [db]\n",
    "a hidden input that nobody can give": HEADER + "inputs:\n  token: { hidden: true }\n",
    "an item type of something that is no list": HEADER + "inputs:\n  ports: { type: dict, item_type: integer }\n",
    "an input that is only its value": HEADER + "inputs:\n  port: 80\n",
    "a boolean in quotes": HEADER + "inputs:\n  name: { required: 'no' }\n",
    "labels that are no list": HEADER + "labels:\n  owner: { values: me }\n",
    "a label with a function that runs too late": WEB + "labels:\n  ip: { values: [ { get_attribute: [web, ip] } ] }\n",
    "a property of a system thing that is not known": HEADER
    + "outputs:\n  who: { value: { get_sys: [deployment, owners] } }\n",
    "a function of a later version": "tosca_definitions_version: cloudify_dsl_1_2\n"
    "outputs: { all: { value: { merge: [ {}, {} ] } } }\n",
    "SELF in a relationship": RELATION
    + "      - { type: cloudify.relationships.connected_to, target: db, "
    + "properties: { connection_type: { get_property: [SELF, port] } } }\n",
    "both ways to say how many": WEB
    + "    instances: { deploy: 2 }\n    capabilities: { scalable: { properties: { default_instances: 2 } } }\n",
    "a group and a template of one name": WEB + "groups: { web: { members: [web] } }\n",
    "a member of two scaled groups": WEB
    + "groups: { g: { members: [web] }, h: { members: [web] } }\n"
    + "policies: { p: { type: cloudify.policies.scaling, targets: [g, h] } }\n",
    "a schedule with a weekday that does not exist": HEADER
    + "deployment_settings:\n  default_schedules:\n"
    + "    nightly: { workflow: install, since: '+1h', recurrence: 1 day, weekdays: [monday, xx] }\n",
    "a schedule in a zone that does not exist": HEADER
    + "deployment_settings:\n  default_schedules:\n"
    + "    nightly: { workflow: install, since: '+1h', timezone: Europe/Pari, recurrence: 1 day }\n",
    "a rule of availability that does not exist": HEADER
    + PLUGIN
    + "workflows:\n  check: { mapping: shop.flows.check, availability_rules: { node_instances_active: [some] } }\n",
    "a mistake in an imported file": VERSION + "imports:\n  - parts/middle.yaml\n",
    "the same name in two files": VERSION + "imports:\n  - parts/inner.yaml\nnode_types:\n  shop.App: {}\n",
    "a file that needs a later version": "tosca_definitions_version: cloudify_dsl_1_3\n"
    "imports:\n  - parts/later.yaml\n",
}

FILES = {
    "parts/middle.yaml": "imports:\n  - inner.yaml\nnode_templates:\n  app: { type: shop.Ap }\n",
    "parts/inner.yaml": "node_types:\n  shop.App:\n    properties:\n      port: { type: intger }\n",
    "parts/later.yaml": VERSION,
}
"""Files beside each of these blueprints, for those that import them."""
