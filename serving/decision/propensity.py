"""Propensity as served: what the model learned, weighed by how much it has seen, against the starting assumption."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playbooks.schema.playbook import Playbook
from serving.decision.catalogue import Catalogue
from serving.decision.moment import Moment
from training.talk import Talk


def blend(
    starting: NDArray[np.float64], weight: NDArray[np.float64], model: NDArray[np.float64], evidence: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(E0 x p0 + E x p) / (E0 + E), all (n,): exactly p0 where E = 0, finite whatever comes in.

    starting p0 and model p are probabilities; weight E0 and evidence E count answered proposals. A model value that is not finite counts as unseen.
    """
    total = weight + evidence
    if evidence.min() >= 0.0 and total.min() > 0.0:
        served: NDArray[np.float64] = starting + evidence / total * (model - starting)
        if served.min() >= 0.0 and served.max() <= 1.0:
            return served
    return _blend_with_care(starting, weight, model, evidence)


def _blend_with_care(
    starting: NDArray[np.float64], weight: NDArray[np.float64], model: NDArray[np.float64], evidence: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same, one case after the other, where something is empty, missing or out of bounds."""
    seen = np.where(np.isfinite(model) & (evidence > 0.0), evidence, 0.0)
    total = weight + seen
    trust = seen / np.where(total > 0.0, total, 1.0)
    return np.clip(starting + trust * (np.where(seen > 0.0, model, starting) - starting), 0.0, 1.0)


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
