"""What users see of an update is told by its stage and by the status of its execution."""

from datetime import UTC, datetime

import pytest

from engine.domain.errors import InvalidValue
from engine.domain.execution import Status
from engine.domain.update import (
    DeploymentUpdate,
    UpdateOptions,
    UpdateRequest,
    UpdateStage,
    UpdateState,
    check_options,
    from_parameters,
    to_parameters,
)


@pytest.mark.parametrize(
    ("stage", "status", "state"),
    [
        (UpdateStage.ACCEPTED, Status.QUEUED, UpdateState.UPDATING),
        (UpdateStage.ACCEPTED, Status.STARTED, UpdateState.UPDATING),
        (UpdateStage.ACCEPTED, Status.CANCELLED, UpdateState.FAILED),
        (UpdateStage.BEGUN, Status.STARTED, UpdateState.EXECUTING_WORKFLOW),
        (UpdateStage.BEGUN, Status.CANCELLING, UpdateState.EXECUTING_WORKFLOW),
        (UpdateStage.BEGUN, Status.FAILED, UpdateState.FAILED),
        (UpdateStage.SWITCHED, Status.QUEUED, UpdateState.EXECUTING_WORKFLOW),
        (UpdateStage.SWITCHED, Status.CANCELLED, UpdateState.FAILED),
        (UpdateStage.SWITCHED, None, UpdateState.FAILED),
        (UpdateStage.FINISHED, Status.TERMINATED, UpdateState.SUCCESSFUL),
        (UpdateStage.FINISHED, None, UpdateState.SUCCESSFUL),
    ],
)
def test_the_state_of_an_update_follows_from_its_stage_and_its_execution(
    stage: UpdateStage, status: Status | None, state: UpdateState
) -> None:
    update = DeploymentUpdate(
        id="e1",
        deployment_id="d1",
        stage=stage,
        old_blueprint_id="v1",
        new_blueprint_id="v2",
        created_at=datetime(2026, 10, 13, tzinfo=UTC),
        execution_status=status,
    )

    assert state is update.state


@pytest.mark.parametrize(
    "options",
    [
        UpdateOptions(),
        UpdateOptions(skip_install=True, skip_uninstall=True, skip_reinstall=True, reinstall=("web", "db_1")),
        UpdateOptions(install_first=True, ignore_failure=True, force_reinstall=True),
        UpdateOptions(workflow="roll"),
    ],
)
def test_a_request_comes_back_from_the_parameters_of_its_execution(options: UpdateOptions) -> None:
    request = UpdateRequest(deployment_id="d1", blueprint_id="v2", inputs={"size": [1, {"a": None}]}, options=options)

    assert options == check_options(options)
    assert request == from_parameters("d1", to_parameters(request))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (UpdateOptions(install_first=True, skip_install=True), "--install-first has nothing to install first"),
        (UpdateOptions(force_reinstall=True, skip_reinstall=True), "contradict each other; drop one of them"),
        (UpdateOptions(workflow="roll", ignore_failure=True), "so --ignore-failure has no meaning with it"),
        (UpdateOptions(workflow="roll", reinstall=("web",)), "so --reinstall-list has no meaning with it"),
    ],
)
def test_wishes_that_contradict_each_other_are_refused(options: UpdateOptions, sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        check_options(options)
