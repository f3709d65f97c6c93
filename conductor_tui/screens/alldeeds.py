"""What every action does: the deeds on rows, and those that are there everywhere."""

from conductor_tui.screens import (
    again,
    blueprintdeeds,
    canceldeeds,
    deeds,
    deletedeeds,
    everydeeds,
    going,
    leaving,
    scheduledeeds,
    snapshotdeeds,
    storeddeeds,
)
from conductor_tui.screens.deeds import Deed

DEEDS: dict[str, Deed] = {
    **deeds.DEEDS,
    **canceldeeds.DEEDS,
    **deletedeeds.DEEDS,
    **leaving.DEEDS,
    **again.DEEDS,
    **everydeeds.DEEDS,
    **scheduledeeds.DEEDS,
    **going.DEEDS,
    **blueprintdeeds.DEEDS,
    **snapshotdeeds.DEEDS,
    **storeddeeds.DEEDS,
}
