"""Propensity as served: what the model learned against the starting assumption, and what may stand in its place in the price."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playbooks.schema.playbook import Playbook
from serving.decision.catalogue import Catalogue
from serving.decision.incremental import Incrementals
from serving.decision.moment import Moment
from training.price import blend
from training.scorer import Scores
from training.talk import Talk

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Starting:
    """Per slot of the catalogue: starting propensity and its weight, the action's own or borrowed from its group."""

    propensity: NDArray[np.float64]
    weight: NDArray[np.float64]

    @classmethod
    def of(cls, playbook: Playbook, catalogue: Catalogue) -> "Starting":
        propensity, weight = [], []
        for action in catalogue.actions:
            group = playbook.groups[action.group]
            propensity.append(group.starting_propensity if action.starting_propensity is None else action.starting_propensity)
            weight.append(group.evidence_weight if action.evidence_weight is None else action.evidence_weight)
        return cls(np.array(propensity, dtype=np.float64), np.array(weight, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Chances:
    """(n,) each, probabilities in [0, 1]. evidence: answered proposals; uplift: stands in place of the propensity, NaN where that decides, None: it does everywhere."""

    propensity: Floats
    evidence: Floats
    uplift: Floats | None = None

    @classmethod
    def of(cls, starting: Starting, incremental: Incrementals, slots: NDArray[np.intp], scores: Scores | None) -> "Chances":
        """scores: of the actions at these slots, in their order; None: no model, and the starting propensities decide."""
        assumed = starting.propensity[slots]
        if scores is None:
            return cls(assumed, np.zeros(len(slots)))
        served = blend(assumed, starting.weight[slots], scores.propensity, scores.evidence)
        return cls(served, scores.evidence, incremental.uplift(slots, scores.gains))


def talk_of(moment: Moment) -> Talk:
    """What the model may know of this talk."""
    scene, contact = moment.scene, moment.contact
    transfers = None if contact.transfers is None else float(contact.transfers)
    return Talk(
        moment.at,
        moment.channel,
        moment.direction,
        scene.contact_reason,
        scene.need,
        scene.sentiment,
        contact.wait_seconds,
        transfers,
    )
