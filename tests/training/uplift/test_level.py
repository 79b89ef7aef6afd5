"""How far apart effects are is told by people who were not learned from."""

import numpy as np
import pytest

from training.uplift.level import level


def _later(count: int, seed: int, effect: float) -> tuple[np.ndarray, ...]:
    """Half are moved by `effect`, half by nothing; what is said of them is 0.11 and 0.09. The chance of treatment differs and goes with the level."""
    rng = np.random.default_rng(seed)
    moved, high = rng.random(count) < 0.5, rng.random(count) < 0.5
    chance = np.where(high, 0.9, 0.5)
    treated = rng.random(count) < chance
    reached = (rng.random(count) < 0.1 + 0.5 * high + treated * moved * effect).astype(float)
    return np.where(moved, 0.11, 0.09), reached, treated, chance


def test_effects_said_too_near_each_other_are_set_apart():
    said, *rest = _later(60_000, 1, 0.3)
    slope, shift = level(said, *rest)
    assert shift + slope * 0.11 == pytest.approx(0.3, abs=0.02)
    assert shift + slope * 0.09 == pytest.approx(0.0, abs=0.02)


def test_a_slope_within_its_error_is_drawn_to_none():
    slopes = [level(*_later(1000, seed, 0.0))[0] for seed in range(60)]
    assert min(slopes) == 0.0
    assert np.mean(np.array(slopes) == 0.0) > 0.6
    shift = level(*_later(60_000, 3, 0.0))
    assert shift[1] + shift[0] * 0.1 == pytest.approx(0.0, abs=0.02)


def test_effects_that_are_said_alike_get_the_mean():
    _, reached, treated, chance = _later(60_000, 4, 0.3)
    slope, shift = level(np.full(60_000, 0.1), reached, treated, chance)
    assert (slope, shift) == (0.0, pytest.approx(0.15, abs=0.02))
