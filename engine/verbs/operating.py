"""The verbs that concern the engine as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from engine.domain import view as views
    from engine.domain.json import Json
    from engine.domain.poll import PollRecord
    from engine.domain.settings import Setting
    from engine.domain.view import EngineView, HomeView, MaintenanceView
    from engine.runtime import doorbell, launch, leadership
    from engine.services import maintenance, settings
    from engine.services import views as view_services
    from storage import engines as engine_rows
    from storage import polls as poll_rows
else:
    views = lazy("engine.domain.view")
    doorbell = lazy("engine.runtime.doorbell")
    launch = lazy("engine.runtime.launch")
    leadership = lazy("engine.runtime.leadership")
    maintenance = lazy("engine.services.maintenance")
    settings = lazy("engine.services.settings")
    view_services = lazy("engine.services.views")
    engine_rows = lazy("storage.engines")
    poll_rows = lazy("storage.polls")


class OperatingVerbs(Door):
    """Look at the engine, start, stop, hold and set it."""

    def engine_status(self) -> EngineView:
        """Return what is known of the engine: whether it leads is a kernel fact, the rest is its row."""
        process = leadership.leader(self.home)
        with self._database.read() as connection:
            row = engine_rows.latest(connection)
        if process is None or row is None:
            return views.EngineView(state=views.EngineState.ABSENT, epoch=row.epoch if row else 0)
        return views.EngineView(
            state=views.EngineState.RUNNING,
            pid=process.pid,
            epoch=row.epoch,
            started_at=row.started_at,
            is_on_demand=row.is_on_demand,
            last_poll_at=row.last_poll_at,
            next_poll_at=row.next_poll_at,
        )

    def polls(self) -> list[PollRecord]:
        """Return the newest polls of the schedules, the oldest of them first."""
        with self._database.read() as connection:
            return poll_rows.find(connection)

    def ensure_engine(self) -> EngineView:
        """Start an engine in the background where none runs.

        Raises:
            EngineUnavailable: it did not come up; the text names its log.
        """
        launch.ensure_engine(self.home)
        return self.engine_status()

    def stop_engine(self, timeout: float = 10.0) -> bool:
        """Stop the engine in an orderly way; executions go on. False means that none ran."""
        return launch.stop_engine(self.home, timeout=timeout) is not None

    def home_view(self, limit: int = 200) -> HomeView:
        """Return everything that the first screen shows."""
        return view_services.home(self._database, self.engine_status(), now=self._clock.wall(), limit=limit)

    def pulse_view(self) -> HomeView:
        """Return what every screen tells around its own view; only the lists of what runs and ended are filled."""
        return view_services.pulse(self._database, self.engine_status(), now=self._clock.wall())

    def activate_maintenance(self) -> MaintenanceView:
        """Let running executions finish and hold everything else."""
        maintenance.activate(self._database, now=self._clock.wall())
        self._wake_engine()
        return maintenance.status(self._database)

    def deactivate_maintenance(self) -> MaintenanceView:
        """Let executions start again; the queue moves at once."""
        maintenance.deactivate(self._database, now=self._clock.wall())
        self._wake_engine()
        return maintenance.status(self._database)

    def maintenance_status(self) -> MaintenanceView:
        return maintenance.status(self._database)

    def settings(self) -> list[Setting]:
        return settings.listing(self._database)

    def setting(self, key: str) -> Setting:
        """Return one setting.

        Raises:
            NotFound: there is no such setting.
        """
        return settings.get(self._database, key)

    def change_setting(self, key: str, value: Json) -> Setting:
        """Set one setting; a running engine follows within seconds.

        Raises:
            NotFound: there is no such setting.
            InvalidValue: the value is out of bounds.
        """
        changed = settings.change(self._database, key, value)
        doorbell.ring(self.home.root)
        return changed

    def reset_setting(self, key: str) -> Setting:
        """Let one setting have its default again."""
        changed = settings.reset(self._database, key)
        doorbell.ring(self.home.root)
        return changed
