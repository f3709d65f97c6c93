"""What the actions on schedules do."""

from conductor_tui.scheduleactions import SCHEDULE
from conductor_tui.schedulecommands import run_command
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.deeds import AnyScreen, Deed, open_deployment, started_sentence
from conductor_tui.subject import Subject
from engine.domain.errors import ConductorError
from engine.domain.schedule import Schedule, start_request

_BY_ID = {action.id: action for action in SCHEDULE}


def _facade(screen: AnyScreen) -> ScheduleFacade | None:
    facade = screen.context.facade
    return facade if isinstance(facade, ScheduleFacade) else None


def _new(screen: AnyScreen, subject: Subject) -> None:
    facade = _facade(screen)
    if facade is not None:
        _edit(screen, facade, subject.deployment_id)


def _open(screen: AnyScreen, subject: Subject) -> None:
    _with_model(screen, subject, copies=False)


def _copy(screen: AnyScreen, subject: Subject) -> None:
    _with_model(screen, subject, copies=True)


def _with_model(screen: AnyScreen, subject: Subject, *, copies: bool) -> None:
    facade, row = _facade(screen), subject.schedule
    if facade is None or row is None:
        return
    try:
        model = facade.schedule(row.deployment_id, row.id)
    except ConductorError as error:
        screen.say(str(error), is_bad=True)
    else:
        _edit(screen, facade, row.deployment_id, model, copies=copies)


def _edit(
    screen: AnyScreen,
    facade: ScheduleFacade,
    deployment_id: str | None,
    model: Schedule | None = None,
    *,
    copies: bool = False,
) -> None:
    from conductor_tui.screens.schedule_editor import ScheduleEditor

    def stored(schedule: Schedule | None) -> None:
        if schedule is not None:
            screen.say(f"Schedule {schedule.id} of {schedule.deployment_id} is stored.")
            screen.refetch()

    screen.app.push_screen(ScheduleEditor(screen.context, facade, deployment_id, model, copies=copies), stored)


def _run(screen: AnyScreen, subject: Subject) -> None:
    facade, row = _facade(screen), subject.schedule
    if facade is None or row is None:
        return
    try:
        request = start_request(facade.schedule(row.deployment_id, row.id))
    except ConductorError as error:
        screen.say(str(error), is_bad=True)
        return

    def answered(is_yes: bool | None) -> None:
        if is_yes:
            screen.carry_out(lambda: started_sentence(facade.start_scheduled(row.deployment_id, row.id)))

    question = Question(
        title=f"Run {row.id} now?",
        effect=f"{row.workflow_id} of {row.deployment_id} starts, or waits in the queue. Its own times stay.",
        command=run_command(request),
    )
    screen.app.push_screen(ConfirmScreen(question), answered)


def _pause(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.prompt import PromptScreen

    facade, row = _facade(screen), subject.schedule
    if facade is None or row is None:
        return

    def resume() -> str:
        facade.enable_schedule(row.deployment_id, row.id)
        return f"Schedule {row.id} of {row.deployment_id} runs again."

    def answered(reason: str | None) -> None:
        if reason is not None:
            screen.carry_out(lambda: _paused(facade, row.deployment_id, row.id, reason))

    if not row.enabled:
        screen.carry_out(resume)
        return
    told = "It does not run until it is resumed. Why? Everybody who looks at it sees the reason; it may be empty."
    command = f"{_BY_ID['schedule.pause'].command(subject)} --reason "
    screen.app.push_screen(PromptScreen(f"Pause schedule {row.id}?", told, "", command), answered)


def _paused(facade: ScheduleFacade, deployment_id: str, id: str, reason: str) -> str:
    facade.disable_schedule(deployment_id, id, reason)
    return f"Schedule {id} of {deployment_id} is paused."


def _story(focus: str) -> Deed:
    def deed(screen: AnyScreen, subject: Subject) -> None:
        from conductor_tui.screens.schedule_history import ScheduleHistoryScreen

        facade, row = _facade(screen), subject.schedule
        if facade is not None and row is not None:
            screen.app.push_screen(ScheduleHistoryScreen(screen.context, facade, row, focus=focus))

    return deed


def _calendar(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.schedule_calendar import ScheduleCalendar

    facade = _facade(screen)
    if facade is not None:
        screen.app.push_screen(ScheduleCalendar(screen.context, facade))


def _belongs(screen: AnyScreen, subject: Subject) -> None:
    if subject.deployment_id is not None:
        open_deployment(screen, subject.deployment_id)


DEEDS: dict[str, Deed] = {
    "deployment.schedule": _new,
    "schedule.new": _new,
    "schedule.open": _open,
    "schedule.copy": _copy,
    "schedule.run": _run,
    "schedule.deployment": _belongs,
    "schedule.next": _story("coming"),
    "schedule.pause": _pause,
    "schedule.history": _story("past"),
    "schedule.calendar": _calendar,
}
