"""One blueprint: its nodes as a tree, and its source with mistakes and warnings where they are."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from conductor_tui import blueprintlines, listings
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.editing import CannotLeave, pager, run
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.logdeeds import log_deeds
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.subject import Subject
from conductor_tui.visits import Place
from conductor_tui.widgets.event_log import EventLog
from conductor_tui.widgets.log_rows import Entry
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.blueprint import Plan
from engine.domain.errors import Problem
from engine.domain.view import BlueprintRow

LARGEST = 2_000_000
"""Bytes of a file that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A blueprint with its files and what a check says about them."""

    row: BlueprintRow
    plan: Plan
    folder: Path
    files: dict[str, str]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


class BlueprintScreen(ViewScreen[Source]):
    """The detail of one blueprint."""

    VIEW = "blueprints"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.BLUEPRINT, Scope.LOG),
        ("tab", "turn"),
        ("shift+tab", "turn"),
    ]

    def __init__(self, context: Context, blueprint_id: str) -> None:
        super().__init__(context)
        self.blueprint_id = blueprint_id
        self._checked: Source | None = None
        self._entries: list[Entry] = []

    def body(self) -> ComposeResult:
        tree = Table(listings.NODES, empty=[hint("no nodes")], cursor=self.context.glyphs.cursor, id="nodes")
        yield Pane("Nodes", tree, hint="enter shows it in the source", id="pane-nodes")
        source = EventLog(empty=hint("no source"), id="source")
        yield Pane("Source", source, hint="/ search · e pager · v checks again", id="pane-source")

    @property
    def here(self) -> Place:
        return Place(self.app.current_mode, "blueprint", self.blueprint_id)

    def on_mount(self) -> None:
        self.query_one("#nodes").focus()

    def load(self) -> Source:
        """Read the files, and check them once: what is stored of a blueprint never changes."""
        if self._checked is None:
            facade = self.context.facade
            row = next(one for one in facade.blueprints() if one.id == self.blueprint_id)
            blueprint, folder = facade.blueprint(self.blueprint_id), facade.blueprint_folder(self.blueprint_id)
            report = facade.check_blueprint(folder / row.main_file)
            self._checked = Source(
                row=row,
                plan=blueprint.plan,
                folder=folder,
                files=_files(folder, (row.main_file, *blueprint.plan.source_files)),
                problems=report.problems,
                warnings=report.warnings,
            )
        return self._checked

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.LOG, Scope.BLUEPRINT) if self.focused is self._source else (Scope.BLUEPRINT,)

    def subject(self) -> Subject:
        texts = self._source.chosen_texts() if self.focused is self._source else (self._node or "",)
        return Subject(blueprint=self.view.row if self.view else None, texts=texts, engine=self.engine_state)

    def crumbs(self) -> tuple[str, ...]:
        return ("Blueprints", self.blueprint_id)

    @property
    def _source(self) -> EventLog:
        return self.query_one("#source", EventLog)

    @property
    def _node(self) -> str | None:
        return self.query_one("#nodes", Table).key

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            **log_deeds(self, self._source),
            "log.edit": self._show_in_pager,
            "log.page": self._show_in_pager,
            "blueprint.open": self._find_node,
        }

    def draw(self, view: Source, look: Look) -> None:
        self.query_one("#nodes", Table).show(blueprintlines.tree_rows(view.plan, look))
        self.query_one("#pane-nodes", Pane).tell(f"Nodes  {len(view.plan.nodes)}")
        if not self._entries:
            self._entries = blueprintlines.source_entries(view.files, view.problems, view.warnings)
            self._source.replace(self._entries)
        counts = ((view.files, "file"), (view.problems, "mistake"), (view.warnings, "warning"))
        told = " · ".join(blueprintlines.counted(len(found), word) for found, word in counts)
        self.query_one("#pane-source", Pane).tell(f"Source  {told}")

    def action_turn(self) -> None:
        """Go from the tree to the source and back."""
        self.query_one("#nodes" if self.focused is self._source else "#source").focus()

    @on(Table.Opened)
    def _find_node(self) -> None:
        """Go to the line of the source that begins the node under the cursor."""
        id = blueprintlines.place_of(self._node or "", self._entries)
        if not id:
            self.say(f"{self._node} is written in none of these files: an import brings it", is_bad=True)
            return
        self._source.go_to_id(id)
        self._source.focus()

    @on(EventLog.Opened)
    def on_line_opened(self) -> None:
        self._show_in_pager()

    def _show_in_pager(self) -> None:
        """Open the file under the cursor; it is read only, because what is stored never changes."""
        if self.view is None:
            return
        place = self._source.place
        name = self._source.log_rows.shown[place].node if place >= 0 else self.view.row.main_file
        try:
            run(self.app, pager(os.environ), self.view.folder / name)
        except CannotLeave as error:
            self.say(str(error), is_bad=True)


def _files(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Return the text of each file of the blueprint, the main one first; what cannot be read says why."""
    return {name: _text(folder / name) for name in dict.fromkeys(names)}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace").rstrip("\n")
    except OSError as error:
        return f"# it cannot be read: {error.strerror}"
