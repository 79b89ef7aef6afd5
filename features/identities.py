"""Who is behind a hashed identity, and since when: out of the lake, as a small row for the hot read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import orjson

from features.events.tables import SAME_PERSON
from features.past import microseconds, moment

IDENTITIES = "identities"
_HEAD = b"identity\x00"


@dataclass(frozen=True, slots=True)
class Owner:
    """customer_id owns the identity since verified_at, until the next owner does."""

    verified_at: datetime
    customer_id: str


# Of several rows verified at one moment the one that is not out of date counts.
_OWNERS = f"""
SELECT value, verified_at, customer_id FROM identities WHERE kind <> '{SAME_PERSON}' {{condition}}
QUALIFY row_number() OVER (PARTITION BY value, verified_at ORDER BY superseded_at DESC NULLS FIRST, known_at DESC) = 1
ORDER BY value, verified_at
"""


def owners_of(connection: duckdb.DuckDBPyConnection, hashed: Sequence[str] | None = None) -> dict[str, list[Owner]]:
    """By hashed value, oldest first; all identities when none are named."""
    condition, given = ("", {}) if hashed is None else ("AND value IN (SELECT unnest($hashed::VARCHAR[]))", {"hashed": list(hashed)})
    found: dict[str, list[Owner]] = {}
    for value, verified_at, customer in connection.execute(_OWNERS.format(condition=condition), given).fetchall():
        found.setdefault(value, []).append(Owner(verified_at.replace(tzinfo=UTC), customer))
    return found


def identity_entity(hashed: str) -> bytes:
    """The key of an identity's row; no customer's key begins like it."""
    return _HEAD + hashed.encode()


def owners_row(owners: Iterable[Owner]) -> bytes:
    return orjson.dumps([[microseconds(owner.verified_at), owner.customer_id] for owner in owners])


def read_owners(row: bytes) -> list[Owner]:
    return [Owner(moment(verified_at), customer) for verified_at, customer in orjson.loads(row)]


def owner_at(row: bytes, at_us: int) -> Owner | None:
    """Who was verified last before the moment (microseconds)."""
    before = [(verified_at, customer) for verified_at, customer in orjson.loads(row) if verified_at < at_us]
    return Owner(moment(before[-1][0]), before[-1][1]) if before else None
