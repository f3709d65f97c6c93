"""Parsing without the cyclic garbage collector: it walks the growing tree again and again and finds nothing."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause the cyclic garbage collector; what has no more references is still freed at once."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            _age()
            gc.enable()


def _age() -> None:
    """Count everything made meanwhile as old, or the next small collection would walk all of it."""
    if not gc.get_freeze_count():  # a process that has frozen objects must not thaw them
        gc.freeze()
        gc.unfreeze()
