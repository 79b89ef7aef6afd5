"""Who needs which action: the weights of the latent drivers, and a private part nobody can see."""

from collections.abc import Mapping

import numpy as np

from features.simulator.dice import Floats
from features.simulator.words import ACTION_IDS

VISIBLE = 0.9
"""Share (as standard deviation) of a need that habits give away; the rest, sqrt(1 - VISIBLE^2), is private."""

WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "bill_instalment": {"stretch": 1.0, "family": 0.5, "wealth": -0.4},
    "limit_raise": {"stretch": 0.7, "travel": 0.5, "untidy": -0.6},
    "supplementary_card": {"family": 1.0, "dining": 0.4, "age": 0.3},
    "travel_insurance": {"travel": 1.0, "family": 0.3, "thrift": -0.4},
    "points_mall": {"dining": 0.8, "online": 0.6, "travel": -0.4},
    "fee_waiver": {"thrift": 0.9, "untidy": 0.5, "wealth": -0.3},
    "stay_offer": {"thrift": 0.7, "tenure": 0.6, "stretch": -0.4},
    "complaint_care": {"voice": 0.7, "age": 0.5, "app": -0.4},
    "apology_points": {"dining": 0.6, "thrift": 0.6, "voice": 0.4},
    "wake_up_cashback": {"thrift": 0.9, "stretch": -0.5, "online": 0.3},
    "first_use_gift": {"tenure": -1.0, "online": 0.4, "stretch": -0.3},
    "callback": {"voice": 0.9, "wealth": 0.4, "app": -0.4},
    "specialist_transfer": {"wealth": 0.9, "voice": 0.5, "online": -0.4},
    "self_service_guide": {"app": 0.7, "age": -0.6, "wealth": -0.3},
    "app_binding": {"online": 0.9, "age": -0.6, "wechat": -0.3},
    "wechat_binding": {"dining": 0.6, "voice": -0.6, "family": 0.5},
    "autopay": {"untidy": 0.9, "wealth": 0.4, "tenure": 0.3},
    "ebill": {"age": -0.8, "app": 0.6, "voice": -0.4},
    "term_deposit": {"wealth": 0.8, "stretch": -0.7, "age": 0.6},
}


def need_matrix(drivers: Mapping[str, Floats], rng: np.random.Generator) -> Floats:
    """(n, actions), each column about standard normal. Sums run driver by driver, so that no linear algebra library decides a bit."""
    count = len(drivers["age"])
    needs: Floats = np.sqrt(1.0 - VISIBLE**2) * rng.standard_normal((count, len(ACTION_IDS)))
    for slot, action_id in enumerate(ACTION_IDS):
        weights = WEIGHTS[action_id]
        scale = VISIBLE / np.sqrt(sum(weight**2 for weight in weights.values()))
        for name, weight in weights.items():
            needs[:, slot] += scale * weight * drivers[name]
    return needs
