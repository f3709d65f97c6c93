"""What is told of the engine, its settings and its hooks, row by row."""

from collections.abc import Sequence
from shlex import join

from conductor_tui.cells import Look
from conductor_tui.frame import counts
from conductor_tui.glyphs import Glyphs
from conductor_tui.pollrows import decided, lateness
from conductor_tui.spans import Span, Tone, span
from conductor_tui.times import MISSING, age, lasting, when
from conductor_tui.widgets.columns import Row
from engine.domain.hook import Hook
from engine.domain.maintenance import MaintenanceStatus
from engine.domain.poll import PollRecord
from engine.domain.settings import Setting
from engine.domain.snapshot import Snapshot, SnapshotStatus
from engine.domain.view import EngineState, EngineView, HomeView, MaintenanceView, ScheduleRow

NAMED = 5
"""Schedules that a sentence names."""


def engine_rows(
    engine: EngineView,
    maintenance: MaintenanceView,
    schedules: Sequence[ScheduleRow],
    polls: Sequence[PollRecord],
    home: HomeView,
    look: Look,
) -> list[Row]:
    """Return what is known of the engine, its poller and maintenance mode."""
    last = _fact("skipped", span(skipped_sentence(skipped(schedules)))) if _is_on(maintenance) else _work(home)
    return [
        _fact("engine", _state(engine, look)),
        _fact("polls", _polls(engine, look)),
        _fact("lateness", *lateness(polls, look.glyphs)),
        _fact("schedules", decided(polls)),
        _fact("maintenance", _maintenance(maintenance, look)),
        last,
    ]


def _fact(name: str, *value: Span) -> Row:
    return Row(name, ((span(name, Tone.DIM),), value))


def _state(engine: EngineView, look: Look) -> Span:
    if engine.state is EngineState.ABSENT:
        return Span(f"{look.glyphs.idle} none runs; E starts one", Tone.WARN)
    since = f" for {age(look.now - engine.started_at)}" if engine.started_at else ""
    kind = "leaves when nothing is left to do" if engine.is_on_demand else "stays until it is stopped"
    return span(f"{look.glyphs.running} process {engine.pid}{since}, epoch {engine.epoch}; {kind}", Tone.GOOD)


def _polls(engine: EngineView, look: Look) -> Span:
    """Return how the poller does: a next poll that is overdue by a minute is no good sign."""
    last = when(engine.last_poll_at, look.now, look.zone) if engine.last_poll_at else MISSING
    if engine.state is EngineState.ABSENT or engine.next_poll_at is None:
        return span(f"last {last}, none to come", Tone.DIM)
    left = (engine.next_poll_at - look.now).total_seconds()
    if left < -60:
        return span(
            f"{look.glyphs.warn} last {last}; the next is overdue by {lasting(look.now - engine.next_poll_at)}",
            Tone.BAD,
        )
    coming = f"in {lasting(engine.next_poll_at - look.now)}" if left > 0 else "now"
    return span(f"last {last}, next {coming}")


def _is_on(maintenance: MaintenanceView) -> bool:
    return maintenance.status is not MaintenanceStatus.DEACTIVATED


def _maintenance(view: MaintenanceView, look: Look) -> Span:
    if not _is_on(view):
        return span("off", Tone.DIM)
    waits = f", waits for {len(view.remaining)} executions" if view.remaining else ""
    by = f" by {view.requested_by}" if view.requested_by else ""
    since = f" since {when(view.requested_at, look.now, look.zone)}" if view.requested_at else ""
    return span(f"{look.glyphs.warn} {view.status}{since}{by}{waits}", Tone.WARN)


def _work(home: HomeView) -> Row:
    numbers = counts(home)
    deployments = "1 deployment" if numbers.deployments == 1 else f"{numbers.deployments} deployments"
    told = f"{numbers.running} run, {numbers.queued} wait, {deployments}"
    return _fact("work", span(told))


def skipped(schedules: Sequence[ScheduleRow]) -> list[ScheduleRow]:
    """Return the schedules that do not run while maintenance mode is on, the next one first."""
    coming = [(one.next_occurrence, one.id, one) for one in schedules if one.enabled and one.next_occurrence]
    return [one for _, _, one in sorted(coming, key=lambda found: found[:2])]


def skipped_sentence(rows: Sequence[ScheduleRow]) -> str:
    """Return which schedules are skipped."""
    if not rows:
        return "No schedule is skipped."
    names = ", ".join(f"{one.id} of {one.deployment_id}" for one in rows[:NAMED])
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return f"Schedules that are due meanwhile are skipped: {names}{more}."


def setting_row(one: Setting) -> Row:
    tone = Tone.PLAIN if one.value == one.default else Tone.STRONG
    return Row(one.key, ((span(one.key),), (span(one.value, tone),), (span(one.summary, Tone.DIM),)))


def hook_row(one: Hook, glyphs: Glyphs) -> Row:
    state = Span(f"{glyphs.good} on", Tone.GOOD) if one.enabled else Span(f"{glyphs.idle} off", Tone.DIM)
    events = ", ".join(one.events)
    target = one.url or join(one.command or ())
    return Row(one.id, ((span(one.id),), (state,), (span(events),), (span(target, Tone.DIM),)))


_SNAPSHOT_TONES = {
    SnapshotStatus.CREATING: Tone.BUSY,
    SnapshotStatus.CREATED: Tone.GOOD,
    SnapshotStatus.FAILED: Tone.BAD,
}


def snapshot_row(one: Snapshot, look: Look) -> Row:
    glyphs, tone = look.glyphs, _SNAPSHOT_TONES[one.status]
    sign = {Tone.BUSY: glyphs.running, Tone.GOOD: glyphs.good, Tone.BAD: glyphs.bad}[tone]
    made = when(one.created_at, look.now, look.zone)
    return Row(one.id, ((span(one.id),), (span(f"{sign} {one.status}", tone),), (span(made),), (span(one.error),)))


def told_snapshots(snapshots: Sequence[Snapshot]) -> str:
    """Return the snapshots in a few words."""
    if not snapshots:
        return "none"
    failed = sum(one.status is SnapshotStatus.FAILED for one in snapshots)
    return f"{len(snapshots)}, newest {snapshots[0].id}" + (f", {failed} failed" if failed else "")


def told_settings(settings: Sequence[Setting]) -> str:
    """Return how many settings differ from what they are by default."""
    changed = sum(one.value != one.default for one in settings)
    return f"{changed} of {len(settings)} changed" if changed else f"all {len(settings)} as by default"


def told_hooks(hooks: Sequence[Hook]) -> str:
    """Return how many hooks are on."""
    return f"{sum(one.enabled for one in hooks)} of {len(hooks)} on" if hooks else "none"
