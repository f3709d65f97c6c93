"""The form that makes, changes or copies a schedule, with what is to be expected beside every keystroke."""

from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Label, Select

from conductor_tui.context import Context
from conductor_tui.schedulefacade import ScheduleFacade
from conductor_tui.schedulemistakes import mistakes
from conductor_tui.scheduletexts import Texts, remedied
from conductor_tui.screens.dialogs import COPIES, keys
from conductor_tui.screens.forming import FormScreen
from conductor_tui.screens.schedule_form import ScheduleForm
from conductor_tui.screens.schedule_sight import ROWS, clear_sight, rehearsal_of, show_sight
from conductor_tui.screens.schedulefields import ENTRIES, mark_mistakes, read_texts, show_texts
from conductor_tui.spans import safe
from conductor_tui.widgets.checks import Checks
from conductor_tui.widgets.form import Field, Form
from conductor_tui.widgets.lines import Lines
from conductor_tui.widgets.tick import Tick
from engine.domain.errors import InvalidValue
from engine.domain.outlook import Outlook
from engine.domain.schedule import Schedule
from engine.domain.schedulechanges import ScheduleChanges
from engine.domain.schedulerequest import ScheduleRequest

LOOKED_AT = 60
"""How many coming runs are looked at."""
REHEARSED = 30
"""How many runs the test clock goes through."""
ROOMY = 100
"""Columns from which on both halves are shown; the style sheet's `-narrow` begins below."""
DEFAULT_ZONE = "UTC"
"""In which fields are looked at one by one where none is given; that a moment can be read is the same in all."""
LEAVE_AGAIN = "what was typed is not stored; esc again leaves it, ^s stores it"


def _errors(amount: int) -> str:
    return "1 error" if amount == 1 else f"{amount} errors"


class ScheduleEditor(ScheduleForm):
    """Shows what the fields mean while they are typed in; gives back the schedule that is stored then."""

    VERB: ClassVar[str] = "store"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("f3", "turn"),
        ("ctrl+n", "next_mistake"),
        ("ctrl+r", "remedies"),
        ("ctrl+t", "rehearse"),
    ]

    def __init__(
        self,
        context: Context,
        facade: ScheduleFacade,
        deployment_id: str | None = None,
        model: Schedule | None = None,
        *,
        copies: bool = False,
    ) -> None:
        super().__init__(context, facade, deployment_id, model, copies=copies)
        self._shown = self.before
        """What stood in the fields when the form opened."""
        self._outlook: Outlook | None = None
        """What is to be expected of what the fields say; None while they say nothing that can be."""
        self._wrong: dict[str, str] = {}
        self._wrong_values: dict[str, str] = {}
        self._left: Widget | None = None
        """Where the focus was when the other half was shown."""
        self._is_warned = False

    def on_mount(self) -> None:
        show_texts(self, self.before, is_named=self.edits is None)
        if self.copies:
            self.query_one("#name", Input).value = f"{self.before.name}-2"
        self._shown = read_texts(self)
        self.query_one("#name" if self.copies else "#when").focus()
        self.query_one("#preview").styles.height = ROWS
        self.query_one("#months").styles.height = 10
        clear_sight(self)
        self.ask(self.context.facade.deployments, self._placed, group="read")

    def keys_shown(self) -> tuple[tuple[str, str], ...]:
        is_roomy = self.app.size.width >= ROOMY
        amount = len(self._wrong)
        stores = f"{self.VERB} ({_errors(amount)})" if amount else self.VERB
        moves = ("tab", "next field") if is_roomy else ("F3", "form" if self._is_turned else "runs")
        offers = ("^n", "next error") if amount else ("^t", "test clock")
        last = (("F4", "as YAML"), COPIES if is_roomy else ("^y", "copy"), ("esc", "leave it" if is_roomy else "leave"))
        return (("^s", stores), moves, offers, *last)

    @on(Input.Changed)
    @on(Select.Changed)
    @on(Tick.Changed)
    def on_edited(self) -> None:
        self.redraw()

    @property
    def _is_turned(self) -> bool:
        return self.query_one("#dialog").has_class("-turned")

    def action_turn(self) -> None:
        """Show the other half where there is room for one only."""
        dialog = self.query_one("#dialog")
        if not self._is_turned:
            self._left = self.focused
        dialog.toggle_class("-turned")
        if not self._is_turned and self._left is not None:
            self._left.focus()
        self._tell_state()

    def action_next_mistake(self) -> None:
        """Go to the next field that is wrong, after the one that has the focus."""
        fields = [*(self.query_one(f"#{entry.id}", Input) for entry in ENTRIES)]
        wrong = [one for one in fields if one.id in self._wrong]
        wrong += [one.query_one(Input) for one in self.query(Field) if one.parameter_name in self._wrong_values]
        if not wrong:
            self.notify("No field is wrong.")
            return
        at = wrong.index(self.focused) + 1 if self.focused in wrong else 0
        if not self.query_one("#entries").display:
            self.action_turn()
        wrong[at % len(wrong)].focus()
        self.refuse([*self._wrong.values()][at % len(wrong)])

    def action_remedies(self) -> None:
        """Go to the ways out of what was found about the coming runs."""
        pane = self.query_one("#checks", Checks)
        if pane.can_focus:
            pane.focus()
        else:
            self.notify("Nothing stands in the way of its runs.")

    def on_checks_chosen(self, message: Checks.Chosen) -> None:
        seen = self._outlook
        if seen is None:
            return
        texts = remedied(read_texts(self), seen.schedule, message.remedy.schedule, now=self.context.look().now)
        show_texts(self, texts, is_named=self.edits is None)
        self.query_one("#when").focus()

    def action_rehearse(self) -> None:
        """Show what the poller would decide about the coming runs, on a test clock."""
        if self._outlook is None:
            self.notify("The test clock needs to know when it runs.")
        else:
            self.app.push_screen(rehearsal_of(self._outlook, self.context.look(), REHEARSED))

    def action_leave(self) -> None:
        """Leave; what was typed is given up with the second press only."""
        values, _ = self.query_one(Form).values()
        if self._is_warned or (read_texts(self) == self._shown and not values):
            self.dismiss(None)
            return
        self._is_warned = True
        self.refuse(LEAVE_AGAIN)

    def redraw(self) -> None:
        values, wrong = self.query_one(Form).values()
        self._is_warned = False
        self._wrong_values = {name: told for name, told in wrong.items() if told != "is required"}
        self.query_one(Form).tell(self._wrong_values)
        self.query_one("#command", Label).update(Content(safe(self.command(values))))
        texts = read_texts(self)
        self._find_mistakes(texts)
        if self.missing():
            clear_sight(self)
            self.refuse(self.missing(), is_bad=False)
            return
        try:
            asked = self.asked(values)
        except InvalidValue as error:
            self._unforeseen(str(error))
        else:
            self.ask(lambda: self._look(asked), self._foreseen, group="preview")

    def _find_mistakes(self, texts: Texts) -> None:
        found = mistakes(texts, now=self.context.look().now, default_zone=DEFAULT_ZONE)
        mark_mistakes(self, found)
        self._wrong = {**found, **{f"parameter {name}": f"{name} {told}" for name, told in self._wrong_values.items()}}
        self._tell_state()

    def _tell_state(self) -> None:
        """Say in the title and among the keys how many fields are wrong."""
        amount, is_touched = len(self._wrong), read_texts(self) != self._shown
        said = [*(["unsaved"] if is_touched else []), *([_errors(amount)] if amount else [])]
        self.query_one("#dialog").border_title = Content(
            safe("  ".join([self.title_shown(), ", ".join(said)]).rstrip())
        )
        self.query_one("#answers", Lines).show([keys(*self.keys_shown())])

    def _look(self, asked: ScheduleRequest | ScheduleChanges) -> Outlook:
        if isinstance(asked, ScheduleRequest):
            return self.scheduling.outlook_request(asked, limit=LOOKED_AT)
        return self.scheduling.outlook_changes(self.deployment_id, self.before.name, asked, limit=LOOKED_AT)

    def _foreseen(self, seen: Outlook) -> None:
        self._outlook = seen
        if not self._is_warned:
            self.refuse("")
        show_sight(self, seen, self.context.look())

    def _unforeseen(self, reason: str) -> None:
        self._outlook = None
        self.refuse(reason)
        clear_sight(self)

    def on_form_screen_failed(self, message: FormScreen.Failed) -> None:
        super().on_form_screen_failed(message)
        self._unforeseen(message.reason)
