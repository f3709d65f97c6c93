"""Stored plugins, and the names of secrets."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import listings
from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.spans import safe
from conductor_tui.storedrows import plugin_row, secret_row
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.plugin import StoredPlugin
from engine.domain.secret import Secret

PARTS = ("plugins", "secrets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the screen shows."""

    plugins: tuple[StoredPlugin, ...]
    secrets: tuple[Secret, ...]


class StoredScreen(ViewScreen[Stored]):
    """Two tables; a secret's value is shown by none."""

    VIEW = "system"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.STORED),
        ("tab", "turn"),
        ("shift+tab", "turn"),
    ]

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        none = [hint("no plugins: ", "conductor plugins upload FILE", " stores one")]
        yield Pane(
            "Plugins",
            Table(listings.PLUGINS, empty=none, cursor=cursor, id="plugins"),
            hint="enter shows who uses it · D deletes",
            id="pane-plugins",
        )
        none = [hint("no secrets: ", "conductor secrets create NAME -s VALUE", " stores one")]
        yield Pane(
            "Secrets",
            Table(listings.SECRETS, empty=none, cursor=cursor, id="secrets"),
            hint="values are never shown here · D deletes",
            id="pane-secrets",
        )

    @property
    def here(self) -> Place:
        return Place(self.VIEW, "stored")

    def on_mount(self) -> None:
        self.query_one("#plugins").focus()

    def load(self) -> Stored:
        facade = self.context.facade
        return Stored(plugins=tuple(facade.plugins()), secrets=tuple(facade.secrets()))

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.STORED,)

    def crumbs(self) -> tuple[str, ...]:
        name = self.subject().name
        return (BY_ID["view.system"].title, BY_ID["view.stored"].title, *((safe(name, 60),) if name else ()))

    def draw(self, view: Stored, look: Look) -> None:
        self.query_one("#plugins", Table).show([plugin_row(one, look) for one in view.plugins])
        self.query_one("#secrets", Table).show([secret_row(one, look) for one in view.secrets])
        self.query_one("#pane-plugins", Pane).tell(f"Plugins  {len(view.plugins)}")
        self.query_one("#pane-secrets", Pane).tell(f"Secrets  {len(view.secrets)}")

    def subject(self) -> Subject:
        focused, view = self.focused, self.view
        if not isinstance(focused, Table) or view is None:
            return Subject(engine=self.engine_state)
        if focused.id == "plugins":
            plugin = next((one for one in view.plugins if one.id == focused.key), None)
            return Subject(plugin=plugin, engine=self.engine_state)
        secret = next((one for one in view.secrets if one.key == focused.key), None)
        return Subject(secret=secret, engine=self.engine_state)

    def action_turn(self) -> None:
        """Go to the other table."""
        is_first = self.focused is not None and self.focused.id == PARTS[0]
        self.query_one(f"#{PARTS[is_first]}").focus()

    @on(Table.Opened)
    def on_opened(self) -> None:
        self.perform(BY_ID["stored.get"])
