"""The issuer's published keys (JWKS), from a file or over https."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import orjson

TIMEOUT_SECONDS = 5.0
LARGEST_BYTES = 1_000_000
OVER_HTTP = ("https://", "http://127.0.0.1", "http://localhost")
"""Keys are fetched in the clear only from this very machine."""
_log = logging.getLogger(__name__)


def read_keyset(place: str) -> Mapping[str, Any] | None:
    """The key set, None when it cannot be had now; what was wrong is in the log."""
    try:
        content = _over_https(place) if place.startswith(OVER_HTTP) else Path(place.removeprefix("file://")).read_bytes()
        found = orjson.loads(content)
    except (OSError, URLError, orjson.JSONDecodeError) as error:
        _log.warning("PLAYCALL_OIDC_JWKS %s cannot be read (%s); the keys known so far stay", place, error)
        return None
    return found if isinstance(found, dict) else None


def _over_https(place: str) -> bytes:
    with urlopen(place, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (the scheme was checked)
        content: bytes = answer.read(LARGEST_BYTES)
    return content
