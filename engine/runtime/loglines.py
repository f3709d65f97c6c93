"""Lines that operations and workflows say become log events: without secrets, scrubbed, and not without end."""

from threading import Lock

from engine.domain.event import Draft, EventType, Level
from engine.runtime.clock import Clock
from engine.runtime.recorder import Recorder
from engine.runtime.scrub import scrub_line
from engine.runtime.site import Site
from engine.sdk.logs import Sink

LOG_BYTES = 10 * 1024 * 1024
"""What one operation may say; the rest is counted and dropped."""


class LogSink:
    """Takes the lines of one operation, or of the workflow itself."""

    def __init__(
        self,
        site: Site,
        recorder: Recorder,
        clock: Clock,
        *,
        instance_id: str | None = None,
        target_id: str | None = None,
        operation: str | None = None,
        operation_id: str | None = None,
    ) -> None:
        self._site, self._recorder, self._clock = site, recorder, clock
        self._instance_id, self._target_id = instance_id, target_id
        self._operation, self._operation_id = operation, operation_id
        self._lock = Lock()
        self._left = LOG_BYTES
        self._dropped = 0

    def line(self, level: Level, text: str) -> None:
        """Store one line."""
        scrubbed = scrub_line(self._site.secrecy.hide(text))
        with self._lock:
            size = len(scrubbed) if scrubbed.isascii() else len(scrubbed.encode())
            if size > self._left or self._dropped:
                self._dropped += 1
                return
            self._left -= size
        self._recorder.tell(self._draft(EventType.LOG, scrubbed, level))

    def event(self, message: str) -> None:
        """Tell something that is no log line."""
        scrubbed = scrub_line(self._site.secrecy.hide(message))
        self._recorder.tell(self._draft(EventType.PLUGIN_EVENT, scrubbed, Level.INFO))

    def finish(self) -> None:
        """Say what was dropped."""
        with self._lock:
            dropped, self._dropped = self._dropped, 0
        if dropped:
            limit = f"{LOG_BYTES // 1024 // 1024} MiB"
            message = f"the output is longer than {limit}; {dropped} further lines were dropped"
            self._recorder.tell(self._draft(EventType.LOG, message, Level.WARNING))

    def of_instance(self, instance_id: str) -> Sink:
        return LogSink(self._site, self._recorder, self._clock, instance_id=instance_id)

    def _draft(self, type: EventType, message: str, level: Level) -> Draft:
        return self._site.draft(
            type,
            message,
            self._clock.wall(),
            level=level,
            instance_id=self._instance_id,
            target_id=self._target_id,
            operation=self._operation,
            operation_id=self._operation_id,
        )
