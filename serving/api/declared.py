"""What a request may name is what the playbook declares: contact reasons, and facts by name and type."""

from collections.abc import Mapping

from playbooks.schema.playbook import Playbook
from serving.errors import MomentError

_TYPES: Mapping[str, tuple[type, ...]] = {"number": (int, float), "text": (str,), "flag": (bool,)}
_SAID = {"number": "a number", "text": "a text", "flag": "true or false"}


def check_reason(playbook: Playbook, reason: str | None, field: str) -> None:
    """Raises MomentError with the list."""
    if reason is not None and reason not in playbook.contact_reasons:
        raise MomentError(f"contact_reason {reason!r} is not declared; use one of {', '.join(playbook.contact_reasons)}", field)


def check_facts(playbook: Playbook, facts: Mapping[str, float | str | bool], field: str) -> None:
    """Raises MomentError with the list, or with the type a fact has."""
    for name, value in facts.items():
        fact = playbook.facts.get(name)
        if fact is None:
            raise MomentError(
                f"fact {name!r} is not declared; the playbook declares {', '.join(playbook.facts) or 'none'}", f"{field}.{name}"
            )
        if isinstance(value, bool) is not (fact.type == "flag") or not isinstance(value, _TYPES[fact.type]):
            raise MomentError(f"fact {name!r} is {_SAID[fact.type]} ({fact.unit}); this is {value!r}", f"{field}.{name}")


def check_action(playbook: Playbook, action_id: str | None) -> None:
    """Raises MomentError with the list."""
    if action_id is not None and action_id not in playbook.actions:
        raise MomentError(f"action {action_id!r} is not in the playbook; it has {', '.join(playbook.actions)}", "action_id")


def check_channel(playbook: Playbook, channel: str | None) -> None:
    """Raises MomentError with the list."""
    if channel is not None and channel not in playbook.channels:
        raise MomentError(f"channel {channel!r} is not declared; use one of {', '.join(playbook.channels)}", "channel")


def check_language(playbook: Playbook, language: str | None) -> None:
    """Raises MomentError with the list."""
    if language is not None and language not in playbook.languages:
        raise MomentError(f"language {language!r} is not declared; use one of {', '.join(playbook.languages)}", "language")
