"""What every screen does with a key, a click or a command: the action's deed on what the cursor stands on."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from textual import events, on, work
from textual.screen import Screen
from textual.widgets import Input

from conductor_tui.actions import BY_ID, Action, Scope
from conductor_tui.context import Context
from conductor_tui.keys import elsewhere, resolve
from conductor_tui.messages import Done, Refused
from conductor_tui.spans import safe
from conductor_tui.subject import Subject
from conductor_tui.widgets.lines import Lines
from engine.domain.errors import ConductorError


class ActingScreen(Screen[None]):
    """A screen on which actions are done."""

    view: Any = None
    """What is shown; None before anything was read."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    # What each screen gives.

    def subject(self) -> Subject:
        """Return what the cursor stands on."""
        return Subject()

    def scopes(self) -> tuple[Scope, ...]:
        """Return the scopes of the focused part, nearest first."""
        return ()

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        """Return what only this screen does, by action id."""
        return {}

    @abstractmethod
    def common_deed(self, action: Action, subject: Subject) -> None:
        """Do what an action does on every screen."""

    @abstractmethod
    def refetch(self) -> None:
        """Read everything again, changed or not."""

    # Keys.

    def action_press(self, key: str) -> None:
        action = resolve(key, self.scopes(), self.context.keymap)
        if action is not None:
            self.perform(action)
        else:
            self.say(elsewhere(key, self.context.keymap), is_bad=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a key to the line in which something is typed."""
        is_typing = isinstance(self.focused, Input) and parameters != ("ctrl+q",)
        return not (action == "press" and is_typing)

    def on_key(self, event: events.Key) -> None:
        """Obey a key that the user gave an action, and say so where a key means nothing; the others are bindings."""
        if any(event.key in keys for keys in self.context.keymap.changed.values()):
            self.action_press(event.key)
        elif event.key not in self.active_bindings and not isinstance(self.focused, Input):
            self.say(elsewhere(event.key, self.context.keymap), is_bad=True)

    @on(Lines.Clicked)
    def on_clicked(self, message: Lines.Clicked) -> None:
        self.perform(BY_ID[message.action])

    # Doing.

    def perform(self, action: Action) -> None:
        """Do what an action says to what the cursor stands on, or say why not."""
        subject = self.subject()
        reason = self.why_not(action, subject)
        if reason:
            self.say(f"{action.title}: {reason}", is_bad=True)
            return
        self.context.sitting.visits.goal = None
        own = self.own_deeds().get(action.id)
        if own is not None:
            own()
        else:
            self.common_deed(action, subject)

    def why_not(self, action: Action, subject: Subject) -> str:
        """Return why an action cannot be done now; empty when it can."""
        if action.changes and self.context.sitting.config.read_only:
            return "the cockpit is read-only; start it without --read-only, or change the config file"
        reason = action.enabled(subject)
        return reason if not reason or self.view is not None else "nothing is loaded yet"

    def why_not_here(self, action: Action) -> str:
        """Return why an action cannot be done to what the cursor stands on now."""
        return self.why_not(action, self.subject())

    def say(self, text: str, *, is_bad: bool = False) -> None:
        """Show a line for some seconds; `text` may hold anything."""
        self.notify(safe(text, 400), severity="warning" if is_bad else "information", markup=False)

    @work(thread=True, exclusive=True, exit_on_error=False, group="deed")
    def carry_out(self, deed: Callable[[], str]) -> None:
        """Run a deed in a thread; it returns what is then said."""
        try:
            said = deed()
        except ConductorError as error:
            self.post_message(Refused(str(error)))
        else:
            self.post_message(Done(said))

    @work(thread=True, exclusive=True, exit_on_error=False, group="look-up")
    def look_up(self, question: Callable[[], Callable[[], None]]) -> None:
        """Ask the facade in a thread; what the answer says is done on the screen's side."""
        try:
            then = question()
        except ConductorError as error:
            self.post_message(Refused(str(error)))
        else:
            self.app.call_from_thread(then)

    def on_done(self, message: Done) -> None:
        if message.said:
            undoes = self.context.sitting.journal.undoes_last
            self.say(f"{message.said} (z undoes {undoes})" if undoes else message.said)
        self.refetch()

    def on_refused(self, message: Refused) -> None:
        self.say(message.reason, is_bad=True)
        self.refetch()
