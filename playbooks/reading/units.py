"""Numbers with units as managers write them: `7 days`, `12 hours`, `2 %`, `2026-01-31`. Each gives None for what it is not."""

import math
import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(second|minute|hour|day|week)s?")
PERCENT = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)\s*[%％]")
LONGEST_DAYS = 36525


def as_number(text: str) -> float | None:
    """A finite decimal number."""
    if not re.fullmatch(r"[+-]?(\d{1,15}(_\d{3})*(\.\d{1,15})?|\.\d{1,15})(e[+-]?\d{1,2})?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def as_duration(text: str) -> timedelta | None:
    """A length of time with its unit, up to a hundred years."""
    match = DURATION.fullmatch(text.strip())
    if match is None:
        return None
    length = timedelta(seconds=float(match[1]) * SECONDS[match[2]])
    return length if length <= timedelta(days=LONGEST_DAYS) else None


def as_share(text: str) -> float | None:
    """`2 %` as 0.02; unbounded, the caller says what is allowed."""
    match = PERCENT.fullmatch(text.strip())
    return None if match is None else float(match[1]) / 100


def as_moment(text: str, zone: ZoneInfo, *, end_of_day: bool) -> datetime | None:
    """A day or a moment in the playbook's zone, in UTC. A day as an end includes that day."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    day_only = len(text.strip()) == 10
    try:
        if day_only and end_of_day:
            moment = datetime.combine(moment.date() + timedelta(days=1), time())
        placed = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return placed.astimezone(UTC)
    except OverflowError:
        return None
