"""What every action does: the deeds on rows, and those that are there everywhere."""

from conductor_tui.screens import again, blueprintdeeds, deeds, everydeeds, going, scheduledeeds, snapshotdeeds
from conductor_tui.screens.deeds import Deed

DEEDS: dict[str, Deed] = {
    **deeds.DEEDS,
    **again.DEEDS,
    **everydeeds.DEEDS,
    **scheduledeeds.DEEDS,
    **going.DEEDS,
    **blueprintdeeds.DEEDS,
    **snapshotdeeds.DEEDS,
}
