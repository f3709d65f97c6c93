"""The demo in a terminal: the cockpit, while the shop is being installed."""

from conductor_tui.calledby import command_for
from conductor_tui.cli.output import Output
from conductor_tui.demo import shop_deployment as shop
from conductor_tui.demo.plain import remove_leftovers
from engine.conductor import Conductor

PACE = 0.4
"""Seconds between the steps of the schema's migration, so that they can be watched."""


def run(conductor: Conductor, out: Output) -> int:
    """Have the shop installed, and show it."""
    from conductor_tui.opening import run as open_cockpit

    remove_leftovers(conductor, out)
    if not shop.exists(conductor):
        shop.begin_installation(conductor, pace=PACE)
    code = open_cockpit(conductor, name=conductor.home.root.name, home=conductor.home.root)
    if shop.exists(conductor):
        out.talk(f"The shop stays. Take it down with: {command_for(conductor.home.root)} uninstall {shop.SHOP}")
    return code
