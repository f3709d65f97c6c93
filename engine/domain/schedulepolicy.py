"""What a schedule does where times collide: with its own running execution, with a downtime, with other schedules."""

from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import InvalidSchedule
from engine.domain.naming import check_id

LONGEST_SLIP = 366 * 24 * 60
LONGEST_JITTER = 24 * 60 * 60
MOST_CALENDARS = 16


class Overlap(StrEnum):
    """What becomes of an occurrence while the execution before it has not ended."""

    SKIP = "skip"
    QUEUE = "queue"
    """It waits in the queue; one waits at most, unless all are caught up."""
    PARALLEL = "parallel"
    """It runs beside the other, as a forced execution."""


class CatchUp(StrEnum):
    """What becomes of occurrences that came while nothing polled."""

    SKIP = "skip"
    """None runs; the slip is not used."""
    ONCE = "once"
    """The oldest within the slip runs, for all of them."""
    ALL = "all"
    """Each within the slip runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The choices of one schedule."""

    overlap: Overlap = Overlap.SKIP
    catch_up: CatchUp = CatchUp.ONCE
    jitter: int = 0
    """Seconds: each occurrence starts up to so much later, always by the same."""
    calendars: tuple[str, ...] = ()
    """Ids of the calendars in whose windows it does not start."""


def check_policies(policies: Policies) -> Policies:
    """Return the policies.

    Raises:
        InvalidValue: the jitter is no number of seconds up to a day, or a calendar's id is none.
    """
    if isinstance(policies.jitter, bool) or not 0 <= policies.jitter <= LONGEST_JITTER:
        raise InvalidSchedule(f"jitter is a number of seconds from 0 to {LONGEST_JITTER}, not `{policies.jitter}`")
    if len(policies.calendars) > MOST_CALENDARS:
        raise InvalidSchedule(f"a schedule may refer to {MOST_CALENDARS} calendars at most")
    for id in policies.calendars:
        check_id("calendar", id)
    return policies


def check_slip(slip: int) -> int:
    """Return the slip.

    Raises:
        InvalidSchedule: it is no number of minutes up to a year.
    """
    if isinstance(slip, bool) or not isinstance(slip, int) or not 0 <= slip <= LONGEST_SLIP:
        raise InvalidSchedule(f"slip is a whole number of minutes from 0 to {LONGEST_SLIP}, not `{slip}`")
    return slip
