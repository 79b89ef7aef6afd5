"""The card of a version, from the registry or beside the saved model, with what is known of its promotion."""

from training.card.words import CARD, with_signatures
from training.errors import NoModel
from training.registry import Registry
from training.registry_champions import signed


def card_of_version(registry: Registry, name: str) -> tuple[str, str]:
    """(version, Markdown). name: an alias, or a version's number. Raises NoModel when there is no such version or it has no card."""
    version = registry.version_named(name)
    if version is None:
        raise NoModel(f"no version is the {name}, or the registry is away; name a version by its number, or run `playcall train`.")
    text = registry.document(version, CARD) or registry.kept_document(version, CARD)
    if text is None:
        raise NoModel(f"version {version} has no card: there is no such version, or an older release trained it; run `playcall train`.")
    tags = signed(registry, version)
    return version, with_signatures(text, tags) if tags else text
