"""Leaving: a detail for what it lies on, and the cockpit after a question that tells what goes on without it."""

from conductor_tui.frame import Counts
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.deeds import AnyScreen, Deed
from conductor_tui.screens.parts import farewell
from conductor_tui.subject import Subject
from engine.domain.view import EngineState


def _quit(screen: AnyScreen, subject: Subject) -> None:
    if len(screen.app.screen_stack) > 1:
        screen.app.pop_screen()
        return

    def answered(is_yes: bool | None) -> None:
        if is_yes:
            _leave(screen, subject)

    question = leave_question(screen.numbers, subject.engine, screen.context.again)
    screen.app.push_screen(ConfirmScreen(question, is_leaving=True), answered)


def leave_question(numbers: Counts, engine: EngineState, again: str) -> Question:
    """Return what is asked before the cockpit closes; it tells what goes on without it."""
    running, queued = numbers.running or 0, numbers.queued or 0
    work = f"{running} running and {queued} waiting executions go on" if running or queued else "Nothing runs or waits"
    leads = "the engine keeps running" if engine is EngineState.RUNNING else "no engine runs"
    return Question(title="Leave the cockpit?", effect=f"{work}; {leads}.", command=again)


def _leave(screen: AnyScreen, subject: Subject) -> None:
    screen.app.exit(farewell(subject.engine, screen.context.again))


DEEDS: dict[str, Deed] = {"quit": _quit, "quit.now": _leave}
