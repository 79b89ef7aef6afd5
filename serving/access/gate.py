"""The gate every request passes: a credential becomes a principal, within the limit of its key."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from serving.access.limits import Limits
from serving.access.tokens import Tokens
from serving.errors import NotKnown
from serving.records.keys import Principal, hashed

TRUSTED_SECONDS = 30.0
"""How long a verified token is not verified again."""
MOST_TRUSTED = 20_000
_WHAT_TO_SEND = "send the header 'Authorization: Bearer KEY' with a key of keys.json"


@dataclass(slots=True)
class Gate:
    """read_keys: the API keys that were not revoked, by hash; read again by `refresh`. tokens is None without an issuer in the settings."""

    read_keys: Callable[[], Mapping[str, Principal]]
    limits: Limits
    tokens: Tokens | None = None
    _keys: Mapping[str, Principal] = field(init=False)
    _trusted: dict[str, tuple[Principal, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Take up new keys and drop revoked ones."""
        self._keys = self.read_keys()

    async def admit(self, credential: str | None) -> Principal:
        """Who is asking. Raises NotKnown or TooOften."""
        if not credential:
            raise NotKnown(_WHAT_TO_SEND if self.tokens is None else f"{_WHAT_TO_SEND}, or with a token of {self.tokens.issuer}")
        name = hashed(credential)
        principal = self._keys.get(name) or await self._by_token(credential, name)
        self.limits.take(principal.tenant, principal.key_id)
        return principal

    async def _by_token(self, credential: str, name: str) -> Principal:
        if self.tokens is None or credential.count(".") != 2:
            raise NotKnown(f"this key is unknown or revoked; {_WHAT_TO_SEND}")
        trusted = self._trusted.get(name)
        if trusted is not None and trusted[1] > time.monotonic():
            return trusted[0]
        principal, lives = await asyncio.to_thread(self.tokens.verify, credential)
        if len(self._trusted) >= MOST_TRUSTED:
            self._trusted.clear()
        self._trusted[name] = (principal, time.monotonic() + min(lives, TRUSTED_SECONDS))
        return principal
