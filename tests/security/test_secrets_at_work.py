"""Secrets reach the operations of a real deployment by every way, and none of them reaches the state directory."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.errors import InvalidValue
from engine.domain.event import EventType
from engine.domain.execution import Execution, Status
from tests.runtime.world import until
from tests.security.canaries import leaks

TOKEN = 'tok-4f1c"9ab/&e+77'
ACCOUNT = {"user": "canary-admin", "passwords": ["canary-pass-1", "canary-pass-2"]}
PEM = "-----BEGIN CANARY-----\nMIIcanaryLINEone\nMIIcanaryLINEtwo\n-----END CANARY-----\n"
CANARIES = {
    "token": TOKEN,
    "account.user": "canary-admin",
    "account.passwords": "canary-pass-2",
    "key": "MIIcanaryLINEtwo",
    "pin": "73915082",
}

BLUEPRINT = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml]
plugins: { app: { executor: central_deployment_agent, install: false } }
inputs: { which: { default: token } }
node_types:
  web:
    derived_from: cloudify.nodes.Root
    properties:
      password: { default: { get_secret: token } }
      login: { default: { concat: ["u:", { get_secret: [account, passwords, 1] }] } }
workflows:
  tell: { mapping: app.code.tell, parameters: { what: { type: string }, pin: { type: integer, default: 0 } } }
node_templates:
  script:
    type: web
    interfaces:
      cloudify.interfaces.lifecycle:
        create:
          implementation: say.sh
          inputs:
            token: { get_secret: { get_input: which } }
            url: { concat: ["https://", { get_secret: [account, user] }, ":", { get_secret: token }, "@host"] }
            nested: { list: [{ get_secret: [account, passwords, 1] }] }
            key: { get_secret: key }
            taken: { get_property: [SELF, password] }
        configure: { implementation: say.py, inputs: { token: { get_secret: token } } }
  python:
    type: web
    interfaces:
      cloudify.interfaces.lifecycle:
        create: { implementation: app.code.create, inputs: { token: { get_secret: token } } }
        configure: { implementation: app.code.look, inputs: { kept: { get_attribute: [SELF, url] } } }
        start: { implementation: app.code.look, inputs: { kept: { get_attribute: [SELF, url] } }, timeout: 30 }
        stop: { implementation: app.code.fail, max_retries: 0, inputs: { token: { get_secret: token } } }
outputs:
  url: { value: { get_attribute: [python, url] } }
"""

SAY_SH = """#!/bin/bash
echo "$token" >&2
echo "$url $nested $key $taken"
printf %s "$token" | base64
printf %s "admin:$token" | base64
printf %s "$nested"
echo "$(ctx node properties password) $(ctx node properties login)"
ctx logger info "logged $token"
ctx instance runtime-properties token "$token"
ctx returns "returned $token"
head -c 16340 /dev/zero | tr '\\0' x; printf '%s%0100d\\n' "$token" 0
"""

SAY_PY = """
from engine.sdk import ctx
from engine.sdk.current import parameters
print(parameters["token"], ctx.node.properties["password"])
ctx.instance.runtime_properties["file"] = ctx.node.properties["login"]
"""

CODE = """
import json, logging, os
from engine.sdk import ctx
from engine.sdk.errors import NonRecoverableError

def create(token, **_):
    assert token == ctx.node.properties["password"], "the property is another"
    print(token, repr(token), json.dumps([token]))
    os.write(1, f"past the streams {token}\\n".encode())
    logging.getLogger("a.library").warning("a library says %s", token)
    ctx.logger.info("logged %s", token)
    ctx.send_event(f"sent {token}")
    ctx.instance.runtime_properties["url"] = f"https://admin:{token}@host/{ctx.node.properties['login']}"
    ctx.instance.runtime_properties["deep"] = {"list": [token]}
    return {"token": token}

def look(kept, **_):
    token = ctx.node.properties["password"]
    assert kept == ctx.instance.runtime_properties["url"], "the runtime property is another"
    assert kept == f"https://admin:{token}@host/u:canary" + "-pass-2", "what was kept is another"
    assert ctx.instance.runtime_properties["deep"] == {"list": [token]}
    ctx.instance.runtime_properties["again"] = kept

def fail(token, **_):
    raise NonRecoverableError(f"cannot log in with {token}") from ValueError(f"{token} is wrong")

def tell(ctx, what, pin, **_):
    ctx.logger.info("told %s", what)
    assert type(pin) is int, "the parameter was not converted"
    assert what.endswith("&e+77"), "the parameter was not answered"
    raise RuntimeError(f"told {what}")
"""


@pytest.fixture
def conductor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conductor]:
    monkeypatch.setenv("CONDUCTOR_LINGER", "60")
    folder = tmp_path / "shop"
    folder.mkdir()
    files = {"blueprint.yaml": BLUEPRINT, "say.sh": SAY_SH, "say.py": SAY_PY, "code.py": CODE}
    for name, text in files.items():
        (folder / name).write_text(text)
    with closing(Conductor(tmp_path / "home")) as conductor:
        conductor.create_secret("token", TOKEN)
        conductor.create_secret("account", json.dumps(ACCOUNT))
        conductor.create_secret("key", PEM)
        conductor.create_secret("pin", "73915082")
        conductor.upload_blueprint(folder, "shop")
        conductor.create_deployment("shop")
        yield conductor
        conductor.stop_engine()


def run(conductor: Conductor, workflow: str, **parameters: object) -> Execution:
    execution = conductor.start_execution("shop", workflow, parameters)
    until(lambda: conductor.execution_view(execution.id).execution.is_final, within=60)
    return conductor.execution_view(execution.id).execution


def messages(conductor: Conductor, execution: Execution) -> str:
    found = conductor.events(execution_id=execution.id, limit=10_000)
    return "\n".join(one.message for one in found if one.type is not EventType.TASK_STARTED)


def test_secrets_are_used_everywhere_and_found_nowhere(conductor: Conductor) -> None:
    installed = run(conductor, "install")

    assert (Status.TERMINATED, "") == (installed.status, installed.error)
    said = messages(conductor, installed)
    assert "logged ********" in said
    assert "past the streams ********" in said
    assert "a library says ********" in said
    assert "sent ********" in said
    assert '<out> https://********:********@host {"list": ["********"]} ********' in said
    assert '"]}******** u:********' in said
    assert "xxxx******** […and" in said
    assert [] == leaks(conductor.home.root, CANARIES)


def test_failures_are_told_without_the_secrets_in_them(conductor: Conductor) -> None:
    run(conductor, "install")
    failed = run(conductor, "uninstall", ignore_failure=False)

    assert Status.FAILED is failed.status
    assert "cannot log in with ********" in failed.error + messages(conductor, failed)
    told = run(conductor, "tell", what={"get_secret": "token"}, pin={"get_secret": "pin"})
    assert Status.FAILED is told.status
    assert "RuntimeError: told ********" in told.error
    assert [] == leaks(conductor.home.root, CANARIES)


def test_parameters_that_need_a_secret_are_checked_before_the_start(conductor: Conductor) -> None:
    with pytest.raises(InvalidValue, match='"pin" must be of type integer'):
        conductor.start_execution("shop", "tell", {"what": "x", "pin": {"get_secret": "token"}})
    with pytest.raises(InvalidValue, match="there is no secret `tokn`; did you mean `token`"):
        conductor.start_execution("shop", "tell", {"what": {"get_secret": "tokn"}})
    started = conductor.start_execution("shop", "tell", {"what": {"concat": ["a", {"get_secret": "token"}]}})

    assert {"concat": ["a", {"get_secret": "token"}]} == started.parameters["what"]


def test_runtime_properties_keep_calls_instead_of_secrets(conductor: Conductor) -> None:
    run(conductor, "install")

    found = {one.node_id: one.runtime_properties for one in conductor.deployment("shop").instances}
    assert {"get_secret": "token"} == found["script"]["token"]
    assert {"list": [{"get_secret": "token"}]} == found["python"]["deep"]
    assert found["python"]["url"] == found["python"]["again"]
    assert f"https://admin:{TOKEN}@host/u:canary-pass-2" == conductor.outputs("shop")["url"]


def test_a_snapshot_holds_no_secret_and_no_key_and_gives_them_back_here(conductor: Conductor) -> None:
    run(conductor, "install")
    made = conductor.create_snapshot("s1")
    until(lambda: conductor.execution_view(made.id).execution.is_final, within=60)
    conductor.delete_secret("key", force=True)

    assert [] == leaks(conductor.home.root, CANARIES)
    keys = (conductor.home.root / "secrets.key").read_text().splitlines()[-1]
    assert ["key in secrets.key"] == leaks(conductor.home.root, {"key": keys})
    restored = conductor.restore_snapshot("s1", force=True)
    until(lambda: conductor.execution_view(restored.id).execution.is_final, within=60)
    assert PEM == conductor.reveal_secret("key")
