"""Keys of a home: random bytes in a file that only its owner reads, made once however many processes ask."""

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


def make_once(path: Path) -> None:
    """Write a new key as hexadecimal digits, whole or not at all; a file that is there stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_bytes(KEY_BYTES).hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return  # Another process made the key first; its key is the home's.
    finally:
        fresh.unlink()
