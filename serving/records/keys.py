"""API keys: random, kept as hashes; the clear ones stand only in the home's keys.json."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from features.home import Home
from serving.records.store import Store
from serving.records.tables import API_KEYS

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


def principals(store: Store) -> dict[str, Principal]:
    """By key hash, every key that was not revoked."""
    rows = store.rows(select(API_KEYS).where(API_KEYS.c.revoked_at.is_(None)))
    return {row.key_hash: Principal(row.key_id, row.tenant, row.role, _vouched(row.certificates)) for row in rows}


def _vouched(certificates: str) -> frozenset[str] | None:
    """A key without certificates says nothing of them."""
    return frozenset(json.loads(certificates)) or None
