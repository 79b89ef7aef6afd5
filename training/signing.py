"""Who trains a model signs it, who fetches it checks it: what lies in between, the registry and its store, need not be trusted with what is served.

Ed25519 (RFC 8032) over the run and the SHA-256 of every saved file. A home that trains has a key of its own in `secrets/model-signing.key` and trusts
it; `secrets/trusted_models` names the public keys of others, one a line, for a home that only serves.
"""

import hashlib
import json
import logging
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from features.home import Home
from features.secret_file import make_once
from training.errors import NotTrusted, TrainingError

SIGNATURE = "signature.json"
_log = logging.getLogger(__name__)


def sign(folder: Path, run_id: str, home: Home) -> dict[str, object]:
    """What is kept beside the run: the files with their digests, the public key, and the signature. The home's key is made at the first call."""
    path = _own(home)
    if not path.exists():
        make_once(path)
    key, files = _private(path), _digests(folder)
    return {"files": files, "key": key.public_key().public_bytes_raw().hex(), "signature": key.sign(_message(run_id, files)).hex()}


def check(folder: Path, run_id: str, signature: str | None, home: Home) -> None:
    """Raises NotTrusted unless these very files were signed for this run by a key the home trusts. A home that trusts nobody takes them, and says so."""
    trusted = trusted_keys(home)
    if not trusted:
        _log.warning("a model is taken unchecked: name the public key of who trains in %s", _others(home))
        return
    if signature is None:
        raise NotTrusted(f"the model of run {run_id} is not signed; train again, and it will be")
    told = json.loads(signature)
    if told["key"] not in trusted:
        raise NotTrusted(
            f"the model of run {run_id} is signed by the key {told['key']}, which is not in {_others(home)}; add it if you trust it"
        )
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(told["key"])).verify(
            bytes.fromhex(told["signature"]), _message(run_id, told["files"])
        )
    except (InvalidSignature, ValueError) as forged:
        raise NotTrusted(f"the signature of run {run_id} is not that of its key; restore the run, or train again") from forged
    here = _digests(folder)
    changed = sorted(name for name in {*here, *told["files"]} if here.get(name) != told["files"].get(name))
    if changed:
        raise NotTrusted(f"{changed[0]} of run {run_id} is not the file that was signed; restore it, or train again")


def trusted_keys(home: Home) -> frozenset[str]:
    """Public keys as hexadecimal digits: the home's own, and those it was told of."""
    others, own = _others(home), _own(home)
    lines = others.read_text(encoding="utf-8").splitlines() if others.exists() else []
    told = {line.split("#")[0].strip().lower() for line in lines} - {""}
    return frozenset(told | ({_private(own).public_key().public_bytes_raw().hex()} if own.exists() else set()))


def _own(home: Home) -> Path:
    return home.secrets / "model-signing.key"


def _others(home: Home) -> Path:
    return home.secrets / "trusted_models"


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except ValueError as broken:
        raise TrainingError(f"{path}: holds no key of 32 bytes; put the right file back, or move it aside to start a new key") from broken


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _message(run_id: str, files: dict[str, str]) -> bytes:
    return json.dumps([run_id, files], sort_keys=True, separators=(",", ":")).encode()
