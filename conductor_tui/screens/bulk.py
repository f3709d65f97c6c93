"""A deed on many executions: one question before, one report after."""

from collections.abc import Callable, Sequence

from conductor_tui.cells import short
from conductor_tui.journal import ReadOnly
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.deeds import AnyScreen
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution

NAMED = 6
"""Executions that the question names."""


def cancel_all(screen: AnyScreen, chosen: Sequence[Execution], *, then: Callable[[], None]) -> None:
    """Cancel the executions that have not ended, if the user says so; `then` is called once it is asked for."""
    open_ones = [one for one in chosen if not one.is_final]
    if not open_ones:
        screen.say("Cancel: all marked executions have ended already", is_bad=True)
        return

    def answered(is_yes: bool | None) -> None:
        if is_yes:
            then()
            screen.carry_out(lambda: _cancel(screen, open_ones))

    screen.app.push_screen(ConfirmScreen(cancel_question(open_ones, len(chosen) - len(open_ones))), answered)


def cancel_question(chosen: Sequence[Execution], ended: int) -> Question:
    """Return the one question; it names what is cancelled, and counts what has ended already."""
    names = [f"{one.workflow_id} {one.deployment_id or ''} {short(one.id)}" for one in chosen[:NAMED]]
    more = f" and {len(chosen) - NAMED} more" if len(chosen) > NAMED else ""
    left = f" {ended} have ended already." if ended else ""
    ids = " ".join(short(one.id) for one in chosen[:NAMED])
    return Question(
        title=f"Cancel {len(chosen)} executions?",
        effect=f"{', '.join(names)}{more}. No further operation of theirs starts.{left}",
        command=f"for id in {ids}{' …' if more else ''}; do conductor executions cancel $id; done",
    )


def _cancel(screen: AnyScreen, chosen: Sequence[Execution]) -> str:
    refused: list[str] = []
    for one in chosen:
        try:
            screen.context.facade.cancel_execution(one.id)
        except ReadOnly:
            raise
        except ConductorError as error:
            refused.append(str(error))
    done = f"{len(chosen) - len(refused)} are asked to stop"
    return f"{done}, {len(refused)} refused: {refused[0]}" if refused else f"{done}."
