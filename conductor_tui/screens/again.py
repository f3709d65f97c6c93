"""Letting an execution go on, or run again, after a question."""

from collections.abc import Callable

from conductor_tui.actions import BY_ID
from conductor_tui.cells import short
from conductor_tui.facade import Facade
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.deeds import AnyScreen, Deed, open_execution
from conductor_tui.subject import Subject
from engine.domain.execution import Execution, Status

_EFFECTS = {
    "execution.resume": "It goes on where it stopped; what has succeeded is not done again.",
    "execution.force-resume": "It goes on where it stopped, operations that were cut off included.",
    "execution.rerun": "A new execution starts with the same workflow and parameters, from the beginning.",
    "execution.requeue": "It forgets its steps and runs from the beginning, at once or when its turn comes.",
}
_VERBS: dict[str, Callable[[Facade, str], Execution]] = {
    "execution.resume": lambda facade, id: facade.resume_execution(id),
    "execution.force-resume": lambda facade, id: facade.resume_execution(id, force=True),
    "execution.rerun": lambda facade, id: facade.rerun_execution(id),
    "execution.requeue": lambda facade, id: facade.requeue_execution(id),
}


def again_question(execution: Execution, action_id: str, subject: Subject) -> Question:
    """Return what is asked before an execution goes on or runs again."""
    action = BY_ID[action_id]
    what = f"{execution.workflow_id} of {execution.deployment_id or 'the whole system'}"
    return Question(
        title=f"{action.title.removesuffix('…')} execution {short(execution.id)}?",
        effect=f"{what} is {execution.status.display}. {_EFFECTS[action_id]}",
        command=action.command(subject),
        word=short(execution.id) if action_id == "execution.force-resume" else "",
    )


def _again(action_id: str) -> Deed:
    def deed(screen: AnyScreen, subject: Subject) -> None:
        execution, facade = subject.execution, screen.context.facade
        if execution is None:
            return

        def work() -> str:
            answer = _VERBS[action_id](facade, execution.id)
            if answer.id != execution.id:
                screen.app.call_from_thread(open_execution, screen, answer.id)
            return again_sentence(answer)

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                screen.carry_out(work)

        screen.app.push_screen(ConfirmScreen(again_question(execution, action_id, subject)), answered)

    return deed


def again_sentence(execution: Execution) -> str:
    """Return what has become of it."""
    what = f"{execution.workflow_id} {short(execution.id)}"
    return f"{what} waits for its turn." if execution.status is Status.QUEUED else f"{what} goes."


DEEDS: dict[str, Deed] = {action_id: _again(action_id) for action_id in _VERBS}
