"""API keys: random, kept as hashes; the clear ones stand only in the home's keys.json."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from features.home import Home
from serving.errors import RecordError
from serving.records.scope import of_tenant
from serving.records.store import Store
from serving.records.tables import API_KEYS


class NameTaken(RecordError):
    """A key must be told apart in the audit trail."""


class NoSuchKey(RecordError):
    """Nothing to revoke."""


ROLES = ("agent", "outsourced_agent", "manager", "approver", "scientist", "auditor", "admin")
DEFAULT_TENANT = "default"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking. certificates: those a token or key vouches for, which outrank what a request says; None when it says nothing of them."""

    key_id: str
    tenant: str
    role: str
    certificates: frozenset[str] | None = None


def hashed(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def ensure_keys(store: Store, home: Home, now: datetime, tenant: str = DEFAULT_TENANT) -> dict[str, str]:
    """A key for every role in keys.json, made at the first call, and known to the store."""
    if home.keys.exists():
        keys: dict[str, str] = json.loads(home.keys.read_text(encoding="utf-8"))
    else:
        keys = {role: f"pc_{secrets.token_urlsafe(24)}" for role in ROLES}
        home.root.mkdir(parents=True, exist_ok=True)
        home.keys.touch(mode=0o600)
        home.keys.write_text(json.dumps(keys, indent=1), encoding="utf-8")
    name = "demo" if tenant == DEFAULT_TENANT else tenant
    known = {row.key_hash for row in store.rows(select(API_KEYS.c.key_hash))}
    fresh = [
        {"key_hash": hashed(key), "key_id": f"{name}-{role}", "tenant": tenant, "role": role, "certificates": "[]", "created_at": now}
        for role, key in keys.items()
        if hashed(key) not in known
    ]
    if fresh:
        with store.transaction() as connection:
            connection.execute(API_KEYS.insert(), fresh)
    return keys


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key as it is listed: never the key itself."""

    key_id: str
    tenant: str
    role: str
    certificates: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None


def give_key(store: Store, key_id: str, tenant: str, role: str, certificates: Sequence[str], now: datetime) -> str:
    """Make a key and return it: the only time it is seen. Raises NameTaken when a key of this tenant has the name already."""
    if any(key.key_id == key_id for key in list_keys(store, tenant)):
        raise NameTaken(
            f"tenant {tenant} has a key named {key_id!r} already; choose another name, or revoke it and name the new one differently"
        )
    key = f"pc_{secrets.token_urlsafe(24)}"
    told = {"key_hash": hashed(key), "key_id": key_id, "tenant": tenant, "role": role, "certificates": json.dumps(sorted(certificates))}
    with store.transaction() as connection:
        connection.execute(API_KEYS.insert(), told | {"created_at": now})
    return key


def list_keys(store: Store, tenant: str) -> list[GivenKey]:
    """Every key ever given to this tenant, the oldest first."""
    rows = store.rows(select(API_KEYS).where(of_tenant(API_KEYS, tenant)).order_by(API_KEYS.c.created_at, API_KEYS.c.key_id))
    return [GivenKey(row.key_id, row.tenant, row.role, tuple(json.loads(row.certificates)), row.created_at, row.revoked_at) for row in rows]


def revoke_key(store: Store, key_id: str, tenant: str, now: datetime) -> None:
    """Every worker refuses it within a second. Raises NoSuchKey."""
    mine = (of_tenant(API_KEYS, tenant), API_KEYS.c.key_id == key_id, API_KEYS.c.revoked_at.is_(None))
    with store.transaction() as connection:
        revoked = connection.execute(API_KEYS.update().where(*mine).values(revoked_at=now)).rowcount
    if not revoked:
        raise NoSuchKey(f"tenant {tenant} has no key {key_id!r} in use; `playcall keys list` shows them")


def principals(store: Store) -> dict[str, Principal]:
    """By key hash, every key that was not revoked."""
    rows = store.rows(select(API_KEYS).where(API_KEYS.c.revoked_at.is_(None)))
    return {row.key_hash: Principal(row.key_id, row.tenant, row.role, _vouched(row.certificates)) for row in rows}


def _vouched(certificates: str) -> frozenset[str] | None:
    """A key without certificates says nothing of them."""
    return frozenset(json.loads(certificates)) or None
