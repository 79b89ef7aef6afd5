"""How cautious the learners' trees are: uplift is a small difference of large noise, so leaves are few and full."""

from training.outcome_model import Trees

OUTCOME = Trees(rounds=40, leaves=6, least=1000, rate=0.03, l2=300.0)
"""For the outcome of one group."""
EFFECT = Trees(rounds=40, leaves=2, least=400, rate=0.05, l2=100.0)
"""For the difference itself: stumps, so that effects of columns add up and none is made of a corner of the table."""
FOLDS = 5
"""No pseudo-outcome comes from a model that saw its row."""
REPEATS = 4
"""Learners are averaged over this many draws of folds and trees."""
