"""The few words on a card that say why it is there, in the language of the talk."""

from serving.decision.record import Components, Reason
from serving.decision.wording import card_reason

NOTEWORTHY = 0.005
"""A factor nearer to 1 than this is not worth a word."""


def card_reasons(place: str, components: Components, evidence: float, language: str) -> tuple[Reason, ...]:
    """place: why it stands where it stands (a key of CARD_REASONS); then what it rests on and what moved it."""
    reasons = [Reason(place, card_reason(place, language))]
    basis = "evidence" if evidence > 0.0 else "starting"
    text = card_reason(basis, language).format(evidence=evidence, propensity=components.propensity)
    reasons.append(Reason(basis, text))
    for code, factor in (("context", components.context), ("lever", components.lever)):
        if factor > 1.0 + NOTEWORTHY:
            reasons.append(Reason(code, card_reason(code, language).format(percent=(factor - 1.0) * 100.0)))
    return tuple(reasons)
