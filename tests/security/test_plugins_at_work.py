"""Stored plugins run in real deployments, each in its version, beside Conductor's own packages."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.conductor import Conductor
from engine.domain.execution import Execution, Status
from engine.domain.update import UpdateOptions
from tests.plugins import demo_wagon, demo_wheel, write_wheel, write_yaml
from tests.runtime.world import until
from tests.security.canaries import leaks

TOKEN = "canary-of-the-plugin-7f3a"
SHOP = """
tosca_definitions_version: cloudify_dsl_1_5
imports: [cloudify/types/types.yaml, "plugin:demo-plugin?version={version}"]
node_templates:
  thing:
    type: demo.Thing
    properties: {{ password: {{ get_secret: token }} }}
    interfaces:
      cloudify.interfaces.lifecycle:
        create: {{ inputs: {{ token: {{ get_secret: token }} }}, timeout: {timeout}, max_retries: 0 }}
"""


@pytest.fixture
def conductor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conductor]:
    monkeypatch.setenv("CONDUCTOR_LINGER", "60")
    with closing(Conductor(tmp_path / "home")) as conductor:
        conductor.create_secret("token", TOKEN)
        yield conductor
        conductor.stop_engine()


def store(conductor: Conductor, folder: Path, version: str, wagon: Path | None = None) -> None:
    conductor.upload_plugin(wagon or demo_wagon(folder, version), [write_yaml(folder / "plugin.yaml", version)])


def deploy(conductor: Conductor, folder: Path, id: str, version: str, timeout: int = 0) -> None:
    (folder / id).mkdir()
    (folder / id / "blueprint.yaml").write_text(SHOP.format(version=version, timeout=timeout))
    conductor.upload_blueprint(folder / id, id)
    conductor.create_deployment(id)


def install(conductor: Conductor, id: str) -> Execution:
    return await_end(conductor, conductor.start_execution(id, "install"))


def await_end(conductor: Conductor, execution: Execution) -> Execution:
    until(lambda: conductor.execution_view(execution.id).execution.is_final, within=60)
    return conductor.execution_view(execution.id).execution


def said(conductor: Conductor, execution: Execution) -> str:
    return "\n".join(one.message for one in conductor.events(execution_id=execution.id))


@pytest.mark.parametrize("timeout", [0, 60], ids=["in the worker", "in a child"])
def test_an_operation_of_a_plugin_reads_a_secret_that_is_nowhere_in_plain(
    conductor: Conductor, tmp_path: Path, timeout: int
) -> None:
    store(conductor, tmp_path, "1.0")
    deploy(conductor, tmp_path, "shop", ">=1.0", timeout)
    done = install(conductor, "shop")

    assert (Status.TERMINATED, "") == (done.status, done.error)
    assert "version 1.0 with needed of 1.0" in said(conductor, done)
    [thing] = conductor.deployment("shop").instances
    assert {"version": "1.0", "token": {"get_secret": "token"}} == thing.runtime_properties
    assert [] == leaks(conductor.home.root, {"token": TOKEN})


def test_deployments_run_the_versions_that_they_import(conductor: Conductor, tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        store(conductor, tmp_path, version)
    deploy(conductor, tmp_path, "old", "1.0")
    deploy(conductor, tmp_path, "new", ">=1.0")

    assert "version 1.0 with" in said(conductor, install(conductor, "old"))
    assert "version 1.1 with" in said(conductor, install(conductor, "new"))


def test_nothing_is_compiled_into_the_stored_folder(conductor: Conductor, tmp_path: Path) -> None:
    store(conductor, tmp_path, "1.0")
    deploy(conductor, tmp_path, "shop", "1.0")
    install(conductor, "shop")

    assert [] == list((conductor.home.root / "plugins").rglob("*.pyc"))
    assert "demo_plugin" not in sys.modules


def test_what_a_plugin_brings_along_does_not_replace_what_conductor_has(conductor: Conductor, tmp_path: Path) -> None:
    wrong = write_wheel(tmp_path, "jinja2", "0.1", {"jinja2/__init__.py": "raise RuntimeError('the wrong jinja2')"})
    needed = write_wheel(
        tmp_path, "demo_needed", "0.1", {"demo_needed.py": "import jinja2\nNAME = jinja2.Template.__name__"}
    )
    wagon = demo_wagon(tmp_path, wheels=[demo_wheel(tmp_path), needed, wrong])
    store(conductor, tmp_path, "1.0", wagon)
    deploy(conductor, tmp_path, "shop", "1.0")

    assert "version 1.0 with Template of 1.0" in said(conductor, install(conductor, "shop"))


def test_a_plugin_that_was_deleted_by_force_is_named(conductor: Conductor, tmp_path: Path) -> None:
    store(conductor, tmp_path, "1.0")
    deploy(conductor, tmp_path, "shop", "1.0")
    conductor.delete_plugin("demo-plugin-1.0", force=True)
    failed = install(conductor, "shop")

    assert Status.FAILED is failed.status
    assert "there is no plugin `demo-plugin-1.0`; deployment `shop` needs it; upload it again" in failed.error


def test_a_snapshot_brings_plugins_back(conductor: Conductor, tmp_path: Path) -> None:
    store(conductor, tmp_path, "1.0")
    deploy(conductor, tmp_path, "shop", "1.0")
    await_end(conductor, conductor.create_snapshot("s1"))
    conductor.delete_plugin("demo-plugin-1.0", force=True)
    assert "" == await_end(conductor, conductor.restore_snapshot("s1", force=True)).error

    assert ["demo-plugin-1.0"] == [one.id for one in conductor.plugins()]
    assert Status.TERMINATED is install(conductor, "shop").status


def test_code_that_a_blueprint_declares_by_its_package_comes_from_the_stored_plugin(
    conductor: Conductor, tmp_path: Path
) -> None:
    store(conductor, tmp_path, "1.0")
    (tmp_path / "shop").mkdir()
    text = SHOP.format(version="1.0", timeout=0).replace('"plugin:demo-plugin?version=1.0"', "plugin.yaml")
    (tmp_path / "shop" / "blueprint.yaml").write_text(text)
    write_yaml(tmp_path / "shop" / "plugin.yaml")
    conductor.upload_blueprint(tmp_path / "shop", "shop")
    conductor.create_deployment("shop")

    assert "version 1.0 with needed of 1.0" in said(conductor, install(conductor, "shop"))


def test_an_update_goes_on_with_the_plugin_of_the_new_plan(conductor: Conductor, tmp_path: Path) -> None:
    for version in ("1.0", "1.1"):
        store(conductor, tmp_path, version)
    deploy(conductor, tmp_path, "shop", "1.0")
    install(conductor, "shop")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "blueprint.yaml").write_text(SHOP.format(version="1.1", timeout=0))
    conductor.upload_blueprint(tmp_path / "new", "new")
    options = UpdateOptions(reinstall=("thing",))
    done = await_end(conductor, conductor.update_deployment("shop", "new", options=options))

    assert (Status.TERMINATED, "") == (done.status, done.error)
    assert "version 1.1 with needed of 1.1" in said(conductor, done)
    assert ["deployment shop"] == [one for one in conductor.plugin_users("demo-plugin-1.1") if "deployment" in one]
    assert [] == leaks(conductor.home.root, {"token": TOKEN})
