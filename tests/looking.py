"""Waiting for what is promised within seconds, on a machine that may be busy."""

import time
from collections.abc import Callable

EVERY_SECONDS = 0.02


def comes(is_so: Callable[[], bool], within_seconds: float) -> bool:
    """Whether it comes true within so many looks. They are counted instead of the clock, so that what slows the work slows the looking too."""
    for _ in range(round(within_seconds / EVERY_SECONDS)):
        if is_so():
            return True
        time.sleep(EVERY_SECONDS)
    return False
