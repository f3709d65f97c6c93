"""What the actions do that need no row: commands, copying, undo, the journal, colours, the first run."""

import os
from collections.abc import Callable

from conductor_tui import clipboard
from conductor_tui.logfiles import as_text
from conductor_tui.screens.choice import Choice, ChoiceScreen
from conductor_tui.screens.deeds import AnyScreen, Deed, open_deployment
from conductor_tui.screens.pages import TOUR, PageScreen, journal_lines
from conductor_tui.spans import LONGEST
from conductor_tui.subject import Subject
from conductor_tui.themes import NAMES, SUMMARIES
from conductor_tui.yanking import copies, keep


def _command(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.obeying import open_line

    open_line(screen)


def _copy(screen: AnyScreen, subject: Subject) -> None:
    texts = copies(subject)
    choices = [Choice(one.name, one.name, one.text, one.letter) for one in texts]

    def chosen(name: str | None) -> None:
        text = next((one.text for one in texts if one.name == name), None)
        if text is not None and name == texts[0].name and _is_cut(subject):
            _copy_lines(screen, subject.event_ids)
        elif text is not None:
            copy(screen, text)

    screen.app.push_screen(ChoiceScreen("Copy", choices, cursor=screen.context.glyphs.cursor), chosen)


def _is_cut(subject: Subject) -> bool:
    return bool(subject.event_ids) and any(len(one) > LONGEST for one in subject.texts)


def _copy_lines(screen: AnyScreen, ids: tuple[int, ...]) -> None:
    """Copy lines of a log to their ends, which the log pane does not hold."""
    facade, look = screen.context.facade, screen.look

    def read() -> Callable[[], None]:
        events = [one for id in ids for one in facade.events(id - 1, limit=1)]
        text = "\n".join(map(as_text(look, with_execution=False), events))
        return lambda: copy(screen, text)

    screen.look_up(read)


def copy(screen: AnyScreen, text: str) -> None:
    """Put a text on the clipboard, and into a file for terminals that do not take it."""
    screen.app.copy_to_clipboard(text)
    path = keep(text, screen.context.sitting.state_path)
    if not clipboard.fits(text, os.environ):
        told = f"{len(text)} characters are more than a terminal's clipboard takes"
        screen.say(f"{told}; they are in {path}" if path else f"{told}: nothing is copied", is_bad=path is None)
        return
    also = f"; a terminal that takes no copies finds it in {path}" if path else ""
    screen.say(f"Copied {text if len(text) < 80 else f'{len(text)} characters'}{also}")


def _undo(screen: AnyScreen, subject: Subject) -> None:
    journal, facade = screen.context.sitting.journal, screen.context.facade
    deed = journal.reversible
    if deed is None or deed.undo is None:
        screen.say("Undo: nothing was done here that can be taken back", is_bad=True)
        return
    verb, arguments = deed.undo

    def work() -> str:
        getattr(facade, verb)(*arguments)
        journal.take_back(deed)
        journal.take_back(journal.deeds[-1])
        return f"Taken back: {deed.command}"

    screen.carry_out(work)


def _journal(screen: AnyScreen, subject: Subject) -> None:
    context = screen.context
    lines = journal_lines(context.sitting.journal.deeds, context.glyphs, context.zone)
    screen.app.push_screen(PageScreen("Done here, as command lines", [lines]))


def _freeze(screen: AnyScreen, subject: Subject) -> None:
    sitting = screen.context.sitting
    sitting.is_frozen = not sitting.is_frozen
    if sitting.is_frozen:
        screen.draw_frame()
    else:
        screen.refetch()


def _theme(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.app import Cockpit  # the app knows the screens

    app, sitting = screen.app, screen.context.sitting
    if not isinstance(app, Cockpit):
        return
    before = app.shown_theme

    def chosen(name: str | None) -> None:
        app.show_theme(name or before)
        if name is None:
            return
        sitting.state.theme = name
        if sitting.config.theme not in (None, name):
            screen.say(f"{name} until you leave; the config file says {sitting.config.theme}")

    choices = [Choice(name, name, SUMMARIES[name]) for name in NAMES]
    cursor = screen.context.glyphs.cursor
    app.push_screen(ChoiceScreen("Theme", choices, current=before, preview=app.show_theme, cursor=cursor), chosen)


def _mouse(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.app import Cockpit  # the app knows the screens

    app = screen.app
    if not isinstance(app, Cockpit):
        return
    app.take_mouse(is_on=not screen.context.sitting.has_mouse)
    is_on = screen.context.sitting.has_mouse
    screen.say(
        "The mouse is the cockpit's." if is_on else "The mouse is the terminal's: select text with it; M takes it back."
    )
    screen.draw_frame()


def _tour(screen: AnyScreen, subject: Subject) -> None:
    screen.context.sitting.state.has_toured = True
    screen.app.push_screen(PageScreen("A short tour", TOUR))


def _demo(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.firstrun import begin_demo

    screen.carry_out(lambda: begin_demo(screen.context.facade))


def _upload(screen: AnyScreen, subject: Subject) -> None:
    from conductor_tui.screens.create import CreateScreen
    from conductor_tui.screens.firstrun import UploadScreen

    def created(deployment_id: str | None) -> None:
        if deployment_id is not None:
            screen.say(f"Deployment {deployment_id} is made; t starts its install.")
            open_deployment(screen, deployment_id)

    def uploaded(blueprint_id: str | None) -> None:
        if blueprint_id is not None:
            screen.say(f"Blueprint {blueprint_id} is stored.")
            screen.refetch()
            screen.app.push_screen(CreateScreen(screen.context, blueprint_id), created)

    screen.app.push_screen(UploadScreen(screen.context), uploaded)


DEEDS: dict[str, Deed] = {
    "command": _command,
    "copy": _copy,
    "undo": _undo,
    "journal": _journal,
    "freeze": _freeze,
    "theme": _theme,
    "mouse": _mouse,
    "zoom": lambda screen, subject: screen.zoom(1),
    "zoom.out": lambda screen, subject: screen.zoom(-1),
    "tour": _tour,
    "first.demo": _demo,
    "first.upload": _upload,
    "first.tour": _tour,
    "blueprint.upload": _upload,
}
