"""The three cancels: what is asked before each, and what is done after a yes."""

from conductor_tui.actions import BY_ID
from conductor_tui.cells import short
from conductor_tui.screens.confirm import Question
from conductor_tui.screens.deeds import AnyScreen, Deed, ask
from conductor_tui.subject import Subject
from engine.domain.execution import CancelKind, Execution, Status

_EFFECTS = {
    CancelKind.CANCEL: "No further operation starts; those that run now end by themselves.",
    CancelKind.FORCE: "Conductor stops waiting for the workflow; operations that run now are left alone and may go on.",
    CancelKind.KILL: "Every process of it is ended, grandchildren included; node instances may be left half done.",
}
_CANCELS = {
    CancelKind.CANCEL: "execution.cancel",
    CancelKind.FORCE: "execution.force-cancel",
    CancelKind.KILL: "execution.kill",
}


def cancel_question(execution: Execution, kind: CancelKind, subject: Subject) -> Question:
    """Return the question before a cancel; the gentle one asks y or n, the hard ones ask for the id."""
    what = f"{execution.workflow_id} of {execution.deployment_id or 'the whole system'}"
    effect = _EFFECTS[kind]
    if execution.status is Status.QUEUED:
        effect = "It is taken out of the queue and never runs."
    if execution.is_final:
        effect = "Every process that it left running is ended."
    return Question(
        title=f"{kind.value.capitalize()} execution {short(execution.id)}?",
        effect=f"{what} is {execution.status.display}. {effect}",
        command=BY_ID[_CANCELS[kind]].command(subject),
        word="" if kind is CancelKind.CANCEL else short(execution.id),
    )


def _cancel(kind: CancelKind) -> Deed:
    def deed(screen: AnyScreen, subject: Subject) -> None:
        execution, facade = subject.execution, screen.context.facade
        if execution is None:
            return

        def work() -> str:
            answer = facade.cancel_execution(execution.id, kind)
            return f"{execution.workflow_id} {short(execution.id)} is {answer.status.display.replace('_', '-')}."

        ask(screen, cancel_question(execution, kind, subject), work)

    return deed


def _cancel_latest(screen: AnyScreen, subject: Subject) -> None:
    row = subject.deployment
    if row is not None and row.latest is not None:
        _cancel(CancelKind.CANCEL)(screen, Subject(execution=row.latest, engine=subject.engine))


DEEDS: dict[str, Deed] = {
    "deployment.cancel": _cancel_latest,
    "execution.cancel": _cancel(CancelKind.CANCEL),
    "execution.force-cancel": _cancel(CancelKind.FORCE),
    "execution.kill": _cancel(CancelKind.KILL),
}
