"""Secrets: sealed at rest, named by blueprints, shown to whoever asks."""

import json
import os
import sqlite3
import stat
from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.errors import AlreadyExists, InUse, InvalidValue, NotFound, SecretMissing, StorageFailed
from engine.services.vault import Sealed, Vault
from storage import replacing

CANARY = "canary-7f3a9d"
HEAD = "tosca_definitions_version: cloudify_dsl_1_5\nimports: [cloudify/types/types.yaml]\n"
SHOP = f"""{HEAD}
inputs: {{ which: {{ default: password }} }}
node_templates:
  web:
    type: cloudify.nodes.Root
    interfaces:
      cloudify.interfaces.lifecycle:
        create: {{ implementation: "true\\n", inputs: {{ p: {{ get_secret: {{ get_input: which }} }} }} }}
outputs:
  url: {{ value: {{ concat: ["u:", {{ get_secret: password }}, "@h"] }} }}
  user: {{ value: {{ get_secret: [account, user] }} }}
"""


@pytest.fixture
def conductor(tmp_path: Path) -> Iterator[Conductor]:
    with closing(Conductor(tmp_path / "home")) as conductor:
        yield conductor


def upload(conductor: Conductor, tmp_path: Path, text: str = SHOP) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "blueprint.yaml").write_text(text)
    conductor.upload_blueprint(tmp_path / "shop", "shop")


def deploy(conductor: Conductor, tmp_path: Path) -> None:
    conductor.create_secret("password", CANARY)
    conductor.create_secret("account", json.dumps({"user": "administrator"}), is_hidden=True)
    upload(conductor, tmp_path)
    conductor.create_deployment("shop")


def stored(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def test_a_value_comes_back_and_is_nowhere_in_plain(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)

    assert CANARY == conductor.reveal_secret("password")
    found = stored(conductor.home.root)
    assert CANARY.encode() not in found
    assert b64encode(CANARY.encode()).strip(b"=") not in found


def test_the_file_of_keys_is_its_owners_alone(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)

    assert 0o600 == stat.S_IMODE((conductor.home.root / "secrets.key").stat().st_mode)


def test_no_secret_means_no_key(conductor: Conductor) -> None:
    assert [] == conductor.secrets()
    assert not (conductor.home.root / "secrets.key").exists()


def test_keys_that_others_may_read_are_not_used(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)
    (conductor.home.root / "secrets.key").chmod(0o640)

    with pytest.raises(StorageFailed, match="chmod 600"):
        conductor.reveal_secret("password")


def test_each_state_directory_has_a_key_of_its_own(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir(mode=0o700)
        Vault(tmp_path / name).seal("x", CANARY)

    assert not Vault(tmp_path / "a").key_ids() & Vault(tmp_path / "b").key_ids()


def test_many_that_seal_first_at_once_agree_on_a_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda number: Vault(tmp_path).seal("x", f"{number}"), range(16)))

    assert 1 == len({one.key_id for one in sealed})
    assert [str(number) for number in range(16)] == [Vault(tmp_path).open("x", one) for one in sealed]
    assert ["secrets.key"] == os.listdir(tmp_path)


def test_a_value_cannot_be_moved_to_another_name(tmp_path: Path) -> None:
    vault = Vault(tmp_path)

    with pytest.raises(StorageFailed, match="changed from outside"):
        vault.open("other", vault.seal("password", CANARY))


def test_a_changed_value_is_not_opened(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    sealed = vault.seal("password", CANARY)
    content = bytearray(b64decode(sealed.text))
    content[-1] ^= 1

    with pytest.raises(StorageFailed, match="changed from outside"):
        vault.open("password", Sealed(key_id=sealed.key_id, text=b64encode(content).decode()))


def test_a_secret_of_another_key_says_what_to_do(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)
    (conductor.home.root / "secrets.key").unlink()

    assert [False] == [one.is_readable for one in conductor.secrets()]
    with pytest.raises(StorageFailed, match=r"add the lines of the secrets\.key it was made with"):
        conductor.reveal_secret("password")


def test_a_key_from_elsewhere_opens_what_it_sealed(conductor: Conductor) -> None:
    conductor.create_secret("old", CANARY)
    file = conductor.home.root / "secrets.key"
    before = file.read_text()
    file.unlink()
    conductor.create_secret("new", CANARY)
    with file.open("a") as keys:
        keys.write(before)

    assert [CANARY, CANARY] == [conductor.reveal_secret("old"), conductor.reveal_secret("new")]


def test_a_damaged_file_of_keys_is_told(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)
    (conductor.home.root / "secrets.key").write_text("nonsense\n")

    with pytest.raises(StorageFailed, match="holds a line that is no key"):
        conductor.reveal_secret("password")


def test_a_key_is_taken_once_unless_an_update_is_wanted(conductor: Conductor) -> None:
    conductor.create_secret("password", "old-value")

    with pytest.raises(AlreadyExists):
        conductor.create_secret("password", CANARY)
    conductor.create_secret("password", CANARY, update_if_exists=True)
    assert CANARY == conductor.reveal_secret("password")


@pytest.mark.parametrize(
    ("key", "value"), [("a/b", "x"), ("", "x"), ("../up", "x"), ("k", ""), ("k", "x" * 300_000), ("k", "\udce4")]
)
def test_what_cannot_be_a_secret_is_refused(conductor: Conductor, key: str, value: str) -> None:
    with pytest.raises(InvalidValue):
        conductor.create_secret(key, value)

    assert [] == conductor.secrets()


def test_an_update_changes_only_what_it_names(conductor: Conductor) -> None:
    conductor.create_secret("password", "old-value")
    conductor.update_secret("password", is_hidden=True)
    conductor.update_secret("password", CANARY)

    assert conductor.secret("password").is_hidden
    assert CANARY == conductor.reveal_secret("password")
    with pytest.raises(NotFound):
        conductor.update_secret("pasword", "x")


def test_what_is_done_with_a_secret_becomes_an_event_without_its_value(conductor: Conductor) -> None:
    conductor.create_secret("password", CANARY)
    conductor.reveal_secret("password")
    conductor.delete_secret("password")

    told = [one.message for one in conductor.events()]
    assert [
        "secret `password` was created",
        "the value of secret `password` was shown",
        "secret `password` was deleted",
    ] == told


def test_a_deployment_is_refused_whose_secrets_do_not_exist(conductor: Conductor, tmp_path: Path) -> None:
    upload(conductor, tmp_path)

    with pytest.raises(SecretMissing, match="secrets that do not exist: `account`, `password`"):
        conductor.create_deployment("shop")
    assert [] == conductor.deployments()


def test_names_that_inputs_decide_are_looked_for_too(conductor: Conductor, tmp_path: Path) -> None:
    for key in ("password", "account"):
        conductor.create_secret(key, "{}")
    upload(conductor, tmp_path)

    with pytest.raises(SecretMissing, match="a secret that does not exist: `pasword`"):
        conductor.create_deployment("shop", inputs={"which": "pasword"})


def test_outputs_give_secrets_to_whoever_asks_and_mask_hidden_ones(conductor: Conductor, tmp_path: Path) -> None:
    deploy(conductor, tmp_path)

    assert {"url": f"u:{CANARY}@h", "user": "********"} == conductor.outputs("shop")


def test_a_look_at_a_deployment_shows_no_secrets(conductor: Conductor, tmp_path: Path) -> None:
    deploy(conductor, tmp_path)

    assert {"url": "u:********@h", "user": "********"} == conductor.deployment("shop").outputs


def test_a_secret_that_deployments_need_is_deleted_by_force_alone(conductor: Conductor, tmp_path: Path) -> None:
    deploy(conductor, tmp_path)

    with pytest.raises(InUse, match="deployments need it: shop"):
        conductor.delete_secret("password")
    conductor.delete_secret("password", force=True)
    assert "there is no secret `password`" in str(conductor.outputs("shop")["url"])


def test_plans_hold_calls_and_no_values(conductor: Conductor, tmp_path: Path) -> None:
    deploy(conductor, tmp_path)

    assert CANARY.encode() not in stored(conductor.home.root)
    with closing(sqlite3.connect(conductor.home.database)) as connection:
        plan = json.loads(connection.execute('SELECT "plan" FROM deployment').fetchone()[0])
    inputs = plan["nodes"]["web"]["operations"]["cloudify.interfaces.lifecycle.create"]["inputs"]
    assert {"get_secret": "password"} == inputs["p"]


@pytest.mark.parametrize("schema", ["{ type: secret_key }", "{ type: list, item_type: secret_key }"])
def test_an_input_that_names_a_secret_names_one_that_exists(conductor: Conductor, tmp_path: Path, schema: str) -> None:
    conductor.create_secret("password", CANARY)
    upload(conductor, tmp_path, f"{HEAD}\ninputs: {{ which: {schema} }}\n")
    given = (lambda key: [key]) if "list" in schema else str

    conductor.create_deployment("shop", "good", {"which": given("password")})
    with pytest.raises(SecretMissing, match="a secret that does not exist: `pasword`"):
        conductor.create_deployment("shop", "bad", {"which": given("pasword")})


def test_secrets_are_something_that_a_restore_would_replace(conductor: Conductor) -> None:
    with conductor._database.read() as connection:
        assert replacing.is_empty(connection)
    conductor.create_secret("password", CANARY)

    with conductor._database.read() as connection:
        assert not replacing.is_empty(connection)
