"""Functions that look beyond their deployment: other deployments, labels, what the engine knows."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.json import Json

HEAD = "tosca_definitions_version: cloudify_dsl_1_5\nimports: [cloudify/types/types.yaml]\n"
NETWORK = f"""{HEAD}
inputs: {{ subnet: {{ default: s-1 }} }}
node_templates: {{ net: {{ type: cloudify.nodes.Network }} }}
capabilities:
  subnets: {{ value: [{{ get_input: subnet }}, s-2] }}
"""
SHOP = f"""{HEAD}
labels:
  csys-obj-parent: {{ values: [network] }}
  stage: {{ values: [test, demo] }}
inputs: {{ what: {{}} }}
node_templates: {{ web: {{ type: cloudify.nodes.Root }} }}
outputs: {{ answer: {{ value: CALL }} }}
"""


@pytest.fixture
def conductor(tmp_path: Path) -> Iterator[Conductor]:
    with closing(Conductor(tmp_path / "home")) as conductor:
        upload(conductor, tmp_path, "network", NETWORK)
        conductor.create_deployment("network")
        conductor.create_deployment("network", "other", {"subnet": "s-9"})
        conductor.create_deployment_group("nets", deployments=["network", "other"])
        yield conductor


def upload(conductor: Conductor, folder: Path, id: str, text: str) -> None:
    (folder / id).mkdir()
    (folder / id / "blueprint.yaml").write_text(text)
    conductor.upload_blueprint(folder / id, id)


def answer(conductor: Conductor, folder: Path, call: str) -> Json:
    upload(conductor, folder, "shop", SHOP.replace("CALL", call))
    conductor.create_deployment("shop", inputs={"what": "network"})
    return conductor.outputs("shop")["answer"]


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("{ get_capability: [network, subnets] }", ["s-1", "s-2"]),
        ("{ get_capability: [other, subnets, 0] }", "s-9"),
        ("{ get_capability: [{ get_input: what }, subnets, 1] }", "s-2"),
        ("{ get_environment_capability: [subnets, 0] }", "s-1"),
        ("{ get_group_capability: [nets, subnets, 0] }", {"network": "s-1", "other": "s-9"}),
        ("{ get_group_capability: [nets, [subnets], 0] }", {"network": ["s-1"], "other": ["s-9"]}),
        ("{ get_label: stage }", ["test", "demo"]),
        ("{ get_label: [stage, 1] }", "demo"),
        ("{ get_sys: [deployment, blueprint] }", "shop"),
        ("{ concat: [{ get_sys: [deployment, id] }, '@', { get_sys: [tenant, name] }] }", "shop@default_tenant"),
        ("{ get_consumers: count }", 0),
    ],
)
def test_a_function_finds_what_lies_beyond(conductor: Conductor, tmp_path: Path, call: str, value: Json) -> None:
    assert value == answer(conductor, tmp_path, call)


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("{ get_capability: [netwrok, subnets] }", "there is no deployment `netwrok`"),
        ("{ get_capability: [network, subnet] }", "has no capability `subnet`; did you mean `subnets`?"),
        ("{ get_label: stag }", "has no label `stag`; did you mean `stage`?"),
        ("{ get_group_capability: [cars, subnets] }", "there is no deployment group `cars`"),
    ],
)
def test_what_is_not_there_is_told(conductor: Conductor, tmp_path: Path, call: str, reason: str) -> None:
    assert reason in str(answer(conductor, tmp_path, call))


def test_a_deployment_knows_who_stands_in_it(conductor: Conductor, tmp_path: Path) -> None:
    upload(conductor, tmp_path, "hub", f"{NETWORK}outputs: {{ users: {{ value: {{ get_consumers: ids }} }} }}\n")
    conductor.create_deployment("hub")
    upload(conductor, tmp_path, "shop", SHOP.replace("[network]", "[hub]").replace("CALL", "1"))
    conductor.create_deployment("shop", inputs={"what": 1})

    assert {"users": ["shop"]} == conductor.outputs("hub")


def test_deployments_that_ask_each_other_for_ever_are_stopped(conductor: Conductor, tmp_path: Path) -> None:
    for one, other in (("left", "right"), ("right", "left")):
        call = f"{{ get_capability: [{other}, x] }}"
        upload(
            conductor, tmp_path, one, NETWORK.replace("subnets:", "x:").replace("[{ get_input: subnet }, s-2]", call)
        )
        conductor.create_deployment(one)

    assert "ask each other for capabilities in a row" in str(conductor.capabilities("left")["x"])
