"""Who is in which experiment: a stable hash, the same in every process and every release."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

CONTROL = "control"
CHAMPION = "champion"
CHALLENGER = "challenger"

_RESOLUTION = 1 << 53


@lru_cache(maxsize=1024)
def _key(salt: str) -> bytes:
    return blake2b(salt.encode(), digest_size=32).digest()


def fraction(salt: str, unit: str) -> float:
    """A number in [0, 1) that belongs to (salt, unit). Its 53 bits are what a float can hold, so it never rounds up to 1."""
    digest = blake2b(unit.encode(), key=_key(salt), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / _RESOLUTION


def two_fractions(salt: str, unit: str) -> tuple[float, float]:
    """Two independent numbers in [0, 1) that belong to (salt, unit): whether, and which."""
    digest = blake2b(unit.encode(), key=_key(salt), digest_size=16).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / _RESOLUTION, (int.from_bytes(digest[8:], "big") >> 11) / _RESOLUTION


def in_share(salt: str, unit: str, share: float) -> bool:
    """Whether the unit belongs to this share of all. A larger share keeps everybody it already had; 0 is nobody, 1 everybody."""
    return fraction(salt, unit) < share


def customer_month(customer_id: str, local: datetime) -> str:
    """The unit of the control group and of lift: one customer in one month of the tenant's zone."""
    return f"{customer_id}@{local.year:04d}-{local.month:02d}"


def group_of(unit: str, customer_id: str, control_share: float, challenger_share: float) -> str:
    """control, challenger or champion. The two gates have their own salts, so that changing one share moves nobody through the other."""
    if in_share(CONTROL, unit, control_share):
        return CONTROL
    return CHALLENGER if in_share(CHALLENGER, customer_id, challenger_share) else CHAMPION


def trial_arm(trial: str, unit: str, share: float, arms: Sequence[str]) -> str | None:
    """The arm of a trial the unit is in, None outside it. Gate and arm are independent hashes: a wider gate changes nobody's arm."""
    gate, arm = two_fractions(f"trial:{trial}", unit)
    return arms[int(arm * len(arms))] if gate < share else None
