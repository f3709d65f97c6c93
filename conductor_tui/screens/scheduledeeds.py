"""What the actions on schedules do."""

from conductor_tui.scheduleactions import SCHEDULE
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.screens.deeds import AnyScreen, Deed
from conductor_tui.subject import Subject
from engine.domain.schedule import Schedule

_BY_ID = {action.id: action for action in SCHEDULE}


def _facade(screen: AnyScreen) -> ScheduleFacade | None:
    facade = screen.context.facade
    return facade if isinstance(facade, ScheduleFacade) else None


def _new(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.schedule_editor import ScheduleEditor

    facade, deployment_id = _facade(screen), subject.deployment_id

    def made(schedule: Schedule | None) -> None:
        if schedule is not None:
            screen.say(f"Schedule {schedule.id} of {schedule.deployment_id} is stored.")
            screen.refetch()

    if facade is not None and deployment_id is not None:
        screen.app.push_screen(ScheduleEditor(screen.context, facade, deployment_id), made)


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


def _history(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.schedule_history import ScheduleHistoryScreen

    facade, row = _facade(screen), subject.schedule
    if facade is not None and row is not None:
        screen.app.push_screen(ScheduleHistoryScreen(screen.context, facade, row))


def _calendar(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.schedule_calendar import ScheduleCalendar

    facade = _facade(screen)
    if facade is not None:
        screen.app.push_screen(ScheduleCalendar(screen.context, facade))


DEEDS: dict[str, Deed] = {
    "deployment.schedule": _new,
    "schedule.new": _new,
    "schedule.pause": _pause,
    "schedule.history": _history,
    "schedule.calendar": _calendar,
}
