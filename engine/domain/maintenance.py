"""Maintenance mode: running executions finish, nothing starts, the queue is held (semantics §4.1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MaintenanceStatus(StrEnum):
    """How far maintenance mode has come."""

    DEACTIVATED = "deactivated"
    ACTIVATING = "activating"
    """Asked for; running executions finish."""
    ACTIVATED = "activated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Maintenance mode while it is asked for or on."""

    requested_at: datetime
    requested_by: str
    activated_at: datetime | None = None
    """None while executions still run."""

    @property
    def status(self) -> MaintenanceStatus:
        return MaintenanceStatus.ACTIVATED if self.activated_at else MaintenanceStatus.ACTIVATING
