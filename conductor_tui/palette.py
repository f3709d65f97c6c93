"""The palette: every action that can be done here, found by its name."""

from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon

from conductor_tui.actions import Action
from conductor_tui.keys import PLAIN, Keymap, key_label, reachable
from conductor_tui.screens.base import ViewScreen


class Palette(CommandPalette):
    """The palette with a sign that every terminal draws one cell wide."""

    def __init__(self) -> None:
        super().__init__(providers=[ActionProvider], placeholder="Find an action …")

    def on_mount(self) -> None:
        self.query_one(SearchIcon).icon = ">"


_HIDDEN = {"palette", "back"}


class ActionProvider(Provider):
    """Offers the actions of the screen beneath the palette."""

    def _actions(self) -> list[Action]:
        screen = self.screen
        if not isinstance(screen, ViewScreen):
            return []
        return [action for action in reachable(screen.scopes(), screen.context.keymap) if action.id not in _HIDDEN]

    @property
    def _keymap(self) -> Keymap:
        return self.screen.context.keymap if isinstance(self.screen, ViewScreen) else PLAIN

    async def discover(self) -> Hits:
        for action in self._actions():
            yield DiscoveryHit(named(action, self._keymap), partial(self._do, action), help=action.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action in self._actions():
            score = matcher.match(named(action, self._keymap))
            if score > 0:
                shown = matcher.highlight(named(action, self._keymap))
                yield Hit(score, shown, partial(self._do, action), help=action.help)

    def _do(self, action: Action) -> None:
        screen = self.screen
        if isinstance(screen, ViewScreen):
            screen.perform(action)


def named(action: Action, keymap: Keymap = PLAIN) -> str:
    """Return how the palette writes an action; these are words of ours, never data."""
    return f"{action.title} · {action.scope} · {key_label(keymap.first(action))}"
