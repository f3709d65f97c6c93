"""Hooks: whom to tell of which facts of executions, and when a telling that failed is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain.errors import InvalidValue
from engine.domain.event import EventType
from engine.domain.json import JsonObject
from engine.domain.naming import check_id

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
"""How long after each failed try the next one comes; after the last of them it is given up."""

LONGEST_ERROR = 2000


class HookEvent(StrEnum):
    """What a hook can be told of, in the words of users."""

    QUEUED = "queued"
    STARTED = "started"
    TERMINATED = "terminated"
    FAILED = "failed"
    CANCELLED = "cancelled"


EVENT_TYPES = {
    HookEvent.QUEUED: EventType.WORKFLOW_QUEUED,
    HookEvent.STARTED: EventType.WORKFLOW_STARTED,
    HookEvent.TERMINATED: EventType.WORKFLOW_SUCCEEDED,
    HookEvent.FAILED: EventType.WORKFLOW_FAILED,
    HookEvent.CANCELLED: EventType.WORKFLOW_CANCELLED,
}
TOLD = frozenset(EVENT_TYPES.values())
"""The events that hooks can be told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A command or a URL that is told of some facts."""

    id: str
    events: tuple[HookEvent, ...]
    command: tuple[str, ...] | None = None
    """Program and arguments; None for a URL."""
    url: str | None = None
    enabled: bool = True
    created_at: datetime


class DeliveryState(StrEnum):
    """How far one telling has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One fact that a hook is to be told."""

    hook_id: str
    event_id: int
    payload: JsonObject = field(default_factory=dict)
    state: DeliveryState = DeliveryState.PENDING
    tries: int = 0
    next_try_at: datetime
    error: str = ""
    """Of the latest try."""


def make_hook(id: str, events: Iterable[str], *, command: str | None, url: str | None, now: datetime) -> Hook:
    """Return a new hook.

    Raises:
        InvalidValue: the id, an event, the command or the URL cannot be one, or there is not exactly one of the latter.
    """
    if (command is None) == (url is None):
        raise InvalidValue("a hook has either a command or a URL")
    return Hook(
        id=check_id("hook", id),
        events=_events(events),
        command=_command(command) if command is not None else None,
        url=_url(url) if url is not None else None,
        created_at=now,
    )


def _events(words: Iterable[str]) -> tuple[HookEvent, ...]:
    wanted = {word.strip() for word in words if word.strip()}
    unknown = sorted(wanted - set(HookEvent))
    if unknown or not wanted:
        raise InvalidValue(
            f"a hook is told of {', '.join(HookEvent)}" + (f", not of `{unknown[0]}`" if unknown else ": name one")
        )
    return tuple(event for event in HookEvent if event in wanted)


def _command(text: str) -> tuple[str, ...]:
    import shlex  # here and below: every worker reads this module, and none of them makes a hook

    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise InvalidValue(f"the command `{text}` cannot be read: {error}") from error
    if not words or not words[0]:
        raise InvalidValue("the command of a hook is empty")
    if sign := _shell_sign(text):
        raise InvalidValue(
            f"a hook's command is run without a shell, to which alone `{sign}` means something; "
            f"put it in quotes if it is meant as it stands, or write bash -c {shlex.quote(text)}"
        )
    return words


def _shell_sign(text: str) -> str | None:
    """Return the first thing outside of quotes that only a shell would act upon, such as `>>` or `$HOME`."""
    import re

    bare = re.sub(r"""'[^']*'|"(?:\\.|[^"\\])*"|\\.""", "", text, flags=re.DOTALL)
    sign = re.search(r"[;<>|&`]+|\$[\w({]+", bare)
    return sign[0] if sign else None


def _url(text: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        is_fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_fine = False
    if not is_fine or not text.isascii() or any(character.isspace() for character in text):
        raise InvalidValue(f"`{text}` cannot be the URL of a hook; write it as http://host/path or https://host/path")
    return text


def tried(delivery: Delivery, error: str, *, now: datetime) -> Delivery:
    """Return the delivery after a try; an empty error is a success."""
    done = replace(delivery, tries=delivery.tries + 1, error=error[:LONGEST_ERROR])
    if not error:
        return replace(done, state=DeliveryState.DELIVERED)
    if delivery.tries >= len(PAUSES):
        return replace(done, state=DeliveryState.FAILED)
    return replace(done, next_try_at=now + PAUSES[delivery.tries])
