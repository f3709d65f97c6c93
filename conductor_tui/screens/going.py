"""Going through the history of places."""

from conductor_tui.screens.deeds import AnyScreen, Deed
from conductor_tui.subject import Subject
from conductor_tui.visits import Place


async def go(screen: AnyScreen, place: Place) -> None:
    """Show a place again: its view, with the detail on it if it is one."""
    app = screen.app
    if app.current_mode != place.view:
        await app.switch_mode(place.view)
    top = app.screen
    if getattr(top, "here", None) == place:
        screen.context.sitting.visits.goal = None
        return
    while len(app.screen_stack) > 1:
        await app.pop_screen()
    if place.kind:
        await app.push_screen(_detail(screen, place))


def _detail(screen: AnyScreen, place: Place) -> AnyScreen:
    match place.kind:
        case "deployment":
            from conductor_tui.screens.deployment import DeploymentScreen

            return DeploymentScreen(screen.context, place.id)
        case "blueprint":
            from conductor_tui.screens.blueprint import BlueprintScreen

            return BlueprintScreen(screen.context, place.id)
        case "stored":
            from conductor_tui.screens.stored import StoredScreen

            return StoredScreen(screen.context)
    from conductor_tui.screens.execution import ExecutionScreen

    return ExecutionScreen(screen.context, place.id)


def _step(step: int, none: str) -> Deed:
    def deed(screen: AnyScreen, subject: Subject) -> None:
        place = screen.context.sitting.visits.step(step)
        if place is None:
            screen.say(none, is_bad=True)
        else:
            screen.app.call_later(go, screen, place)

    return deed


def _last(screen: AnyScreen, subject: Subject) -> None:
    place = screen.context.sitting.visits.last
    if place is None:
        screen.say("Last view: you have been nowhere else yet", is_bad=True)
    else:
        screen.app.call_later(go, screen, place)


DEEDS: dict[str, Deed] = {
    "history.back": _step(-1, "Back in history: this is where you began"),
    "history.forward": _step(1, "On in history: you have not gone back"),
    "history.last": _last,
}
