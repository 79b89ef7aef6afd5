"""The way of every action through the rules, in the order in which they count: law, consent, the moment, the person, the limits, the words."""

from dataclasses import dataclass

from features.customer import CustomerFeatures
from playbooks.schema.playbook import Channel
from serving.decision.book import CompiledBook
from serving.decision.catalogue import Standing
from serving.decision.gates import Permission
from serving.decision.moment import Moment
from serving.decision.past import Past
from serving.decision.reading import Read

YIELDING = frozenset({"applicability", "suitability"})
"""Stages that may not keep back a fallback: when nothing fits, something still has to be said. Law, consent, answers and limits do."""


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is seen of one moment. language is one the playbook declares; degraded grows as parts are found missing."""

    moment: Moment
    channel: Channel
    language: str
    customer: CustomerFeatures
    past: Past
    read: Read
    degraded: list[str]


def permission(read: Read) -> Permission:
    """What the features say of consent; a value nobody knows is NaN."""
    consent, opted_out = read.get("customer.marketing_consent"), read.get("customer.opted_out")
    return Permission(
        consent if isinstance(consent, float) else float("nan"),
        opted_out if isinstance(opted_out, float) else float("nan"),
    )


def withhold(book: CompiledBook, sight: Sight) -> Standing:
    """Who may be proposed now, and of everybody else the first rule it fell by."""
    moment, language = sight.moment, sight.language
    standing = book.candidates.at(moment.at, moment.agent.certificates, language)
    book.gates.blind(standing, sight.degraded, language)
    book.gates.consent(standing, permission(sight.read), sight.past, language)
    book.gates.answered(standing, moment, sight.past, language)
    book.gates.serve_first(standing, moment, sight.past, language)
    book.engagement.apply(standing, sight.read, language)
    book.contact.apply(standing, sight.past, moment.channel, moment.at, language)
    book.bundles.apply(standing, language)
    book.scripts.apply(standing, sight.read, moment.channel, language)
    return standing


def recall_fallback(book: CompiledBook, sight: Sight, standing: Standing) -> bool:
    """When nothing is allowed, bring back the channel's fallback, unless what kept it back does not yield or it has no words. True when it stands."""
    name = sight.channel.fallback
    slot = book.catalogue.slots[name]
    fell = next((notice for notice in standing.withheld if notice.action_id == name), None)
    if fell is None or fell.stage not in YIELDING:
        return False
    bit = 1 << slot
    if not book.scripts.worded(bit, sight.read, sight.moment.channel, sight.language):
        return False
    standing.alive |= bit
    standing.withheld.remove(fell)
    return True
