"""All schedules in the order in which they fire."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import BindingType

from conductor_tui import listings, presenter
from conductor_tui.actions import Scope
from conductor_tui.cells import Look
from conductor_tui.context import Context
from conductor_tui.screens.bulk import pause_all
from conductor_tui.screens.hurry import KeptRows
from conductor_tui.screens.listing import ListScreen
from conductor_tui.screens.parts import bindings_for, hint
from conductor_tui.sorting import Sort
from conductor_tui.spans import Line
from conductor_tui.subject import Subject
from conductor_tui.widgets.columns import Row
from engine.domain.view import ScheduleRow


class SchedulesScreen(ListScreen[list[ScheduleRow]]):
    """The listing of schedules."""

    VIEW = "schedules"
    TITLE_SHOWN = "Schedules"
    COLUMNS = listings.SCHEDULES
    EMPTY: ClassVar[tuple[Line, ...]] = (
        hint("no schedules yet: ", "n", " makes one, and so does"),
        hint("", "deployment_settings: default_schedules", " in a blueprint"),
    )
    SCOPES = (Scope.SCHEDULE,)
    OPEN = "schedule.open"
    HINT = "/ filter"
    SORTS: ClassVar[tuple[Sort, ...]] = (
        Sort("next", lambda one: one.next_occurrence),
        Sort("deployment", lambda one: one.deployment_id),
        Sort("workflow", lambda one: one.workflow_id),
        Sort("name", lambda one: one.id),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(*SCOPES)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._kept = KeptRows(presenter.schedule_row, told_from=presenter.due_moments)

    def load(self) -> list[ScheduleRow]:
        return presenter.by_next_run(self.context.facade.schedules())

    def rows(self, view: list[ScheduleRow], look: Look) -> Sequence[Row]:
        return self._kept.rows(view, look)

    def hurries(self, view: list[ScheduleRow], now: datetime) -> bool:
        return self._kept.hurry(now)

    def own_deeds(self) -> dict[str, Callable[[], None]]:
        deeds = super().own_deeds()
        if self.table.marked:
            deeds["schedule.pause"] = self._pause_marked
        return deeds

    def _pause_marked(self) -> None:
        marked = set(self.table.marked)
        chosen = [one for one in self.view or () if presenter.schedule_key(one) in marked]
        pause_all(self, chosen, then=lambda: self.table.mark(self.table.marked, is_marked=False))

    def subject(self) -> Subject:
        key = self.table.key
        found = next((one for one in self.view or () if presenter.schedule_key(one) == key), None)
        return Subject(schedule=found, engine=self.engine_state)
