"""Named frozen worlds: what the facade answers, at a moment that never changes.

`python -m tests.cockpit.worlds busy` shows one in a terminal.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from conductor_tui.app import Cockpit
from conductor_tui.context import Context
from conductor_tui.glyphs import ASCII, UNICODE
from conductor_tui.sitting import Sitting
from engine.domain.execution import Status
from engine.domain.view import HomeView
from tests.cockpit.busyworld import busy, workflows
from tests.cockpit.samples import (
    ABSENT,
    ENGINE,
    NOW,
    ZONE,
    ago,
    deployment,
    event,
    execution,
    operation,
    schedule,
    waiting,
)
from tests.cockpit.world import World


def empty() -> World:
    """Nothing was ever uploaded."""
    return World(HomeView(now=NOW, engine=ABSENT))


def stranded() -> World:
    """Work waits and no engine runs."""
    world = busy()
    world.change(replace(world.home, engine=ABSENT))
    return world


def broken() -> World:
    """The database cannot be read."""
    return World(HomeView(now=NOW, engine=ENGINE), is_broken=True)


def crowded() -> World:
    """More of everything than a table takes."""
    many = tuple(deployment(f"site-{number:04}") for number in range(2000))
    ended = tuple(
        execution(
            f"e{number:07}",
            number,
            "check",
            f"site-{number:04}",
            Status.TERMINATED,
            created=ago(hours=1),
            lasts=timedelta(seconds=3),
        )
        for number in range(2000)
    )
    return World(HomeView(now=NOW, engine=ENGINE, deployments=many), ended=ended)


def talkative(amount: int) -> World:
    """An execution with a long log."""
    world = busy()
    install = world.home.running[-1]
    lines = tuple(event(number, amount - number, f"line {number}", install) for number in range(1, amount + 1))
    world.change(replace(world.home, events=lines))
    return world


__all__ = [
    "ABSENT",
    "ENGINE",
    "NOW",
    "ZONE",
    "World",
    "busy",
    "deployment",
    "event",
    "execution",
    "operation",
    "schedule",
    "waiting",
    "workflows",
]
"""With what tests make a world of their own."""

WORLDS: dict[str, Callable[[], World]] = {
    "empty": empty,
    "busy": busy,
    "stranded": stranded,
    "broken": broken,
    "crowded": crowded,
}


def cockpit(
    world: World,
    *,
    interval: float = 0,
    is_ascii: bool = False,
    execution_id: str | None = None,
    sitting: Sitting | None = None,
) -> Cockpit:
    """Return the cockpit over a world whose clock stands still; interval 0 looks only when asked."""
    context = Context(
        facade=world,
        clock=lambda: NOW,
        name="prod-eu",
        zone=ZONE,
        glyphs=ASCII if is_ascii else UNICODE,
        starts_engine=False,
        sitting=sitting or Sitting(),
        interval=interval,
    )
    return Cockpit(context, execution_id=execution_id)


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "busy"
    said = cockpit(WORLDS[name](), interval=0.5).run()
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
