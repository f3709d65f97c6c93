"""The verbs of hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.verbs.door import Door
from engine.verbs.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.domain.hook import Delivery, Hook
    from engine.runtime import doorbell, hookcalls
    from engine.services import hooks
else:
    doorbell = lazy("engine.runtime.doorbell")
    hookcalls = lazy("engine.runtime.hookcalls")
    hooks = lazy("engine.services.hooks")


class HookVerbs(Door):
    """Have commands and URLs told what becomes of executions."""

    def create_hook(
        self, id: str, events: Iterable[str], *, command: str | None = None, url: str | None = None
    ) -> Hook:
        """Store a command or a URL that is told of what becomes of executions from now on.

        Args:
            id: its name.
            events: of `queued`, `started`, `terminated`, `failed`, `cancelled`.
            command: program and arguments, as a shell would split them; no shell runs it.
            url: where the fact is posted as JSON.

        Raises:
            AlreadyExists: the id is taken.
            InvalidValue: the id, an event, the command or the URL cannot be one.
        """
        return hooks.create(self._database, id, events, command=command, url=url, now=self._clock.wall())

    def hooks(self) -> list[Hook]:
        return hooks.listing(self._database)

    def hook(self, id: str) -> Hook:
        return hooks.get(self._database, id)

    def hook_deliveries(self, id: str, *, limit: int = 20) -> list[Delivery]:
        """Return what a hook has told and is to tell, newest first."""
        return hooks.deliveries(self._database, id, limit=limit)

    def enable_hook(self, id: str) -> bool:
        """Switch a hook on; False means that it was."""
        changed = hooks.switch(self._database, id, enabled=True)
        doorbell.ring(self.home.root)
        return changed

    def disable_hook(self, id: str) -> bool:
        """Switch a hook off; False means that it was."""
        return hooks.switch(self._database, id, enabled=False)

    def test_hook(self, id: str) -> str:
        """Tell a hook a made-up fact now, and return what went wrong; empty when nothing did."""
        hook = hooks.get(self._database, id)
        return hookcalls.tell(hook, hooks.sample(hook, now=self._clock.wall()), self.home.root)

    def delete_hook(self, id: str) -> None:
        hooks.delete(self._database, id)
