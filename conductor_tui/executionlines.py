"""What an execution's screen tells in words: summary, counts, facts, what is expected of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from conductor_tui import cells, presenter
from conductor_tui.cells import Look
from conductor_tui.glyphs import status_sign
from conductor_tui.spans import Line, Span, Tone, span
from conductor_tui.times import clock, lasting, when
from conductor_tui.widgets.columns import Row
from conductor_tui.widgets.lines import width_of
from conductor_tui.widgets.log_text import wrapped
from engine.domain.execution import Execution, OperationRecord, OperationState, Status
from engine.domain.past import Past
from engine.domain.view import ExecutionView

ERROR_LINES = 3
MORE = "  (v shows all of it)"


def summary(view: ExecutionView, past: Past, look: Look, width: int) -> list[Line]:
    """Return what is known of the execution at a glance, the reason of its end or of its waiting included."""
    execution = view.execution
    sign = status_sign(execution.status, look.glyphs)
    head: list[Span] = [
        span(f" {cells.short(execution.id)} ", Tone.DIM),
        span(f"{execution.workflow_id} ", Tone.STRONG),
        span(f"{execution.deployment_id or cells.SYSTEM}  ", Tone.STRONG),
        span(f"{sign.glyph} {sign.word}", sign.tone),
    ]
    if execution.dry_run:
        head.append(Span(" dry run", Tone.WARN))
    if execution.is_active:
        head += [Span("  "), *cells.bar(execution, 14, look.glyphs)]
    head.append(span(f"  {cells.operations(execution)} operations", Tone.PLAIN))
    since = span(f"  {_since(execution, look)}  by {execution.origin}", Tone.DIM)
    ends = expected(execution, past, look)
    lines: list[Line] = [(*head, *ends, since)]
    if ends and width_of(lines[0]) > width:
        lines = [(*head, since), tuple(ends)]
    if execution.error:
        first, _, rest = execution.error.strip().partition("\n")
        error = wrapped((Span(f" {look.glyphs.bad} ", Tone.BAD), span(first, Tone.BAD)), width)
        if rest.strip() and width_of(error[-1]) + len(MORE) <= width:
            error[-1] = (*error[-1], Span(MORE, Tone.DIM))
        lines += error[:ERROR_LINES]
    lines += [(Span(f" {look.glyphs.queued} waits: ", Tone.WAIT), span(one.sentence)) for one in view.blockers[:3]]
    return lines


def expected(execution: Execution, past: Past, look: Look) -> list[Span]:
    """Return when a running execution will probably end, by the middle one of its kind and by nine of ten."""
    expectation, whole = past.expect(execution, look.now), past.whole
    if expectation.ends_at is None or whole is None or execution.started_at is None:
        return []
    if expectation.is_overdue:
        over = look.now - execution.started_at - whole.long
        return [Span(f"  over p90 by {lasting(over)}", Tone.WARN)]
    latest = max(execution.started_at + whole.long, look.now)
    told = f"  ETA ~{lasting(expectation.ends_at - look.now)}, p90 {lasting(latest - look.now)} ({whole.count} runs)"
    return [Span(told, Tone.KEY)]


def _since(execution: Execution, look: Look) -> str:
    if execution.ended_at is not None:
        took = cells.duration(execution, look.now)
        return f"{when(execution.ended_at, look.now, look.zone)}, took {took}"
    if execution.started_at is not None:
        return f"for {cells.duration(execution, look.now)}"
    return f"for {lasting(look.now - execution.created_at)}"


def told(records: tuple[OperationRecord, ...]) -> str:
    """Return the operations' title with how many are in which state."""
    amount = {state: sum(1 for one in records if one.state is state) for state in OperationState}
    named = (
        (OperationState.SUCCEEDED, "ok"),
        (OperationState.STARTED, "running"),
        (OperationState.RESCHEDULED, "retried"),
        (OperationState.PENDING, "pending"),
        (OperationState.FAILED, "failed"),
    )
    parts = [f"{amount[state]} {word}" for state, word in named if amount[state]]
    return f"Operations  {' · '.join(parts)}" if parts else "Operations"


def without_operations(execution: Execution) -> Line:
    """Return what stands where the operations would, while there are none."""
    if execution.is_final:
        told = f"{execution.workflow_id} ended as {execution.status.display} without running an operation"
    elif execution.status is Status.QUEUED:
        told = "no operation yet: it waits in the queue"
    else:
        told = "no operation yet: the workflow is being prepared"
    return (span(told, Tone.DIM),)


def facts(execution: Execution, look: Look) -> list[Row]:
    """Return everything stored about an execution, its parameters and its whole error."""
    zone, now = look.zone, look.now
    rows = [
        presenter.fact_row("id", execution.id),
        presenter.fact_row("asked for by", execution.origin),
        presenter.fact_row("created", when(execution.created_at, now, zone)),
        presenter.fact_row("started", when(execution.started_at, now, zone)),
        presenter.fact_row("ended", when(execution.ended_at, now, zone)),
        presenter.fact_row("attempt", execution.attempt),
        presenter.fact_row("forced", "yes" if execution.force else "no"),
        presenter.fact_row("dry run", "yes" if execution.dry_run else "no"),
    ]
    rows += [presenter.fact_row(f"parameter {name}", value) for name, value in execution.parameters.items()]
    error = execution.error.strip().split("\n") if execution.error else []
    rows += [presenter.fact_row(f"error {number}", text, Tone.BAD) for number, text in enumerate(error[:400], 1)]
    return rows


def raw(view: ExecutionView) -> list[Line]:
    """Return everything that is stored about an execution and its operations, as JSON."""
    stored = {"execution": asdict(view.execution), "operations": [asdict(one) for one in view.operations]}
    text = json.dumps(stored, indent=2, ensure_ascii=False, default=str)
    return [(span(one),) for one in text.split("\n")]


def replay_line(step: int, total: int, look: Look) -> Line:
    """Return which moment of a replay is shown, and the keys that go on."""
    told = f" replay {step + 1}/{total}  {clock(look.now, look.zone)}  "
    keys = (Span("<", Tone.KEY), Span(" back ", Tone.DIM), Span(">", Tone.KEY), Span(" on", Tone.DIM))
    return (Span(told, Tone.WARN), *keys)


def next_failed(shown: Iterable[tuple[str, OperationRecord]], key: str | None) -> str | None:
    """Return the key of the failed operation after `key`, from the last on to the first; None where none failed."""
    failed = [one for one, record in shown if record.state is OperationState.FAILED]
    if not failed:
        return None
    return failed[(failed.index(key) + 1) % len(failed) if key in failed else 0]
