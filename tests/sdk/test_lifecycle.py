"""In which order the built-in workflows walk through states and operations."""

from dataclasses import replace

import pytest

from engine.sdk.backend import Begun
from engine.sdk.errors import NonRecoverableError, WorkflowFailed
from engine.sdk.workflow_context import RetrySettings
from engine.workflows.install import install, uninstall
from engine.workflows.operations import execute_operation, restart, stop
from tests.sdk.scripted import ScriptedBackend, context, failing, instance_of, node, related

EVERYTHING = (
    "validation.create",
    "lifecycle.precreate",
    "lifecycle.create",
    "lifecycle.configure",
    "lifecycle.start",
    "lifecycle.poststart",
    "monitoring.start",
    "validation.delete",
    "monitoring.stop",
    "lifecycle.prestop",
    "lifecycle.stop",
    "lifecycle.delete",
    "lifecycle.postdelete",
)
RELATIONSHIP = ("preconfigure", "postconfigure", "establish", "unlink")
BASE = node("base", *EVERYTHING)
APP = node("app", *EVERYTHING, relationships=[related("base", *RELATIONSHIP)])

INSTALLED = [
    "initializing",
    "validation.create",
    "lifecycle.precreate",
    "creating",
    "lifecycle.create",
    "created",
    "relationship_lifecycle.preconfigure",
    "configuring",
    "lifecycle.configure",
    "configured",
    "relationship_lifecycle.postconfigure",
    "starting",
    "lifecycle.start",
    "lifecycle.poststart",
    "monitoring.start",
    "relationship_lifecycle.establish",
    "started",
]
UNINSTALLED = [
    "stopping",
    "validation.delete",
    "monitoring.stop",
    "lifecycle.prestop",
    "lifecycle.stop",
    "stopped",
    "relationship_lifecycle.unlink",
    "deleting",
    "lifecycle.delete",
    "lifecycle.postdelete",
    "deleted",
]


def test_install_goes_through_every_state_and_operation_in_order() -> None:
    ctx, backend = context(nodes=[BASE, APP])

    install(ctx)

    assert INSTALLED == backend.lifecycle("app_1")


def test_the_source_of_a_relationship_is_installed_after_its_target() -> None:
    ctx, backend = context(nodes=[APP, BASE])

    install(ctx)

    who = _who(backend, "cloudify.interfaces.lifecycle.")
    assert ["base_1"] * 5 + ["app_1"] * 5 == who


def test_uninstall_goes_back_in_the_opposite_order() -> None:
    values = [instance_of(one, "started") for one in (BASE, APP)]
    ctx, backend = context(nodes=[BASE, APP], instances=values)

    uninstall(ctx)

    assert UNINSTALLED == backend.lifecycle("app_1")
    assert ["app_1"] * 4 + ["base_1"] * 4 == _who(backend, "cloudify.interfaces.lifecycle.")


@pytest.mark.parametrize(
    ("state", "first"),
    [
        ("uninitialized", "validation.create"),
        ("creating", "lifecycle.create"),
        ("created", "relationship_lifecycle.preconfigure"),
        ("configured", "relationship_lifecycle.postconfigure"),
        ("starting", "relationship_lifecycle.postconfigure"),
        ("started", None),
    ],
)
def test_install_goes_on_where_the_instance_is(state: str, first: str | None) -> None:
    values = [instance_of(BASE, "started"), instance_of(APP, state)]
    ctx, backend = context(nodes=[BASE, APP], instances=values)

    install(ctx)

    operations = [one for one in backend.lifecycle("app_1") if "." in one]
    assert first == (operations[0] if operations else None)


@pytest.mark.parametrize(
    ("state", "first"),
    [
        ("started", "validation.delete"),
        ("stopped", "relationship_lifecycle.unlink"),
        ("configured", "relationship_lifecycle.unlink"),
        ("deleted", None),
        ("uninitialized", None),
    ],
)
def test_uninstall_goes_on_where_the_instance_is(state: str, first: str | None) -> None:
    values = [instance_of(BASE, "started"), instance_of(APP, state)]
    ctx, backend = context(nodes=[BASE, APP], instances=values)

    uninstall(ctx, node_ids=["app"])

    operations = [one for one in backend.lifecycle("app_1") if "." in one]
    assert first == (operations[0] if operations else None)


def test_an_instance_without_operations_is_started_at_once() -> None:
    ctx, backend = context(nodes=[node("plain")])

    install(ctx)

    assert ["started"] == backend.lifecycle("plain_1")


def test_a_failed_instance_keeps_its_dependents_from_being_installed() -> None:
    script = failing({"cloudify.interfaces.lifecycle.create": NonRecoverableError("no")})
    ctx, backend = context(script, [BASE, APP])

    with pytest.raises(WorkflowFailed, match="base_1"):
        install(ctx)

    assert ["initializing", "validation.create", "lifecycle.precreate", "creating", "lifecycle.create"] == (
        backend.lifecycle("base_1")
    )
    assert [] == backend.lifecycle("app_1")


def test_a_failed_installation_is_begun_again_where_subgraphs_may_be_retried() -> None:
    script = failing({"cloudify.interfaces.lifecycle.create": [NonRecoverableError("no")]})
    retries = RetrySettings(task_retries=0, task_retry_interval=0, subgraph_retries=1)
    ctx, backend = context(script, [BASE], retries=retries)

    install(ctx)

    assert 2 == backend.begun.count("cloudify.interfaces.lifecycle.create")
    assert "started" == backend.lifecycle("base_1")[-1]


def test_ignore_failure_goes_on_to_deleted_and_says_so() -> None:
    script = failing({"cloudify.interfaces.lifecycle.stop": ValueError("no")})
    ctx, backend = context(script, [BASE], instances=[instance_of(BASE, "started")])

    uninstall(ctx, ignore_failure=True)

    assert 1 == backend.begun.count("cloudify.interfaces.lifecycle.stop")
    assert "deleted" == backend.lifecycle("base_1")[-1]
    assert "Ignoring task tasks.nothing failure" in backend.told


def test_instances_that_stay_only_unlink_from_those_that_go() -> None:
    values = [instance_of(one, "started") for one in (BASE, APP)]
    ctx, backend = context(nodes=[BASE, APP], instances=values)

    uninstall(ctx, node_ids=["base"])

    assert ["relationship_lifecycle.unlink"] == backend.lifecycle("app_1")
    assert "relationship_lifecycle.unlink" == _names(backend)[0].removeprefix("cloudify.interfaces.")


def test_a_filter_that_names_nothing_is_refused() -> None:
    ctx, _ = context(nodes=[BASE])

    with pytest.raises(NonRecoverableError, match="no node `typo`"):
        install(ctx, node_ids=["typo"])


def test_execute_operation_passes_over_instances_without_it() -> None:
    ctx, backend = context(nodes=[BASE, node("plain")])

    execute_operation(ctx, "cloudify.interfaces.lifecycle.start", {"x": 1})

    assert ["cloudify.interfaces.lifecycle.start"] == backend.begun


def test_stop_runs_targets_first() -> None:
    ctx, backend = context(nodes=[APP, BASE])

    stop(ctx)

    assert ["base_1", "app_1"] == _who(backend)


def test_restart_runs_all_stops_before_the_first_start() -> None:
    ctx, backend = context(nodes=[APP, BASE])

    restart(ctx)

    assert ["stop", "stop", "start", "start"] == [name.rsplit(".")[-1] for name in backend.begun]


def test_a_dry_run_of_install_changes_no_state() -> None:
    ctx, backend = context(nodes=[BASE, replace(APP, id="app")], dry_run=True)

    install(ctx)

    assert ([], []) == (backend.begun, backend.lifecycle("app_1"))
    assert "Task succeeded 'tasks.nothing' (dry run)" in backend.told


def _operations(backend: ScriptedBackend) -> list[tuple[str, str]]:
    return [
        (step.task.invocation.instance_id, step.task.invocation.name)  # type: ignore[attr-defined] # operations only
        for step in backend.steps
        if isinstance(step, Begun)
    ]


def _who(backend: ScriptedBackend, interface: str = "") -> list[str]:
    return [who for who, name in _operations(backend) if name.startswith(interface)]


def _names(backend: ScriptedBackend) -> list[str]:
    return [name for _, name in _operations(backend)]
