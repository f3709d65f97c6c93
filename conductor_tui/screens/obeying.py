"""The command mode on a screen: what is proposed, and what each order does."""

from collections.abc import Callable

from conductor_tui import commands
from conductor_tui.actions import Action
from conductor_tui.commands import Do, Go, Misunderstood, Open, Order, Start, Theme
from conductor_tui.keys import reachable
from conductor_tui.screens.deeds import DEEDS, AnyScreen, open_deployment, open_execution, started_sentence
from conductor_tui.subject import Subject
from conductor_tui.widgets.command import CommandBar
from engine.domain.execution import Execution

WORKFLOWS = ("install", "uninstall", "update", "heal", "scale", "execute_operation")
"""Workflows that are proposed; any other can be typed."""


def actions_of(screen: AnyScreen) -> tuple[Action, ...]:
    """Return the actions that can be done where the user is."""
    return tuple(one for one in reachable(screen.scopes(), screen.context.keymap) if one.id != "command")


def open_line(screen: AnyScreen) -> None:
    """Open the line in which a command is typed."""
    history, actions = screen.context.sitting.state.history, actions_of(screen)
    bar, facade = screen.query_one(CommandBar), screen.context.facade
    bar.open(commands.proposals(actions, (), (), history), history)

    def known() -> Callable[[], None]:
        proposals = commands.proposals(actions, [one.id for one in facade.deployments()], WORKFLOWS, history)
        return lambda: bar.propose(proposals)

    screen.look_up(known)


def obey(screen: AnyScreen, text: str) -> None:
    """Do what a line says, or say why not."""
    if not text:
        return
    screen.context.sitting.state.remember(text)
    try:
        order = commands.read(text, actions_of(screen))
    except Misunderstood as error:
        screen.say(str(error), is_bad=True)
        return
    _carry_out(screen, order)


def _carry_out(screen: AnyScreen, order: Order) -> None:
    match order:
        case Go():
            _go(screen, order)
        case Start(deployment_id, workflow_id):
            _start(screen, deployment_id, workflow_id)
        case Open(id):
            _open(screen, id)
        case Theme(name):
            _theme(screen, name)
        case Do(action):
            screen.perform(action)


def _go(screen: AnyScreen, order: Go) -> None:
    state = screen.context.sitting.state
    state.filters[order.view] = order.filter
    if order.status:
        state.status = order.status
    is_here = screen.app.current_mode == order.view and len(screen.app.screen_stack) == 1
    DEEDS[f"view.{order.view}"](screen, Subject())
    if is_here:
        screen.app.call_later(screen.on_screen_resume)


def _start(screen: AnyScreen, deployment_id: str, workflow_id: str) -> None:
    from conductor_tui.screens.start import StartScreen

    if screen.context.sitting.config.read_only:
        screen.say("start: the cockpit is read-only", is_bad=True)
        return

    def started(execution: Execution | None) -> None:
        if execution is not None:
            screen.say(started_sentence(execution))
            open_execution(screen, execution.id)

    screen.app.push_screen(StartScreen(screen.context, deployment_id, workflow_id), started)


def _open(screen: AnyScreen, id: str) -> None:
    """Open a deployment of that name, else the one execution whose id begins so."""
    facade = screen.context.facade

    def known() -> Callable[[], None]:
        if any(one.id == id for one in facade.deployments()):
            return lambda: open_deployment(screen, id)
        found = next((one.id for one in facade.executions(is_newest_first=True) if one.id.startswith(id)), "")
        return (lambda: open_execution(screen, found)) if found else (lambda: screen.say(_nothing(id), is_bad=True))

    screen.look_up(known)


def _nothing(id: str) -> str:
    return f"open: there is no deployment `{id}`, and no execution whose id begins so"


def _theme(screen: AnyScreen, name: str) -> None:
    from conductor_tui.app import Cockpit  # the app knows the screens

    if isinstance(screen.app, Cockpit):
        screen.app.show_theme(name)
        screen.context.sitting.state.theme = name
