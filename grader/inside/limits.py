"""A time limit for what runs in the main thread of a notebook."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimit(BaseException):
    """The time is over. Not an Exception, so that `except Exception` in a loop does not keep it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeLimit in the block when it runs longer than `seconds`.

    Signals come to the main thread only, and Windows has no such signal: elsewhere there is no limit.
    """

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeLimit(f"took longer than {seconds:g} s")

    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
