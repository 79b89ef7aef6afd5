"""How a process that has loaded what it works with keeps the collector out of the way."""

import gc


def settle_memory() -> None:
    """What was loaded at the start stays for good: the collector need not walk through it again and again while somebody waits."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
