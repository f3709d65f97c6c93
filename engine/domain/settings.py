"""What can be set in an engine, with its default and its bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from engine.domain.errors import InvalidValue, NotFound
from engine.domain.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one engine."""

    max_concurrent_executions: int = 0
    poll_interval: int = 60
    retention_days: int = 0
    task_retries: int = 60
    task_retry_interval: int = 15
    subgraph_retries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting, as users see it."""

    key: str
    value: int
    default: int
    minimum: int
    maximum: int
    summary: str


_MEANING: dict[str, tuple[int, int, str]] = {
    "max_concurrent_executions": (0, 10_000, "executions that may run at once; 0 sets no limit"),
    "poll_interval": (1, 3600, "seconds between two polls of the schedules"),
    "retention_days": (0, 36_500, "days after which ended executions are removed with their logs; 0 keeps them"),
    "task_retries": (-1, 1_000_000, "retries of an operation that says nothing itself; -1 retries for ever"),
    "task_retry_interval": (0, 86_400, "seconds between two tries of an operation that says nothing itself"),
    "subgraph_retries": (-1, 1_000_000, "times that a node instance is installed anew after its operations failed"),
}


def describe(settings: Settings) -> list[Setting]:
    """Return all settings with their values, defaults and bounds."""
    return [
        Setting(
            key=field.name,
            value=getattr(settings, field.name),
            default=field.default,
            minimum=_MEANING[field.name][0],
            maximum=_MEANING[field.name][1],
            summary=_MEANING[field.name][2],
        )
        for field in fields(Settings)
        if isinstance(field.default, int)
    ]


def check_key(key: str) -> None:
    """Raise NotFound unless there is such a setting."""
    if key not in _MEANING:
        raise NotFound("setting", key, f"there are {', '.join(_MEANING)}")


def check(key: str, value: Json) -> int:
    """Return the value as the setting takes it.

    Raises:
        NotFound: there is no such setting.
        InvalidValue: the value is no whole number within the bounds.
    """
    check_key(key)
    minimum, maximum, _ = _MEANING[key]
    try:
        number = int(value) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or not minimum <= number <= maximum:
        raise InvalidValue(f"{key} is a whole number from {minimum} to {maximum}, not `{value}`")
    return number


def settings_from(stored: Mapping[str, Json]) -> Settings:
    """Return the settings that the stored values make; what an older version stored and is gone is left out."""
    return Settings(**{key: value for key, value in stored.items() if key in _MEANING})
