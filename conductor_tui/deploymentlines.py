"""What a deployment's screen tells in words: its summary, its inputs, outputs, capabilities and labels."""

from conductor_tui import cells, presenter
from conductor_tui.cells import Look
from conductor_tui.spans import Line, Span, Tone, safe, span
from conductor_tui.topologylines import is_drifted
from conductor_tui.widgets.columns import Row
from engine.domain.view import DeploymentView


def summary(view: DeploymentView, look: Look) -> Line:
    """Return what is known of the deployment at a glance."""
    sign = cells.deployment_sign(view.row, look.glyphs)
    drifted = sum(1 for one in view.instances if is_drifted(one))
    return (
        span(f" {view.row.id} ", Tone.STRONG),
        span(f"({view.row.blueprint_id})  ", Tone.DIM),
        span(f"{sign.glyph} {sign.word}   ", sign.tone),
        span(f"{view.row.started_instances} of {view.row.instances} node instances started", Tone.DIM),
        *((span(f"  {look.glyphs.drift} {drifted} drifted", Tone.WARN),) if drifted else ()),
        *_outputs(view),
    )


def _outputs(view: DeploymentView) -> Line:
    texts = [(name, value) for name, value in view.outputs.items() if isinstance(value, str)]
    return tuple(Span(f"   {safe(name)} {safe(value, 60)}", Tone.KEY) for name, value in texts[:1])


def facts(view: DeploymentView) -> list[Row]:
    """Return inputs, outputs, capabilities and labels, one row each."""
    labels = {name: ", ".join(map(str, values)) for name, values in view.labels.items()}
    named = (
        ("input", view.inputs),
        ("output", view.outputs),
        ("capability", view.capabilities),
        ("label", labels),
    )
    return [presenter.fact_row(f"{kind} {name}", value) for kind, values in named for name, value in values.items()]
