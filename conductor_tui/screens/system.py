"""The engine itself: who leads, maintenance mode, settings, hooks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal

from conductor_tui import listings
from conductor_tui.actions import BY_ID, Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.frame import NARROW
from conductor_tui.screens.base import ViewScreen
from conductor_tui.screens.confirm import ConfirmScreen, Question
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.screens.prompt import PromptScreen
from conductor_tui.subject import Subject
from conductor_tui.systemrows import (
    engine_rows,
    hook_row,
    setting_row,
    skipped,
    skipped_sentence,
    snapshot_row,
    told_hooks,
    told_settings,
    told_snapshots,
)
from conductor_tui.visits import Place
from conductor_tui.widgets.pane import Pane
from conductor_tui.widgets.table import Table
from engine.domain.hook import Hook
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.poll import PollRecord
from engine.domain.settings import Setting
from engine.domain.snapshot import Snapshot
from engine.domain.view import HomeView, MaintenanceView, ScheduleRow

PARTS = ("engine", "snapshots", "settings", "hooks")

_UNCHANGEABLE = {
    "snapshots": "a snapshot stays as it is; R restores it, D deletes it",
    "engine": "m switches maintenance; tab goes to the settings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemView:
    """What the screen shows."""

    maintenance: MaintenanceView
    settings: tuple[Setting, ...]
    hooks: tuple[Hook, ...]
    snapshots: tuple[Snapshot, ...]
    schedules: tuple[ScheduleRow, ...]
    polls: tuple[PollRecord, ...]
    home: HomeView


class SystemScreen(ViewScreen[SystemView]):
    """Engine, settings and hooks, with the switch for maintenance mode."""

    VIEW = "system"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for(Scope.SYSTEM),
        ("tab", "turn(1)"),
        ("shift+tab", "turn(-1)"),
    ]

    def body(self) -> ComposeResult:
        cursor = self.context.glyphs.cursor
        yield Pane("Engine", Table(listings.FACTS, cursor=cursor, id="engine"), hint="m maintenance", id="pane-engine")
        yield Pane(
            "Snapshots",
            Table(listings.SNAPSHOTS, empty=[hint("no snapshots: ", "n", " makes one")], cursor=cursor, id="snapshots"),
            hint="n makes one · R restores · D deletes",
            id="pane-snapshots",
        )
        with Horizontal(id="system-lower"):
            yield Pane(
                "Settings",
                Table(listings.SETTINGS, cursor=cursor, id="settings"),
                hint="enter changes",
                id="pane-settings",
            )
            yield Pane(
                "Hooks",
                Table(
                    listings.HOOKS,
                    empty=[hint("no hooks: ", "conductor hooks create", " makes one")],
                    cursor=cursor,
                    id="hooks",
                ),
                hint="P on or off · 7 plugins and secrets",
                id="pane-hooks",
            )

    @property
    def here(self) -> Place:
        return Place(self.VIEW)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._open = "settings"
        """The pane that is open where there is room for one beside the engine."""

    def on_mount(self) -> None:
        self._unfold(self._open)

    def load(self) -> SystemView:
        facade = self.context.facade
        return SystemView(
            maintenance=facade.maintenance_status(),
            settings=tuple(facade.settings()),
            hooks=tuple(facade.hooks()),
            snapshots=tuple(reversed(facade.snapshots())),
            schedules=tuple(facade.schedules()),
            polls=tuple(facade.polls()),
            home=facade.pulse_view(),
        )

    def scopes(self) -> tuple[Scope, ...]:
        return (Scope.SYSTEM,)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        return {
            "maintenance.switch": self._switch_maintenance,
            "system.change": self._change,
            "hook.switch": self._switch_hook,
        }

    def draw(self, view: SystemView, look: Look) -> None:
        self.draw_hurried(view, look)
        self._table("settings").show([setting_row(one) for one in view.settings])
        self._table("snapshots").show([snapshot_row(one, look) for one in view.snapshots])
        self._table("hooks").show([hook_row(one, look.glyphs) for one in view.hooks])
        self._tell("snapshots", told_snapshots(view.snapshots), look)
        self._tell("settings", told_settings(view.settings), look)
        self._tell("hooks", told_hooks(view.hooks), look)

    def _tell(self, name: str, summary: str, look: Look) -> None:
        self.query_one(f"#pane-{name}", Pane).tell(name.capitalize(), summary, folded_sign=look.glyphs.folded)

    def hurries(self, view: SystemView, now: datetime) -> bool:
        """The time to the next poll is told in seconds."""
        return self.pulse.engine is not None and self.pulse.engine.next_poll_at is not None

    def draw_hurried(self, view: SystemView, look: Look) -> None:
        engine = self.pulse.engine
        if engine is not None:
            rows = engine_rows(engine, view.maintenance, view.schedules, view.polls, view.home, look)
            self._table("engine").show(rows)

    def _table(self, name: str) -> Table:
        return self.query_one(f"#{name}", Table)

    def action_turn(self, step: int) -> None:
        """Go to the next pane."""
        focused = self.focused
        here = PARTS.index(focused.id) if focused is not None and focused.id in PARTS else 0
        self._unfold(PARTS[(here + step) % len(PARTS)])

    def _unfold(self, name: str) -> None:
        """Go to a pane; where it is narrow those that are folded away make room for it."""
        self._open = name
        self._fold()
        self.query_one(f"#{name}").focus()

    def _fold(self) -> None:
        is_narrow = self.size.width < NARROW
        for name in PARTS[1:]:
            self.query_one(f"#pane-{name}").set_class(is_narrow and name != self._open, "-folded")
        self.query_one("#system-lower").set_class(self._open in ("settings", "hooks"), "-open")

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._fold()

    # Doing.

    def _switch_maintenance(self) -> None:
        if self.view is None:
            return
        facade, view = self.context.facade, self.view
        if view.maintenance.status is not MaintenanceStatus.DEACTIVATED:
            self.carry_out(lambda: f"Maintenance is {facade.deactivate_maintenance().status}.")
            return

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.carry_out(lambda: f"Maintenance is {facade.activate_maintenance().status}.")

        self.app.push_screen(ConfirmScreen(maintenance_question(view.schedules, view.home)), answered)

    def subject(self) -> Subject:
        key = self._table("snapshots").key
        found = next((one for one in self.view.snapshots if one.id == key), None) if self.view else None
        return Subject(snapshot=found, engine=self.engine_state)

    @on(Table.Opened)
    def _on_opened(self) -> None:
        self.perform(BY_ID["system.change"])

    def _change(self) -> None:
        focused = self.focused.id if self.focused is not None else ""
        if focused == "hooks":
            self._switch_hook()
            return
        if focused != "settings":
            self.say(f"Change…: {_UNCHANGEABLE.get(focused or '', 'tab goes to the settings')}", is_bad=True)
            return
        key = self._table("settings").key
        setting = next((one for one in self.view.settings if one.key == key), None) if self.view else None
        if setting is None:
            return
        facade = self.context.facade

        def given(text: str | None) -> None:
            if text is not None:
                self.carry_out(lambda: f"{setting.key} is {facade.change_setting(setting.key, text).value}.")

        told = f"{setting.summary}; from {setting.minimum} to {setting.maximum}, {setting.default} by default"
        line = f"conductor settings set {setting.key} "
        self.app.push_screen(PromptScreen(setting.key, told, str(setting.value), line), given)

    def _switch_hook(self) -> None:
        key, facade = self._table("hooks").key, self.context.facade
        hook = next((one for one in self.view.hooks if one.id == key), None) if self.view else None
        if hook is None:
            self.say("Hook on/off: no hook is selected", is_bad=True)
            return

        def work() -> str:
            if hook.enabled:
                facade.disable_hook(hook.id)
            else:
                facade.enable_hook(hook.id)
            return f"Hook {hook.id} is {'off' if hook.enabled else 'on'}."

        self.carry_out(work)


def maintenance_question(schedules: Sequence[ScheduleRow], home: HomeView) -> Question:
    """Return the question before maintenance mode, with the schedules that it will skip."""
    running = f"{len(home.running)} executions run to their end; nothing else starts." if home.running else ""
    return Question(
        title="Activate maintenance mode?",
        effect=f"{running or 'Nothing starts.'} {skipped_sentence(skipped(schedules))}",
        command="conductor maintenance-mode activate",
    )
