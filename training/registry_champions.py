"""Who is champion, who was before, and who said so: aliases and tags in the registry."""

import logging
from dataclasses import dataclass
from datetime import datetime

from mlflow.exceptions import MlflowException

from training.card.words import CARD, with_signatures
from training.errors import NotPromoted
from training.registry import CHALLENGER, CHAMPION, MODEL, Registry

_log = logging.getLogger(__name__)
PREVIOUS = "previous"
"""The champion before this one; gone once it was put back."""
WITHDRAWN = "withdrawn"
"""The version that was rolled back last: it is not promoted again."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who changes the champion, when (aware, UTC) and why; by and reason None where nobody said."""

    when: datetime
    by: str | None = None
    reason: str | None = None


def crown(registry: Registry, version: str, signature: Signature, test: str) -> None:
    """Make the version champion and remember the one before. test: what the promotion test found, in words. The alias moves last."""
    before = registry.alias_version(CHAMPION)
    if before == version:
        return
    _sign(registry, version, "promoted", signature)
    registry.client().set_model_version_tag(MODEL, version, "promoted_test", test)
    if before is not None:
        registry.set_alias(PREVIOUS, before)
    registry.set_alias(CHAMPION, version)
    _sign_card(registry, version)


def roll_back(registry: Registry, signature: Signature) -> tuple[str, str]:
    """(champion now, version withdrawn). One step: a second one is refused. The withdrawn version meets no traffic as challenger either.

    Raises NotPromoted where no champion came before.
    """
    withdrawn, before = registry.alias_version(CHAMPION), registry.alias_version(PREVIOUS)
    if withdrawn is None:
        raise NotPromoted("there is no champion to roll back, or the registry is away; `playcall promote` makes one.")
    if before is None or before == withdrawn:
        raise NotPromoted(
            f"no champion before version {withdrawn} is remembered, so there is none to go back to; train and promote another."
        )
    client = registry.client()
    _sign(registry, withdrawn, "withdrawn", signature)
    _sign(registry, before, "promoted", Signature(signature.when, signature.by, _put_back(withdrawn, signature.reason)))
    registry.set_alias(WITHDRAWN, withdrawn)
    if registry.alias_version(CHALLENGER) == withdrawn:
        client.delete_registered_model_alias(MODEL, CHALLENGER)
    registry.set_alias(CHAMPION, before)
    client.delete_registered_model_alias(MODEL, PREVIOUS)
    for version in (withdrawn, before):
        _sign_card(registry, version)
    return before, withdrawn


def signed(registry: Registry, version: str) -> dict[str, str]:
    """The tags of a version: promoted_at, promoted_by, promoted_reason, promoted_test, and withdrawn_... alike; empty when it cannot be read."""
    try:
        return dict(registry.client().get_model_version(MODEL, version).tags)
    except MlflowException:
        return {}


def _sign_card(registry: Registry, version: str) -> None:
    """The alias has moved already: a card that cannot be written anew holds nothing up, its reader asks the tags."""
    text = registry.document(version, CARD)
    if text is None:
        return
    try:
        registry.replace_document(version, CARD, with_signatures(text, signed(registry, version)))
    except (MlflowException, OSError) as kept_back:
        _log.warning("the card of version %s does not say yet who signed: %s", version, kept_back)


def _put_back(withdrawn: str, reason: str | None) -> str:
    return f"version {withdrawn} was rolled back" + (f": {reason}" if reason else "")


def _sign(registry: Registry, version: str, what: str, signature: Signature) -> None:
    """Tags of an earlier signature that this one leaves open are taken away: nobody signs for another."""
    client, had = registry.client(), signed(registry, version)
    told = {"at": signature.when.isoformat(timespec="seconds"), "by": signature.by, "reason": signature.reason}
    for part, value in told.items():
        if value is not None:
            client.set_model_version_tag(MODEL, version, f"{what}_{part}", value)
        elif f"{what}_{part}" in had:
            client.delete_model_version_tag(MODEL, version, f"{what}_{part}")
