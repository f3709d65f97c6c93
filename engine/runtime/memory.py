"""What an engine does that is out of memory: it leaves at once, as a limping one would only block the next."""

import logging
import os
import threading
from contextlib import suppress
from typing import NoReturn

logger = logging.getLogger(__name__)

OUT_OF_MEMORY = 70
"""The exit status."""
_SENTENCE = "the engine is out of memory and leaves; the next one goes on with its work"


def leave() -> NoReturn:
    """End this process; the kernel frees the lock of the engine, and shims and workers live on."""
    with suppress(MemoryError):
        logger.critical(_SENTENCE)
    os._exit(OUT_OF_MEMORY)


def leave_from_threads() -> None:
    """Let a thread that is out of memory end the process, not itself alone."""
    usual = threading.excepthook

    def hook(args: threading.ExceptHookArgs) -> None:
        if issubclass(args.exc_type, MemoryError):
            leave()
        usual(args)

    threading.excepthook = hook
