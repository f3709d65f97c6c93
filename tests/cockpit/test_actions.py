"""One table of actions: no two want the same key, each is done somewhere, none is a dead key."""

import pytest

from conductor_tui.actions import ACTIONS, BY_ID, Action, Scope
from conductor_tui.keys import clashes, in_scope, key_label, reachable, resolve
from conductor_tui.screens.alldeeds import DEEDS
from conductor_tui.subject import Subject
from engine.domain.execution import Status
from engine.domain.view import EngineState
from tests.cockpit.worlds import deployment, execution

OWN = {Scope.DETAIL, Scope.PARTS, Scope.LOG, Scope.LIST, Scope.QUEUE, Scope.TABLE, Scope.SYSTEM}
"""Scopes whose actions the screens do themselves."""


def test_no_two_actions_of_a_scope_want_the_same_key() -> None:
    assert clashes() == []


def test_a_clash_is_found() -> None:
    twin = Action(id="twin", title="Twin", keys=("t",), scope=Scope.DEPLOYMENT)

    assert clashes((*ACTIONS, twin)) == [("deployment.start", "twin")]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_is_done_somewhere(action: Action) -> None:
    assert action.id in DEEDS or action.scope in OWN


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_help(action: Action) -> None:
    assert action.help.endswith(".")


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)


def test_control_d_never_deletes() -> None:
    assert all("ctrl+d" not in action.keys for action in ACTIONS)


def test_the_nearest_scope_gives_a_key_its_meaning() -> None:
    detail, log = resolve("n", (Scope.DETAIL, Scope.LOG)), resolve("n", (Scope.LOG, Scope.DETAIL))

    assert detail is not None and detail.id == "detail.failed"
    assert log is not None and log.id == "log.next"


def test_an_action_whose_key_means_something_else_here_is_not_offered() -> None:
    offered = {action.id for action in reachable((Scope.DETAIL, Scope.LOG))}

    assert "log.next" not in offered
    assert "detail.failed" in offered


@pytest.mark.parametrize("action", in_scope(Scope.EXECUTION), ids=lambda action: action.id)
def test_without_an_execution_each_action_says_why_not(action: Action) -> None:
    assert action.enabled(Subject())


def test_an_ended_execution_cannot_be_cancelled() -> None:
    subject = Subject(execution=execution("8f21", 1, "install", "web", Status.TERMINATED))

    assert BY_ID["execution.cancel"].enabled(subject) == "execution 8f21 is completed already"
    assert BY_ID["execution.kill"].enabled(subject) == ""


def test_a_busy_deployment_cannot_be_deleted() -> None:
    subject = Subject(deployment=deployment("web", running=1))

    assert BY_ID["deployment.delete"].enabled(subject) == "web has executions that run or wait; cancel them first"


def test_the_engine_starts_only_where_none_runs() -> None:
    assert BY_ID["engine.start"].enabled(Subject(engine=EngineState.RUNNING)) == "the engine runs already"
    assert BY_ID["engine.start"].enabled(Subject(engine=EngineState.ABSENT)) == ""


def test_commands_are_quoted() -> None:
    subject = Subject(deployment=deployment("it's"))

    assert BY_ID["deployment.open"].command(subject) == """conductor deployments get 'it'"'"'s'"""


def test_keys_are_written_as_on_the_screen() -> None:
    assert [key_label(key) for key in ("ctrl+x", "enter", "slash", "t")] == ["^x", "↵", "/", "t"]
