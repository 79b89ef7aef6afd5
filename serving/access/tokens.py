"""Bearer tokens of an OpenID Connect issuer: the signature by the issuer's published keys, then issuer, audience and time, then who it is."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import jwt
from jwt import PyJWK, PyJWKSet
from jwt.exceptions import PyJWTError

from features.clock import WallClock
from serving.access.keyset import read_keyset
from serving.access.permissions import Role
from serving.errors import NotKnown
from serving.records.keys import Principal

ALGORITHMS: Mapping[str, tuple[str, ...]] = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}
"""By the key's own type, never by what the token says: no `none`, and no HMAC with a public key as its secret."""
KEYS_LIVE_SECONDS = 300.0
REFRESH_AT_MOST_EVERY_SECONDS = 5.0
"""A token with an unknown key id makes us ask for the keys again, but not at the rate at which somebody can invent key ids."""
REQUIRED = ("exp", "iss", "aud", "sub")


@dataclass(slots=True)
class Tokens:
    """skew: seconds the issuer's clock may differ from ours. place: file or https URL of the JWKS."""

    issuer: str
    audience: str
    place: str
    skew: float
    _keys: dict[str, PyJWK] = field(init=False, default_factory=dict)
    _asked_at: float | None = field(init=False, default=None)
    _lock: Lock = field(init=False, default_factory=Lock)

    def verify(self, token: str) -> tuple[Principal, float]:
        """Whose token it is, and for how many seconds from now. Raises NotKnown, which says what is wrong with it and nothing of what is right."""
        key = self._key(token)
        try:
            claims = jwt.decode(
                token,
                key.key,
                algorithms=_allowed(key),
                audience=self.audience,
                issuer=self.issuer,
                leeway=self.skew,
                options={"require": list(REQUIRED)},
            )
        except PyJWTError as wrong:
            raise NotKnown(f"the token is not accepted: {wrong}") from wrong
        return _principal(claims), float(claims["exp"]) + self.skew - WallClock().now().timestamp()

    def _key(self, token: str) -> PyJWK:
        try:
            header = jwt.get_unverified_header(token)
        except PyJWTError as wrong:
            raise NotKnown("the token cannot be read; send a signed JWT or an API key") from wrong
        name = str(header.get("kid", ""))
        known = self._known(stale_ok=name in self._keys)
        if not name and len(known) == 1:
            return next(iter(known.values()))
        if name not in known:
            raise NotKnown("the token is signed by a key the issuer does not publish")
        return known[name]

    def _known(self, *, stale_ok: bool) -> Mapping[str, PyJWK]:
        """The issuer's keys: asked for when they are old or a new one is wanted. When the issuer is away the last ones known stay good."""
        with self._lock:
            now = time.monotonic()
            age = None if self._asked_at is None else now - self._asked_at
            wanted = age is None or age >= (KEYS_LIVE_SECONDS if stale_ok else REFRESH_AT_MOST_EVERY_SECONDS)
            if wanted:
                self._asked_at = now
                found = read_keyset(self.place)
                if found is not None:
                    self._keys = _signing_keys(found)
            return self._keys


def _signing_keys(found: Mapping[str, Any]) -> dict[str, PyJWK]:
    """The usable public keys by id; a key for encryption, a shared secret or one we cannot read is left out."""
    try:
        keys = PyJWKSet.from_dict(dict(found)).keys
    except PyJWTError:
        return {}
    return {str(key.key_id or ""): key for key in keys if key.key_type in ALGORITHMS and key.public_key_use in {None, "sig"}}


def _allowed(key: PyJWK) -> list[str]:
    """The algorithms of the key's type, or the one it is published for."""
    published = key._jwk_data.get("alg")
    return [name for name in ALGORITHMS[str(key.key_type)] if published in {None, name}]


def _principal(claims: Mapping[str, Any]) -> Principal:
    tenant, role, subject = claims.get("tenant"), claims.get("role"), claims["sub"]
    if not isinstance(tenant, str) or not tenant:
        raise NotKnown("the token names no tenant; have the issuer add the claim `tenant`")
    if not isinstance(role, str) or role not in set(Role):
        raise NotKnown(f"the token's claim `role` must be one of {', '.join(Role)}")
    return Principal(f"oidc:{subject}", tenant, role, _words(claims.get("certificates")))


def _words(claim: object) -> frozenset[str]:
    """Certificates come as a list or as words apart. A token that names none vouches for none."""
    if isinstance(claim, str):
        return frozenset(claim.split())
    return frozenset(str(word) for word in claim) if isinstance(claim, list) else frozenset()
