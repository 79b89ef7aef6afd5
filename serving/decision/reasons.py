"""The few words on a card that say why it is there, in the language of the talk."""

from functools import lru_cache

from serving.decision.record import Components, Reason
from serving.decision.wording import CARD_REASONS, said

NOTEWORTHY = 0.005
"""A factor nearer to 1 than this is not worth a word."""


@lru_cache(maxsize=65536)
def _reason(code: str, language: str, evidence: int = 0, percent: int = 0) -> Reason:
    """Numbers come rounded as they are said, so that the same sentence is made once."""
    return Reason(code, said(CARD_REASONS[code], language).format(evidence=evidence, percent=percent))


def card_reasons(place: str, components: Components, evidence: float, language: str, uplift: float | None = None) -> tuple[Reason, ...]:
    """place: why it stands where it stands (a key of CARD_REASONS); then what it rests on and what moved it. uplift: what was priced in place of the propensity."""
    chance = round(components.propensity * 100.0)
    basis = _reason("evidence", language, round(evidence), chance) if evidence > 0.0 else _reason("starting", language, 0, chance)
    reasons = [_reason(place, language), basis]
    if uplift is not None:
        reasons.append(_reason("incremental", language, 0, round(uplift * 100.0)))
    for code, factor in (("context", components.context), ("lever", components.lever)):
        if factor > 1.0 + NOTEWORTHY:
            reasons.append(_reason(code, language, 0, round((factor - 1.0) * 100.0)))
    return tuple(reasons)
