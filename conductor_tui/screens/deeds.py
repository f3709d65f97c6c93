"""What each action does, wherever it is asked for; screens add what only they can do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from conductor_tui import yanking
from conductor_tui.actions import BY_ID
from conductor_tui.cells import short
from conductor_tui.frame import Counts
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.parts import farewell
from conductor_tui.subject import Subject
from engine.domain.execution import CancelKind, Execution, Status
from engine.domain.view import EngineState

AnyScreen = ViewScreen[Any]
Deed = Callable[[AnyScreen, Subject], None]


def _view(name: str) -> Deed:
    def deed(screen: AnyScreen, subject: Subject) -> None:
        app = screen.app
        screen.context.sitting.state.screen = name
        if app.current_mode != name:
            app.switch_mode(name)
        elif len(app.screen_stack) > 1:
            app.call_later(_to_root, screen)

    return deed


async def _to_root(screen: AnyScreen) -> None:
    """Leave the details of the view that is shown already."""
    while len(screen.app.screen_stack) > 1:
        await screen.app.pop_screen()


def open_execution(screen: AnyScreen, execution_id: str) -> None:
    from conductor_tui.screens.execution import ExecutionScreen

    screen.app.push_screen(ExecutionScreen(screen.context, execution_id))


def open_deployment(screen: AnyScreen, deployment_id: str) -> None:
    from conductor_tui.screens.deployment import DeploymentScreen

    screen.app.push_screen(DeploymentScreen(screen.context, deployment_id))


def _open_execution(screen: AnyScreen, subject: Subject) -> None:
    if subject.execution is not None:
        open_execution(screen, subject.execution.id)


def _open_deployment(screen: AnyScreen, subject: Subject) -> None:
    if subject.deployment_id is not None:
        open_deployment(screen, subject.deployment_id)


def _open_latest(screen: AnyScreen, subject: Subject) -> None:
    row = subject.deployment
    latest = subject.execution or (row.latest if row else None)
    if latest is not None:
        open_execution(screen, latest.id)


def _start(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.start import StartScreen

    if subject.deployment_id is None:
        return

    def started(execution: Execution | None) -> None:
        if execution is not None:
            screen.say(started_sentence(execution))
            open_execution(screen, execution.id)

    screen.app.push_screen(StartScreen(screen.context, subject.deployment_id), started)


def _update(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.update import UpdateScreen

    def started(execution: Execution | None) -> None:
        if execution is not None:
            screen.say(started_sentence(execution))
            open_execution(screen, execution.id)

    if subject.deployment_id is not None:
        screen.app.push_screen(UpdateScreen(screen.context, subject.deployment_id), started)


def started_sentence(execution: Execution) -> str:
    """Return what has become of a start."""
    if execution.status is Status.QUEUED:
        return f"{execution.workflow_id} is queued as {short(execution.id)}; it starts when possible."
    return f"{execution.workflow_id} has started as {short(execution.id)}."


def _create_deployment(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.create import CreateScreen

    def created(deployment_id: str | None) -> None:
        if deployment_id is not None:
            screen.say(f"Deployment {deployment_id} is made; t starts its install.")
            open_deployment(screen, deployment_id)

    if subject.blueprint is not None:
        screen.app.push_screen(CreateScreen(screen.context, subject.blueprint.id), created)


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

        _ask(screen, cancel_question(execution, kind, subject), work)

    return deed


def _cancel_latest(screen: AnyScreen, subject: Subject) -> None:
    row = subject.deployment
    if row is not None and row.latest is not None:
        _cancel(CancelKind.CANCEL)(screen, Subject(execution=row.latest, engine=subject.engine))


def _ask(screen: AnyScreen, question: Question, work: Callable[[], str]) -> None:
    def answered(is_yes: bool | None) -> None:
        if is_yes:
            screen.carry_out(work)

    screen.app.push_screen(ConfirmScreen(question), answered)


def _delete_deployment(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.deployment, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_deployment(row.id)
        return f"Deployment {row.id} is deleted."

    living = f" {row.started_instances} of them are started: run uninstall first." if row.started_instances else ""
    question = Question(
        title=f"Delete deployment {row.id}?",
        effect=f"It goes with its {row.instances} node instances, schedules and executions.{living}",
        command=BY_ID["deployment.delete"].command(subject),
        word=row.id,
    )
    _ask(screen, question, work)


def _delete_schedule(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.schedule, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_schedule(row.deployment_id, row.id)
        return f"Schedule {row.id} of {row.deployment_id} is deleted."

    question = Question(
        title=f"Delete schedule {row.id}?",
        effect=f"{row.workflow_id} of {row.deployment_id} no longer runs {row.rule}.",
        command=BY_ID["schedule.delete"].command(subject),
    )
    _ask(screen, question, work)


def _delete_blueprint(screen: AnyScreen, subject: Subject) -> None:
    row, facade = subject.blueprint, screen.context.facade
    if row is None:
        return

    def work() -> str:
        facade.delete_blueprint(row.id)
        return f"Blueprint {row.id} is deleted."

    question = Question(
        title=f"Delete blueprint {row.id}?",
        effect="Its stored files go; no deployment is made of it.",
        command=BY_ID["blueprint.delete"].command(subject),
        word=row.id,
    )
    _ask(screen, question, work)


def _start_engine(screen: AnyScreen, subject: Subject) -> None:
    def work() -> str:
        engine = screen.context.facade.ensure_engine()
        return f"The engine runs as process {engine.pid}."

    screen.carry_out(work)


def _copy_command(screen: AnyScreen, subject: Subject) -> None:
    line = yanking.command(subject)
    screen.app.copy_to_clipboard(line)
    screen.say(f"Copied: {line}" if line else "there is no command line for this")


def _screenshot(screen: AnyScreen, subject: Subject) -> None:
    if screen.app.is_web:
        screen.app.deliver_screenshot()
        return
    name = f"conductor-{screen.VIEW}-{screen.context.clock():%Y%m%d-%H%M%S}.svg"
    try:
        path = screen.app.save_screenshot(name, str(Path.cwd()))
    except OSError as error:
        screen.say(f"Screenshot: {Path.cwd() / name} cannot be written: {error.strerror}", is_bad=True)
    else:
        screen.say(f"The picture is in {path}")


def _palette(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.palette import Palette

    screen.app.push_screen(Palette())


def _help(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.help import HelpScreen

    context = screen.context
    help_screen = HelpScreen(screen.scopes(), context.keymap, screen.why_not_here, enter=context.glyphs.enter)
    screen.app.push_screen(help_screen)


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


DEEDS: dict[str, Deed] = {
    **{
        f"view.{name}": _view(name)
        for name in (
            "home",
            "deployments",
            "executions",
            "queue",
            "schedules",
            "blueprints",
            "events",
            "system",
        )
    },
    "deployment.open": _open_deployment,
    "deployment.start": _start,
    "deployment.update": _update,
    "deployment.log": _open_latest,
    "deployment.cancel": _cancel_latest,
    "deployment.delete": _delete_deployment,
    "execution.open": _open_execution,
    "execution.cancel": _cancel(CancelKind.CANCEL),
    "execution.force-cancel": _cancel(CancelKind.FORCE),
    "execution.kill": _cancel(CancelKind.KILL),
    "execution.deployment": _open_deployment,
    "execution.start": _start,
    "schedule.delete": _delete_schedule,
    "blueprint.deploy": _create_deployment,
    "blueprint.delete": _delete_blueprint,
    "engine.start": _start_engine,
    "copy.command": _copy_command,
    "find": lambda screen, subject: screen.find(),
    "refresh": lambda screen, subject: screen.refetch(),
    "screenshot": _screenshot,
    "palette": _palette,
    "help": _help,
    "back": lambda screen, subject: screen.step_back(),
    "quit": _quit,
    "quit.now": _leave,
}
