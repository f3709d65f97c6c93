"""An engine whose poller hangs when it is stopped."""

import logging
import sys
import threading
from pathlib import Path

from engine.runtime.engine import Engine, end
from engine.runtime.home import Home
from engine.runtime.signals import Signals
from engine.runtime.tenure import Settings
from storage.database import Database


class HangingPoller:
    """Starts, and never stops."""

    def __init__(self, database: Database, epoch: int) -> None:
        self._never = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._never.wait).start()

    def stop(self) -> None:
        self._never.wait()


if __name__ == "__main__":
    logging.basicConfig()
    Engine(Home(Path(sys.argv[1])), Settings(make_poller=HangingPoller), Signals(is_detached=False)).run(lambda: None)
    sys.exit(end(0))
