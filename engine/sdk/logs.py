"""Loggers whose lines become log events of the execution instead of going to a file."""

import logging
from typing import Protocol

from engine.domain.event import Level

_LEVELS = (
    (logging.CRITICAL, Level.CRITICAL),
    (logging.ERROR, Level.ERROR),
    (logging.WARNING, Level.WARNING),
    (logging.INFO, Level.INFO),
    (logging.DEBUG, Level.DEBUG),
)


class Sink(Protocol):
    """Where lines go."""

    def line(self, level: Level, text: str) -> None:
        """Take one line."""

    def of_instance(self, instance_id: str) -> "Sink":
        """Return the sink for lines about one node instance."""


class _SinkHandler(logging.Handler):
    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self._sink = sink

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines() or [""]:
            self._sink.line(level_of(record.levelno), line)


def new_logger(name: str, sink: Sink) -> logging.Logger:
    """Return a logger of its own, outside of the tree of named loggers."""
    logger = logging.Logger(name, logging.DEBUG)  # it must not be shared or kept
    logger.addHandler(_SinkHandler(sink))
    return logger


def level_of(number: int) -> Level:
    """Return the level of a number of the logging module."""
    return next((level for least, level in _LEVELS if number >= least), Level.DEBUG)
