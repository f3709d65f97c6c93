"""The first steps: the demo in this state directory, and the dialog that uploads a blueprint."""

import os
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widgets import Input, Label

from conductor_tui.editing import CannotLeave, editor, run
from conductor_tui.facade import Facade
from conductor_tui.screens.forming import FormScreen
from engine.domain.json import JsonObject

PACE = 1.0
"""Seconds between the steps of the demo's migration, so that they can be watched."""
ENDINGS = (".yaml", ".yml", ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2")


def begin_demo(facade: Facade) -> str:
    """Install the shop in this state directory; return what is then said."""
    from conductor_tui.demo.shop_deployment import BLUEPRINT, SHOP  # it brings the whole facade along

    if any(row.id == SHOP for row in facade.deployments()):
        return f"The {SHOP} is there already; enter opens it."
    if not any(row.id == SHOP and row.is_uploaded for row in facade.blueprints()):
        facade.upload_blueprint(BLUEPRINT, SHOP)
    facade.create_deployment(SHOP, SHOP, {"pace": PACE})
    facade.start_execution(SHOP, "install")
    return f"The {SHOP} is being installed: l opens its log, `conductor uninstall {SHOP}` takes it away."


class PathSuggester(Suggester):
    """Completes the path of a folder, a YAML file or an archive."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        return completed(value)


def completed(typed: str) -> str | None:
    """Return the first path that begins as typed; None where there is none."""
    folder, _, start = typed.rpartition("/")
    place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
    try:
        found = sorted(one for one in place.iterdir() if one.name.startswith(start) and is_offered(one, start))
    except OSError:
        return None
    if not found or not typed:
        return None
    ending = "/" if found[0].is_dir() else ""
    return f"{typed[: len(typed) - len(start)]}{found[0].name}{ending}"


def is_offered(path: Path, start: str) -> bool:
    """Whether a path may hold a blueprint; hidden ones are offered only where a dot was typed."""
    if path.name.startswith(".") and not start.startswith("."):
        return False
    return path.is_dir() or path.name.endswith(ENDINGS)


class UploadScreen(FormScreen[str]):
    """Asks for a path; gives back the blueprint's id. Mistakes of the blueprint are shown in place."""

    VERB: ClassVar[str] = "upload"
    EDITS: ClassVar[str] = "edit the file"

    def title_shown(self) -> str:
        return "Upload a blueprint"

    def head(self) -> ComposeResult:
        with Horizontal(classes="choice"):
            yield Label("File, folder or archive", classes="name")
            yield Input(id="path", compact=True, suggester=PathSuggester(), placeholder="→ completes")
        with Horizontal(classes="choice"):
            yield Label("Name", classes="name")
            yield Input(id="name", compact=True, placeholder="the folder's")

    def on_mount(self) -> None:
        self.query_one("#path").focus()
        self.redraw()

    @on(Input.Changed, "#path")
    @on(Input.Changed, "#name")
    def on_typed(self) -> None:
        self.redraw()

    @on(Input.Submitted)
    def on_submitted(self) -> None:
        self.action_send()

    @property
    def path(self) -> str:
        return self.query_one("#path", Input).value.strip()

    @property
    def blueprint_id(self) -> str | None:
        return self.query_one("#name", Input).value.strip() or None

    def action_edit(self) -> None:
        """Open the blueprint itself in the user's editor: its mistakes are mended where they are."""
        missing = self.missing()
        path = Path(self.path).expanduser()
        file = path / "blueprint.yaml" if path.is_dir() else path
        if missing or file.suffix not in {".yaml", ".yml"} or not file.exists():
            self.refuse(missing or f"{file} is no YAML file that could be edited")
            return
        self.context.sitting.keep()
        try:
            run(self.app, editor(os.environ), file)
        except CannotLeave as error:
            self.refuse(str(error))
        else:
            self.refuse("^s uploads it as it is now", is_bad=False)

    def command(self, values: JsonObject) -> str:
        named = f" -b {quote(self.blueprint_id)}" if self.blueprint_id else ""
        return f"conductor blueprints upload {quote(self.path) if self.path else 'FILE'}{named}"

    def missing(self) -> str:
        if not self.path:
            return "the path of a blueprint is missing"
        return "" if Path(self.path).expanduser().exists() else f"there is nothing at {self.path}"

    def sending(self, values: JsonObject) -> Callable[[], str]:
        facade, path, id = self.context.facade, Path(self.path).expanduser(), self.blueprint_id
        return lambda: facade.upload_blueprint(path, id).id
