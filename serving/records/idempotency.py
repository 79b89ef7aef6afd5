"""A request sent twice with one Idempotency-Key is answered once: the first answer is kept with what it did, for 24 hours."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, delete, select

from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import IDEMPOTENCY

LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Once:
    """One key of one caller. request is the fingerprint of method, path and body."""

    tenant: str
    principal: str
    key: str
    request: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer given the first time. same is False when the key came back with another request."""

    status: int
    answer: str
    same: bool


def fingerprint(key: bytes, method: str, path: str, body: bytes) -> str:
    """Keyed, since a body may hold little more than a telephone number, which a plain hash would give away."""
    return hmac.new(key, b"\0".join((method.encode(), path.encode(), body)), sha256).hexdigest()


def find_answer(store: Store, once: Once, now: datetime) -> Stored | None:
    wanted = (of_tenant(IDEMPOTENCY, once.tenant), IDEMPOTENCY.c.principal == once.principal, IDEMPOTENCY.c.key == once.key)
    row = store.first(select(IDEMPOTENCY).where(*wanted, IDEMPOTENCY.c.answered_at > now - LIFETIME))
    return None if row is None else Stored(row.status, row.answer, row.request == once.request)


def answer_step(once: Once, status: int, answer: bytes, now: datetime) -> Callable[[Connection], None]:
    """Keep the answer in the transaction of what it did. A key whose day is over is used anew; one still in use makes the transaction fail."""
    values = {
        "tenant": once.tenant,
        "principal": once.principal,
        "key": once.key,
        "request": once.request,
        "status": status,
        "answer": answer.decode(),
        "answered_at": now,
    }

    def keep(connection: Connection) -> None:
        mine = (of_tenant(IDEMPOTENCY, once.tenant), IDEMPOTENCY.c.principal == once.principal, IDEMPOTENCY.c.key == once.key)
        connection.execute(delete(IDEMPOTENCY).where(*mine, IDEMPOTENCY.c.answered_at <= now - LIFETIME))
        connection.execute(IDEMPOTENCY.insert(), values)

    return keep


def forget_old(store: Store, now: datetime) -> int:
    """Drop the answers whose day is over; returns how many."""
    with store.transaction() as connection:
        return connection.execute(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.answered_at <= now - LIFETIME)).rowcount
