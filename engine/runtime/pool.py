"""Threads that run tasks; they are made when needed and never hold up the end of the worker."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread

Job = Callable[[], None]


class ThreadPool:
    """At most `size` jobs run at once; the others wait in order."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = Lock()
        self._threads = 0
        self._busy = 0

    def submit(self, job: Job) -> None:
        """Run a job as soon as a thread is free; the job must not raise."""
        with self._lock:
            self._busy += 1
            is_short = self._busy > self._threads and self._threads < self._size
            self._threads += is_short
        self._jobs.put(job)
        if is_short:
            Thread(target=self._serve, name="operation", daemon=True).start()

    def close(self) -> None:
        """Let idle threads end; busy ones end after their job."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            finally:
                with self._lock:
                    self._busy -= 1
