"""What opens, starts and makes things, wherever it is asked for; screens add what only they can do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from conductor_tui import yanking
from conductor_tui.cells import short
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.subject import Subject
from engine.domain.execution import Execution, Status

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


def ask(screen: AnyScreen, question: Question, work: Callable[[], str]) -> None:
    """Do something in a thread after a yes."""

    def answered(is_yes: bool | None) -> None:
        if is_yes:
            screen.carry_out(work)

    screen.app.push_screen(ConfirmScreen(question), answered)


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
    "execution.open": _open_execution,
    "execution.deployment": _open_deployment,
    "execution.start": _start,
    "blueprint.deploy": _create_deployment,
    "engine.start": _start_engine,
    "copy.command": _copy_command,
    "find": lambda screen, subject: screen.find(),
    "refresh": lambda screen, subject: screen.refetch(),
    "screenshot": _screenshot,
    "palette": _palette,
    "help": _help,
    "back": lambda screen, subject: screen.step_back(),
}
