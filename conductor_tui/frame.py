"""The lines around every screen: status, views, crumbs and keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conductor_tui.actions import VIEWS, Action, Scope
from conductor_tui.cells import Look
from conductor_tui.keys import PLAIN, Keymap, key_label, reachable
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import age, clock, lasting, stamp
from engine.domain.view import EngineState, EngineView, HomeView

STALE = timedelta(seconds=5)
NARROW = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What the status line and the views line count; None is not known yet."""

    deployments: int | None = None
    running: int | None = None
    queued: int | None = None
    schedules: int | None = None
    failed: int | None = None


def counts(view: HomeView) -> Counts:
    totals = view.totals
    if totals is not None:
        return Counts(
            deployments=totals.deployments,
            running=totals.running,
            queued=totals.queued,
            schedules=totals.schedules,
            failed=totals.failed_last_day,
        )
    return Counts(
        deployments=len(view.deployments),
        running=len(view.running),
        queued=len(view.queue),
        schedules=len(view.schedules),
        failed=view.failed_last_day,
    )


def work_waits(view: HomeView) -> bool:
    """Whether something happens only once an engine runs."""
    totals = view.totals
    if totals is not None:
        return bool(totals.running or totals.queued or totals.coming)
    return bool(view.running or view.queue or any(one.enabled and one.next_occurrence for one in view.schedules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How fresh what is on the screen is."""

    engine: EngineView | None = None
    """None before the first answer."""
    read_at: datetime | None = None
    """When the data was last known to be current."""
    is_needed: bool = False
    """Work waits for an engine."""
    error: str = ""


def status_line(
    name: str, pulse: Pulse, numbers: Counts, look: Look, width: int, *, badges: Sequence[str] = ()
) -> Line:
    """Return line 1: who, engine, counts, age of the data, time."""
    is_narrow = width < NARROW
    left: list[Span] = [Span(" Conductor ", Tone.STRONG), span(f"{name}  ", Tone.DIM)]
    left += _engine(pulse, look, is_narrow)
    left += _numbers(numbers, look, is_narrow)
    right = [Span(f"{badge} ", Tone.WARN) for badge in badges]
    right += _freshness(pulse, look)
    right.append(span(clock(look.now, look.zone) if is_narrow else stamp(look.now, look.zone)))
    right.append(Span(" "))
    gap = width - sum(len(one.text) for one in (*left, *right))
    return (*left, Span(" " * max(1, gap)), *right)


def _engine(pulse: Pulse, look: Look, is_narrow: bool) -> list[Span]:
    engine, glyphs = pulse.engine, look.glyphs
    if engine is None:
        return [Span(f"{glyphs.idle} engine ?", Tone.DIM)]
    if engine.state is EngineState.ABSENT:
        if pulse.is_needed:
            return [Span(f"{glyphs.bad} NO ENGINE", Tone.BAD)]
        return [Span(f"{glyphs.idle} engine at rest", Tone.DIM)]
    since = age(look.now - engine.started_at) if engine.started_at else ""
    told = [Span(f"{glyphs.running} ", Tone.GOOD), span(since if is_narrow else f"engine {since}")]
    if engine.next_poll_at is not None:
        told.append(span(f"  {_poll(engine.next_poll_at - look.now, is_narrow)}", Tone.DIM))
    return told


def _poll(left: timedelta, is_narrow: bool) -> str:
    word = "poll" if is_narrow else "poll in"
    return f"{word} {lasting(left)}" if left >= timedelta() else "poll due"


def _numbers(numbers: Counts, look: Look, is_narrow: bool) -> list[Span]:
    if numbers.running is None:
        return []
    spans = [Span("  " if is_narrow else f" {look.glyphs.bar} ", Tone.DIM)]
    spans.append(span(f"RUN {numbers.running} ", Tone.BUSY if numbers.running else Tone.DIM))
    spans.append(span(f"QUE {numbers.queued} ", Tone.WAIT if numbers.queued else Tone.DIM))
    word = "FAIL" if is_narrow else "FAIL/24h"
    spans.append(span(f"{word} {numbers.failed}", Tone.BAD if numbers.failed else Tone.DIM))
    return spans


def _freshness(pulse: Pulse, look: Look) -> list[Span]:
    if pulse.read_at is None and pulse.error:
        return [Span("NO DATA ", Tone.BAD)]
    if pulse.read_at is None:
        return [Span("loading ", Tone.DIM)]
    old = look.now - pulse.read_at
    if pulse.error or old > STALE:
        return [span(f"STALE {age(old)} ", Tone.BAD)]
    return [Span("live ", Tone.GOOD)]


_SHORT = {
    "Home": "Home",
    "Deployments": "Dep",
    "Executions": "Exec",
    "Queue": "Queue",
    "Schedules": "Sched",
    "Blueprints": "Bp",
    "Events": "Ev",
    "System": "Sys",
}


def views_line(current: str, numbers: Counts, width: int, keymap: Keymap = PLAIN) -> Line:
    """Return line 2: the views with their keys and counts."""
    is_narrow = width < NARROW
    amount = {
        "Deployments": numbers.deployments,
        "Executions": numbers.running,
        "Queue": numbers.queued,
        "Schedules": numbers.schedules,
    }
    spans: list[Span] = [Span(" ")]
    for action in VIEWS:
        title = _SHORT[action.title] if is_narrow else action.title
        count = amount.get(action.title)
        text = f"{key_label(keymap.first(action))} {title}" + (f" {count}" if count else "")
        is_current = action.id == f"view.{current}"
        padded = f"[{text}]" if is_current else f" {text} "
        spans.append(Span(padded, Tone.CHOSEN if is_current else Tone.PLAIN, action.id))
    return tuple(spans)


def crumb_line(crumbs: tuple[str, ...], note: str, look: Look, width: int) -> Line:
    """Return the line that says where you are, with a note at its right end."""
    path = span(" " + f" {look.glyphs.crumb} ".join(crumbs), Tone.DIM)
    told = span(note, Tone.WARN)
    gap = width - len(path.text) - len(told.text) - 1
    return (path, Span(" " * max(1, gap)), told)


def _always(action: Action) -> bool:
    return True


def keys_line(
    scopes: tuple[Scope, ...],
    look: Look,
    width: int,
    *,
    can_be_done: Callable[[Action], bool] = _always,
    is_settled: bool = False,
) -> Line:
    """Return the last line: the keys of this place, at most eight, six where it is narrow; grey where they say why not.

    `is_settled`: it is about one thing as long as it is shown, so that what can be done about it may come first.
    """
    shown = [action for action in reachable(scopes, look.keymap) if action.in_footer]
    ours = [action for action in shown if action.scope is not Scope.EVERYWHERE]
    common = [action for action in shown if action.scope is Scope.EVERYWHERE]
    if width < NARROW:
        common = [action for action in common if action.id != "palette"]
    most = 7 if width < NARROW else 9
    usable = {action.id for action in (*ours, *common) if can_be_done(action)}
    if is_settled:
        ours.sort(key=lambda action: action.id not in usable)
    kept = ours[: max(2, most - len(common))]
    spans: list[Span] = [Span(" ")]
    for action in _fitting((*kept, *common), look, width - 1):
        label = key_label(look.keymap.first(action), look.glyphs.enter)
        tones = (Tone.KEY, Tone.PLAIN) if action.id in usable else (Tone.DIM, Tone.DIM)
        spans += [Span(label, tones[0], action.id), Span(f" {action.title}  ", tones[1], action.id)]
    return tuple(spans)


def _fitting(actions: tuple[Action, ...], look: Look, room: int) -> list[Action]:
    """Return those for which there is room, help before all others."""
    chosen: set[str] = set()
    for action in sorted(actions, key=lambda action: action.id != "help"):
        size = len(key_label(look.keymap.first(action), look.glyphs.enter)) + len(action.title) + 3
        if size <= room:
            room -= size
            chosen.add(action.id)
    return [action for action in actions if action.id in chosen]
