"""What an action was worth at the decision, or would have been worth had it come so far; and what would have put it first."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from serving.decision.arbitration import Arbitration
from serving.decision.catalogue import Catalogue
from serving.decision.explanation_case import Case
from serving.decision.explanation_funnel import seen_by
from serving.decision.incremental import Incrementals
from serving.decision.propensity import Chances, Starting
from serving.decision.record import Components
from training.scorer import Scorer

UPLIFT = "uplift"


@dataclass(frozen=True, slots=True)
class Price:
    """priority = propensity x context x value x lever - cost, money in the tenant's currency.

    propensity = (E0 x starting + E x model) / (E0 + E). estimated: it fell before it was priced, so this is what it would have been. model is None
    where no model can tell any more. uplift: what proposing adds to the chance of the goal; where it is told it stands in place of the propensity.
    """

    components: Components
    priority: float
    starting_propensity: float
    evidence_weight: float
    evidence: float
    model_propensity: float | None
    estimated: bool
    uplift: float | None = None

    def factor(self, name: str) -> float:
        """One of the numbers the priority is made of, by name; `uplift` where it stands in place of the propensity."""
        found = self.uplift if name == UPLIFT else getattr(self.components, name)
        return float(found or 0.0)


@dataclass(frozen=True, slots=True)
class Gap:
    """Between this action and the one it is held against: the winner, or for the winner the runner-up.

    needed: by factor, the value it would have taken, the others unchanged; a factor that no possible value of would have done is left out.
    nearest: the factor with the smallest relative change, None when the action stands alone.
    """

    against: str | None
    against_priority: float | None
    needed: Mapping[str, float]
    nearest: str | None


def price_of(case: Case, playbook: Playbook, action: Action, scorer: Scorer | None) -> Price | None:
    """None when it fell and no model, or another version of the playbook, is at hand to tell what it would have been worth."""
    position = case.position(action.action_id)
    catalogue = Catalogue.of(playbook)
    slot = catalogue.slots[action.action_id]
    starting = Starting.of(playbook, catalogue)
    p0, weight = float(starting.propensity[slot]), float(starting.weight[slot])
    if position is not None:
        r = case.ranking
        parts = Components(r.propensity[position], r.context[position], r.value[position], r.lever[position], r.cost[position])
        model = _model(parts.propensity, p0, weight, r.evidence[position])
        return Price(parts, r.priority[position], p0, weight, r.evidence[position], model, False, r.uplift[position] if r.uplift else None)
    if scorer is None or playbook.version != case.playbook_version:
        return None
    scores = scorer.score(case.seen, case.talk, [action.action_id])
    arbitration = Arbitration(catalogue, playbook.levers, playbook.context_weights)
    cost = playbook.channels[case.channel].cost
    read = seen_by(case, action)
    slots = np.array([slot])
    served = Chances.of(starting, Incrementals(catalogue), slots, scores)
    priced = arbitration.rank(
        slots, served.propensity, served.evidence, alive=1 << slot, channel_cost=cost, read=read, uplift=served.uplift
    )
    evidence = float(scores.evidence[0])
    model = float(scores.propensity[0]) if evidence else None
    return Price(priced.components(0), priced.priority[0], p0, weight, evidence, model, True, priced.uplift_of(0))


def _model(served: float, starting: float, weight: float, evidence: float) -> float | None:
    """The model's own propensity, taken back out of the blend."""
    return (served * (weight + evidence) - weight * starting) / evidence if evidence > 0.0 else None


def gap_of(case: Case, price: Price, action_id: str) -> Gap:
    """The other action and what the factors would have had to be for the two to change places."""
    ids = case.ranking.action_ids
    others = [place for place, other in enumerate(ids) if other != action_id]
    if not others:
        return Gap(None, None, {}, None)
    against = case.ranking.priority[others[0]]
    needed = dict(_needed(price, against))
    order = sorted(needed, key=lambda name: abs(needed[name] - price.factor(name)) / max(abs(price.factor(name)), 1e-9))
    return Gap(ids[others[0]], against, needed, order[0] if order else None)


def _needed(price: Price, priority: float) -> list[tuple[str, float]]:
    """(factor, value at which this action's priority equals `priority`), only possible values: a propensity or uplift in [0, 1], nothing below 0."""
    parts, gross = price.components, priority + price.components.cost
    chance = "propensity" if price.uplift is None else UPLIFT
    rest = {
        chance: parts.context * parts.value * parts.lever,
        "value": price.factor(chance) * parts.context * parts.lever,
        "lever": price.factor(chance) * parts.context * parts.value,
    }
    found = [(name, gross / factor) for name, factor in rest.items() if factor > 0.0 and gross >= 0.0]
    cost = price.priority + parts.cost - priority
    return [(name, value) for name, value in (*found, ("cost", cost)) if value >= 0.0 and (name != chance or value <= 1.0)]
