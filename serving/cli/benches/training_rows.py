"""Labelled proposals made up for the bench of training: numbers with gaps, words, a talk, an action, and a yes that trees can learn."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.action_history import BEFORE_NUMBERS
from features.customer import FeatureSchema
from training.columns import ACTION
from training.talk import TALK_NUMBERS, TALK_TEXTS
from training.training_set import TrainingSet

TEXTS = {"city": 40, "value_tier": 5, **dict.fromkeys(TALK_TEXTS, 4), ACTION: 12, "style": 4}
"""How many words each has. The style is no column of the model: likings are learned from it."""
LEAST_FEATURES = len(TALK_NUMBERS) + len(TEXTS) - 1 + 2
GAPS = 0.05


def made(rows: int, features: int) -> TrainingSet:
    """The same for the same sizes; the world holds still. features: columns of the model, the action among them."""
    dice = np.random.default_rng(7)
    own = tuple(f"number_{place}" for place in range(features - LEAST_FEATURES + 2))
    table: dict[str, pa.Array] = {name: pa.array(_numbers(dice, rows)) for name in (*own, *TALK_NUMBERS)}
    codes = {name: dice.integers(0, words, rows) for name, words in TEXTS.items()}
    table |= {name: _words(name, code) for name, code in codes.items()}
    table |= {name: pa.array(dice.poisson(0.3, rows).astype(np.float64)) for name in BEFORE_NUMBERS}
    first, second = (np.nan_to_num(table[name].to_numpy()) for name in own[:2])
    score = np.where(first * second > 0, 0.8, -0.8) + 0.3 * first + 0.4 * ((codes["city"] + codes[ACTION]) % 3 == 0) - 1.5
    label = (dice.random(rows) < 1 / (1 + np.exp(-score))).astype(np.float64)
    at = np.datetime64("2026-01-01", "us") + np.arange(rows) * np.timedelta64(20, "s")
    return TrainingSet(FeatureSchema(own, ("city", "value_tier")), pa.table(table), label, at)


def _numbers(dice: np.random.Generator, rows: int) -> NDArray[np.float64]:
    found = dice.normal(size=rows)
    found[dice.random(rows) < GAPS] = np.nan
    return found


def _words(name: str, codes: NDArray[np.int64]) -> pa.Array:
    words = pa.array([f"{name}-{code}" for code in range(int(codes.max()) + 1)])
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), words).cast(pa.string())
