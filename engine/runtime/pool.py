"""Threads that run tasks; they are made when needed and never hold up the end of the worker."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

Job = Callable[[], None]


class ThreadPool:
    """At most `size` jobs run at once; the others wait in order."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._idle: SimpleQueue[None] = SimpleQueue()
        self._threads = 0

    def submit(self, job: Job) -> None:
        """Run a job as soon as a thread is free; only one thread may submit, and the job must not raise."""
        self._jobs.put(job)
        try:
            self._idle.get_nowait()
        except Empty:
            if self._threads < self._size:
                self._threads += 1
                Thread(target=self._serve, name="operation", daemon=True).start()

    def close(self) -> None:
        """Let idle threads end; busy ones end after their job."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _serve(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
            self._idle.put(None)
