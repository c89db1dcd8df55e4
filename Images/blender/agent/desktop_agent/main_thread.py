"""Hands work to Blender's main thread, the only one that may touch its data."""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future, TimeoutError
from queue import Empty, SimpleQueue
from time import monotonic


class Busy(Exception):
    """Blender's main thread did not come round in time."""


class MainThread:
    INTERVAL = 0.02
    # Work rarely comes alone: who opens a file asks next what is in it.
    SOON, WHILE = 0.002, 0.5
    # Who has started a desktop asks at once for what it is to show: what Blender would draw before that, it would draw in vain.
    FIRST = 0.25

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable, Future]] = SimpleQueue()
        self._worked_at = 0.0
        self._patience = self.FIRST

    def run[T](self, job: Callable[[], T], timeout: float) -> T:
        """Runs the job on the main thread. A job that has not begun when the time is up never runs."""
        future: Future = Future()
        self._jobs.put((job, future))
        try:
            return future.result(timeout)
        except TimeoutError:
            if future.cancel():
                raise Busy from None
            return future.result()
        except CancelledError:
            raise Busy from None

    def tick(self) -> float:
        patience, self._patience = self._patience, 0.0
        try:
            while True:
                job, future = self._jobs.get(timeout=patience) if patience else self._jobs.get_nowait()
                patience = 0.0
                if not future.set_running_or_notify_cancel():
                    continue
                try:
                    future.set_result(job())
                except BaseException as problem:  # the caller waits: it must hear of everything
                    future.set_exception(problem)
                self._worked_at = monotonic()
        except Empty:
            return self.SOON if monotonic() - self._worked_at < self.WHILE else self.INTERVAL
