"""The shims that the engine watches: the kernel says when one has ended, and no number is mistaken for another."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ, BaseSelector

from engine.runtime.processes import Identity, is_alive


class Watches:
    """One process descriptor for each execution that is served."""

    def __init__(self, selector: BaseSelector, on_ended: Callable[[str], None]) -> None:
        self._selector = selector
        self._on_ended = on_ended
        """The selector hands out a call of this, with the id of the execution whose shim has ended."""
        self._descriptors: dict[str, int] = {}

    def __contains__(self, execution_id: object) -> bool:
        return execution_id in self._descriptors

    def __len__(self) -> int:
        return len(self._descriptors)

    def add(self, execution_id: str, shim: Identity) -> bool:
        """Watch a shim from now on; False when it has ended."""
        self.remove(execution_id)
        try:
            descriptor = os.pidfd_open(shim.pid)
        except ProcessLookupError:
            return False
        if not is_alive(shim):
            os.close(descriptor)
            return False
        self._descriptors[execution_id] = descriptor
        self._selector.register(descriptor, EVENT_READ, partial(self._on_ended, execution_id))
        return True

    def remove(self, execution_id: str) -> None:
        """Watch no longer."""
        descriptor = self._descriptors.pop(execution_id, None)
        if descriptor is not None:
            self._selector.unregister(descriptor)
            os.close(descriptor)

    def kill(self, execution_id: str) -> None:
        """End a shim that does not do its duty."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._descriptors[execution_id], signal.SIGKILL)

    def close(self) -> None:
        for execution_id in tuple(self._descriptors):
            self.remove(execution_id)
