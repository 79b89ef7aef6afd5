"""The names a condition may read. What is known of the customer and the stated facts are open lists; lint and load check those."""

from collections.abc import Mapping

OPEN_ROOTS = frozenset({"customer", "facts"})

CLOSED_ROOTS: Mapping[str, frozenset[str]] = {
    "scene": frozenset({"contact_reason", "need", "need_level", "sentiment", "resolved", "complaint", "matter_open"}),
    "agent": frozenset({"experience", "certificates"}),
    "contact": frozenset({"wait_seconds", "transfers", "estimated_wait_seconds"}),
    "talk": frozenset({"channel", "direction", "language"}),
    "action": frozenset({"action_id", "kind", "group", "class", "value", "cost"}),
}

ROOTS = OPEN_ROOTS | frozenset(CLOSED_ROOTS)

FIXED_WORDS: Mapping[str, frozenset[str]] = {
    "scene.need": frozenset({"issue", "emotion"}),
    "scene.need_level": frozenset({"basic", "information", "emotional", "spiritual"}),
    "agent.experience": frozenset({"newcomer", "expert"}),
    "talk.direction": frozenset({"inbound", "outbound"}),
    "action.class": frozenset({"promotional", "transactional", "mandatory"}),
    "action.kind": frozenset({"sell", "retain", "recover", "reactivate", "serve", "educate"}),
}
"""Names whose values are known words: a comparison with another word can never be true."""
