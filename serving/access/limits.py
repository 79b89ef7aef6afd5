"""How much one caller may ask: a bucket of tokens per key, on this worker."""

import time
from collections import OrderedDict
from dataclasses import dataclass, field

from serving.errors import TooOften

MOST_CALLERS = 50_000


@dataclass(slots=True)
class Limits:
    """rate in requests a second; as many as one second gives may come at once, and at least one."""

    rate: float
    _buckets: "OrderedDict[tuple[str, str], tuple[float, float]]" = field(init=False, default_factory=OrderedDict)

    def take(self, tenant: str, key_id: str) -> None:
        """Count one request. Raises TooOften, with the seconds until the next one may come."""
        now, caller = time.monotonic(), (tenant, key_id)
        burst = max(1.0, self.rate)
        left, at = self._buckets.pop(caller, (burst, now))
        left = min(burst, left + (now - at) * self.rate)
        if left < 1.0:
            self._buckets[caller] = (left, now)
            seconds = (1.0 - left) / self.rate
            raise TooOften(f"this key may ask {self.rate:g} times a second; wait {seconds:.2f} s", seconds)
        self._buckets[caller] = (left - 1.0, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
