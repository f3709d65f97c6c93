"""A form made from declared parameters: a field each, with what is wrong below it."""

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label

from conductor_tui.fields import collect, initial, kind, valid_values
from conductor_tui.spans import safe
from engine.domain.blueprint import Parameter
from engine.domain.json import JsonObject


class Field(Vertical):
    """One parameter."""

    DEFAULT_CSS = """
    Field { height: auto; margin-bottom: 1; }
    Field Horizontal { height: 1; }
    Field .name { width: 24; text-overflow: ellipsis; text-wrap: nowrap; }
    Field Input { width: 1fr; }
    Field .told { padding-left: 24; color: $text-muted; width: 1fr; height: auto; max-height: 2; }
    Field.-wrong .told { color: $text-error; }
    """

    def __init__(self, name: str, parameter: Parameter) -> None:
        super().__init__()
        self.parameter_name, self.parameter = name, parameter
        self._held = initial(parameter)
        """The text that the box stands for while nobody types in it: it may be more than can be shown."""

    def compose(self) -> ComposeResult:
        parameter = self.parameter
        choices = [str(one) for one in valid_values(parameter)]
        if parameter.type == "boolean":
            choices = ["true", "false"]
        with Horizontal():
            yield Label(Content(safe(parameter.display_label or self.parameter_name, 40)), classes="name", markup=False)
            yield Input(
                value=safe(self._held),
                compact=True,
                select_on_focus=False,
                suggester=SuggestFromList(choices, case_sensitive=False) if choices else None,
            )
        yield Label(Content(self.described), classes="told", markup=False)

    @property
    def described(self) -> str:
        words = safe(self.parameter.description.strip().replace("\n", " "), 300)
        return f"{safe(kind(self.parameter), 200)}" + (f" · {words}" if words else "")

    @property
    def text(self) -> str:
        """The field's text; one that was not typed comes back as it was given, whatever of it can be shown."""
        typed = self.query_one(Input).value
        return self._held if typed == safe(self._held) else typed

    def fill(self, text: str) -> None:
        """Put a text into the box."""
        self._held = text
        self.query_one(Input).value = safe(text)

    def tell(self, wrong: str) -> None:
        """Show what is wrong; empty shows what the field is."""
        self.set_class(bool(wrong), "-wrong")
        told = f"{safe(self.parameter_name, 40)} {wrong}" if wrong else self.described
        self.query_one(".told", Label).update(Content(told))


class Form(VerticalScroll, can_focus=False):
    """All fields of one form."""

    class Changed(Message):
        """A field was typed in."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._parameters: Mapping[str, Parameter] = {}

    async def show(self, parameters: Mapping[str, Parameter]) -> None:
        """Ask for these parameters instead of the earlier ones."""
        self._parameters = {name: one for name, one in parameters.items() if not one.hidden}
        await self.remove_children()
        fields = [Field(name, one) for name, one in sorted(self._parameters.items(), key=_needed_first)]
        if fields:
            await self.mount(*fields)
        else:
            await self.mount(Label(Content("no parameters: it starts as it is"), classes="told"))

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """What is asked for, in the order of the fields."""
        return {field.parameter_name: field.parameter for field in self.query(Field)}

    @property
    def texts(self) -> dict[str, str]:
        return {field.parameter_name: field.text for field in self.query(Field)}

    def fill(self, texts: Mapping[str, str]) -> None:
        """Put these texts into the fields; the others go back to their defaults."""
        for field in self.query(Field):
            field.fill(texts.get(field.parameter_name, initial(field.parameter)))

    def values(self) -> tuple[JsonObject, dict[str, str]]:
        """Return the values that differ from the defaults, and what is wrong by field."""
        return collect(self._parameters, self.texts)

    def tell(self, wrong: Mapping[str, str], *, moves: bool = False) -> None:
        """Show what is wrong at each field; `moves` goes to the first."""
        for field in self.query(Field):
            field.tell(wrong.get(field.parameter_name, ""))
        first = next((field for field in self.query(Field) if field.parameter_name in wrong), None)
        if moves and first is not None:
            first.query_one(Input).focus()

    @on(Input.Changed)
    def on_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())


def _needed_first(item: tuple[str, Parameter]) -> tuple[bool, bool, str]:
    name, parameter = item
    return (parameter.has_default, not parameter.required, name)
