"""Phone numbers, cards and accounts: kept as keyed hashes only, so that a call is known by its number and the lake by nobody's.

Changing the key: move `identity.key` in the home's secrets folder aside, ingest the identities again from their source, restart `serve`.
Rows hashed with the old key stay in the lake and match nothing any more.
"""

import hashlib
import hmac
from datetime import UTC, datetime

from features.errors import TableError
from features.events import sql
from features.events.lake import Lake
from features.home import Home
from features.secret_file import KEY_BYTES, make_once

BLOCK_BYTES = 64


def identity_key(home: Home) -> bytes:
    """The home's own key, made at the first call, readable by its owner only. Raises TableError when the file holds no key."""
    path = home.secrets / "identity.key"
    if not path.exists():
        make_once(path)
    key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(key) != KEY_BYTES:
        raise TableError(
            f"{path}: holds {len(key)} bytes, a key has {KEY_BYTES}; put the right file back, or move it aside to start a new key"
        )
    return key


def hash_identity(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA256 of the kind and the value as they are, nothing normalised; 64 hexadecimal digits.

    The kind's length in bytes comes first, so that no two pairs give one message.
    """
    message = f"{len(kind.encode())}:{kind}:{value}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def hash_identity_sql(key: bytes, kind: str, value: str) -> str:
    """The same hash as an SQL expression over two VARCHAR expressions (RFC 2104 spelled out: DuckDB has SHA-256 and no HMAC)."""
    padded = key.ljust(BLOCK_BYTES, b"\0")
    inner = _blob(bytes(byte ^ 0x36 for byte in padded))
    outer = _blob(bytes(byte ^ 0x5C for byte in padded))
    message = f"encode(strlen({kind}) || ':' || {kind} || ':' || {value})"
    return f"sha256({outer} || unhex(sha256({inner} || {message})))"


def owner_of(lake: Lake, kind: str, value: str, at: datetime) -> str | None:
    """The customer who owns this identity at `at` (aware): the latest verified of what was known then; None when nobody does."""
    hashed = hash_identity(identity_key(lake.home), kind, value)
    moment = at.astimezone(UTC).replace(tzinfo=None)
    with lake.connect() as connection:
        found = connection.execute(
            f"SELECT customer_id FROM identities WHERE value = {sql.text(hashed)} AND kind = {sql.text(kind)} AND verified_at < $at "
            "AND known_at < $at ORDER BY verified_at DESC, superseded_at DESC NULLS FIRST LIMIT 1",
            {"at": moment},
        ).fetchone()
    return None if found is None else str(found[0])


def _blob(content: bytes) -> str:
    return "'" + "".join(f"\\x{byte:02x}" for byte in content) + "'::BLOB"
