"""What the forms share: reading what is asked for, what is wrong, sending once, the keys."""

from abc import abstractmethod
from collections.abc import Callable
from inspect import isawaitable
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Label
from textual.worker import Worker, WorkerState, get_current_worker

from conductor_tui import yamlform
from conductor_tui.context import Context
from conductor_tui.editing import CannotLeave, edited
from conductor_tui.screens.dialogs import COPIES, copy_command, keys
from conductor_tui.spans import safe
from conductor_tui.widgets.form import Form
from conductor_tui.widgets.lines import Lines
from engine.domain.errors import ConductorError
from engine.domain.json import JsonObject

SEND = "send"
"""The group of workers that send; what fails in another one leaves a deed under way alone."""
MISTAKES = 12
"""Lines of a refusal that are shown."""

Result = TypeVar("Result")
Answer = TypeVar("Answer")


class FormScreen(ModalScreen[Result | None], Generic[Result]):
    """A form over the cockpit; gives back what was made, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+s", "send"),
        ("escape", "leave"),
        ("ctrl+y", "copy"),
        ("f4", "edit"),
    ]
    VERB: ClassVar[str] = "send"
    """What ^s does, in one word."""
    EDITS: ClassVar[str] = "as YAML"
    """What F4 opens in an editor."""

    class Answered(Message):
        """A thread has an answer; `then` takes it on the screen's side."""

        def __init__(self, then: Callable[[], object]) -> None:
            self.then = then
            super().__init__()

    class Failed(Message):
        """Reading or sending was refused; `group` says which of them."""

        def __init__(self, reason: str, group: str) -> None:
            self.reason, self.group = reason, group
            super().__init__()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self._is_sending = False
        self._document = ""
        """What was written in the editor and could not be taken over; the next try begins with it."""

    @abstractmethod
    def title_shown(self) -> str:
        """Return what the form's border says."""

    @abstractmethod
    def head(self) -> ComposeResult:
        """Yield what stands above the fields."""

    def foot(self) -> ComposeResult:
        """Yield what stands below the fields."""
        yield from ()

    @abstractmethod
    def command(self, values: JsonObject) -> str:
        """Return the command line that does the same."""

    @abstractmethod
    def missing(self) -> str:
        """Return what else than a field is still needed; empty when nothing is."""

    @abstractmethod
    def sending(self, values: JsonObject) -> Callable[[], Result]:
        """Return the deed for a thread, with all that was chosen bound to it."""

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(safe(self.title_shown()))
            yield from self.head()
            yield Form(id="form")
            yield from self.foot()
            yield Label(Content(""), id="refusal", markup=False)
            yield Label(Content(""), id="command", markup=False)
            yield Lines(id="answers")

    def on_mount(self) -> None:
        self.query_one("#answers", Lines).show([keys(*self.keys_shown())])

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that the last line tells, with what they do."""
        return (("^s", self.VERB), ("tab", "next field"), ("F4", self.EDITS), COPIES, ("esc", "leave it"))

    def on_form_changed(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        """Show what is wrong so far, and the command line that does the same."""
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell({name: told for name, told in wrong.items() if told != "is required"})
        self.query_one("#command", Label).update(Content(safe(self.command(values))))

    def refuse(self, reason: str, *, is_bad: bool = True) -> None:
        """Say something below the fields."""
        label = self.query_one("#refusal", Label)
        label.set_class(is_bad, "-bad")
        label.update(Content("\n".join(safe(line, 300) for line in reason.splitlines()[:MISTAKES])))

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_copy(self) -> None:
        copy_command(self, self.command(self.query_one(Form).values()[0]))

    def action_edit(self) -> None:
        """Let the user write the values as YAML in an editor; what is wrong is shown at the fields."""
        form = self.query_one(Form)
        title = self.title_shown()
        self.context.sitting.keep()
        document = self._document or yamlform.written(form.parameters, form.texts, title=title)
        try:
            self._document = edited(self.app, document, "values.yaml")
            form.fill(yamlform.texts_of(self._document, form.parameters))
        except CannotLeave as error:
            self.refuse(str(error))
        except yamlform.BadDocument as error:
            self.refuse(f"{error}; F4 goes on writing")
        else:
            self._document = ""
            self.refuse("")
            form.tell(form.values()[1], moves=True)

    def action_send(self) -> None:
        values, wrong = self.query_one(Form).values()
        self.query_one(Form).tell(wrong, moves=True)
        if wrong or self.missing():
            amount = "1 field needs a look" if len(wrong) == 1 else f"{len(wrong)} fields need a look"
            self.refuse(amount if wrong else self.missing())
        elif not self._is_sending:
            self._is_sending = True
            self.send(values)

    def send(self, values: JsonObject) -> None:
        """Do it, with values that fit."""
        self.ask(self.sending(values), self._made, group=SEND)

    def _made(self, made: Result) -> None:
        self.dismiss(made)

    def ask(self, question: Callable[[], Answer], then: Callable[[Answer], object], *, group: str) -> None:
        """Ask the facade in a thread, and hand its answer to `then` on the screen's side.

        What the group asked before is answered no more: a slow old answer must not come after a newer one.
        """
        self.run_worker(
            lambda: self._answer(question, then, group), thread=True, exclusive=True, exit_on_error=False, group=group
        )

    def _answer(self, question: Callable[[], Answer], then: Callable[[Answer], object], group: str) -> None:
        worker = get_current_worker()
        told: Message
        try:
            answer = question()
        except ConductorError as error:
            told = self.Failed(str(error), group)
        else:
            told = self.Answered(lambda: then(answer))
        if not worker.is_cancelled:
            self.post_message(told)

    async def on_form_screen_answered(self, message: Answered) -> None:
        outcome = message.then()
        if isawaitable(outcome):
            await outcome

    def on_form_screen_failed(self, message: Failed) -> None:
        if message.group == SEND:
            self._is_sending = False
        self.refuse(message.reason)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        error = event.worker.error
        if event.state is WorkerState.ERROR and error is not None:
            self.post_message(self.Failed(f"{type(error).__name__}: {error}", event.worker.group))
