"""The demo without a terminal: events, outputs and verdict as lines on stdout."""

from contextlib import suppress

from conductor_tui.cli.eventlines import EventStyle
from conductor_tui.cli.following import print_events
from conductor_tui.cli.output import Output
from conductor_tui.demo import shop_deployment as shop
from engine.conductor import Conductor
from engine.domain.errors import ConductorError
from engine.domain.execution import Execution, Status

PATIENCE = 300
"""Seconds that an execution of the demo may take; it needs a few."""


def run(conductor: Conductor, out: Output, *, keep: bool, is_json: bool = False) -> int:
    """Install the shop, ask for its page, and uninstall it unless it is to be kept; 0 if all of that went well."""
    style = EventStyle(is_coloured=out.is_coloured and not is_json, is_json=is_json)
    page = _visited(conductor, out, style)
    is_tidy = keep or _removed(conductor, out, style)
    if is_tidy and not keep:
        conductor.stop_engine()
    if is_json:
        out.json_lines([{"page": page, "is_kept": keep, "is_tidy": is_tidy}])
    elif page is not None:
        out.line(_verdict(page, is_kept=keep, is_tidy=is_tidy))
    return 0 if page is not None and is_tidy else 1


def remove_leftovers(conductor: Conductor, out: Output, style: EventStyle | None = None) -> None:
    """Remove a shop that is neither open nor being installed, so that the next one begins afresh."""
    if shop.exists(conductor) and not shop.installation_under_way(conductor) and not shop.stands(conductor):
        out.talk("An earlier demo has left something behind; that goes first.")
        _removed(conductor, out, EventStyle(is_coloured=out.is_coloured) if style is None else style)


def _visited(conductor: Conductor, out: Output, style: EventStyle) -> shop.Page | None:
    """Have the shop installed and look at its page; None, and the reason said, when it is not there."""
    try:
        _take_up(conductor, out, style)
        if not shop.exists(conductor):
            _follow(conductor, shop.begin_installation(conductor, pace=0), out, style)
        outputs = conductor.outputs(shop.SHOP)
        if style.is_json:
            out.json_lines([{"outputs": outputs}])
        else:
            for name, value in outputs.items():
                out.line(f"{name}: {value}")
        return shop.look_at(conductor)
    except ConductorError as error:
        out.talk(f"The shop did not open: {error}")
        return None


def _take_up(conductor: Conductor, out: Output, style: EventStyle) -> None:
    """Let an installation that is under way come to its end, and remove what is of no use."""
    if installation := shop.installation_under_way(conductor):
        out.talk("An earlier demo is still installing the shop.")
        with suppress(shop.EndedBadly):
            _follow(conductor, installation, out, style)
    remove_leftovers(conductor, out, style)


def _removed(conductor: Conductor, out: Output, style: EventStyle) -> bool:
    """Uninstall the shop and forget it; say whether that went well."""
    try:
        removal = shop.begin_removal(conductor)
        if removal is not None:
            _follow(conductor, removal, out, style)
        shop.forget(conductor)
    except ConductorError as error:
        out.talk(f"The shop could not be removed: {error}")
        return False
    return True


def _follow(conductor: Conductor, execution: Execution, out: Output, style: EventStyle) -> None:
    """Print the events until the execution ends.

    Raises:
        EndedBadly: it failed, was cancelled or has not ended in time.
    """
    for events in conductor.follow(execution.id, timeout=PATIENCE):
        print_events(out, events, style)
    ended = conductor.execution(execution.id)
    if ended.status is not Status.TERMINATED:
        raise shop.EndedBadly(ended)


def _verdict(page: shop.Page, *, is_kept: bool, is_tidy: bool) -> str:
    answered = f"The shop answered at {page.url} with {page.size} bytes from {page.server}"
    if is_kept:
        return f"{answered}; it stays open."
    return f"{answered}; it is uninstalled again." if is_tidy else f"{answered}, but it is still there."
