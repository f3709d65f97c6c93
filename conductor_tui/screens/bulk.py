"""A deed on many executions or schedules: one question before, one report after."""

from collections.abc import Callable, Sequence
from shlex import quote

from conductor_tui.cells import short
from conductor_tui.journal import ReadOnly
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.deeds import AnyScreen
from conductor_tui.screens.prompt import PromptScreen
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution
from engine.domain.view import ScheduleRow

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


def pause_all(screen: AnyScreen, chosen: Sequence[ScheduleRow], *, then: Callable[[], None]) -> None:
    """Pause the schedules for one reason or, where all of them rest, let them run again; `then` as above."""
    facade = screen.context.facade
    if not isinstance(facade, ScheduleFacade):
        return
    active = [one for one in chosen if one.enabled]

    def answered(reason: str | None) -> None:
        if reason is not None:
            then()
            screen.carry_out(
                lambda: _each(active, lambda one: facade.disable_schedule(one.deployment_id, one.id, reason), "paused")
            )

    def resumed(is_yes: bool | None) -> None:
        if is_yes:
            then()
            screen.carry_out(
                lambda: _each(chosen, lambda one: facade.enable_schedule(one.deployment_id, one.id), "running again")
            )

    names = _names(active or chosen)
    if not active:
        effect = f"{names} run again from now on; what went by meanwhile is not caught up."
        question = Question(title=f"Resume {len(chosen)} schedules?", effect=effect, command=_loop("enable", chosen))
        screen.app.push_screen(ConfirmScreen(question), resumed)
        return
    told = f"{names} do not run until they are resumed. Why? Everybody who looks at them sees the reason."
    command = f"{_loop('disable', active)} --reason "
    screen.app.push_screen(PromptScreen(f"Pause {len(active)} schedules?", told, "", command), answered)


def _names(chosen: Sequence[ScheduleRow]) -> str:
    more = f" and {len(chosen) - NAMED} more" if len(chosen) > NAMED else ""
    return ", ".join(f"{one.id} of {one.deployment_id}" for one in chosen[:NAMED]) + more


def _loop(verb: str, chosen: Sequence[ScheduleRow]) -> str:
    first = chosen[0]
    more = f"   # and {len(chosen) - 1} more" if len(chosen) > 1 else ""
    return f"conductor deployments schedule {verb} {quote(first.deployment_id)} {quote(first.id)}{more}"


def _each(chosen: Sequence[ScheduleRow], deed: Callable[[ScheduleRow], object], done: str) -> str:
    refused: list[str] = []
    for one in chosen:
        try:
            deed(one)
        except ReadOnly:
            raise
        except ConductorError as error:
            refused.append(str(error))
    told = f"{len(chosen) - len(refused)} schedules are {done}"
    return f"{told}, {len(refused)} refused: {refused[0]}" if refused else f"{told}."
