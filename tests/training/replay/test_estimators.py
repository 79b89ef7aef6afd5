"""The estimators keep their word: unbiased where they say so, intervals that hold the truth 95 times of a hundred."""

import numpy as np
import pytest
from known_logs import World, hand_made, softmax

from features.simulator.truth import Truth
from features.simulator.words import ACTION_IDS, DEFAULT_VALUES
from training.errors import ZeroSupport
from training.replay.dr import dr
from training.replay.estimate import Estimate
from training.replay.ips import ips
from training.replay.replay import replay
from training.replay.reward_model import predicted_rewards
from training.replay.snips import snips

RUNS = 500


def _coverage(world: World, rows: int) -> dict[str, float]:
    """Share of RUNS logs whose interval holds the truth, by estimator. The doubly robust one gets a reward model that is plainly wrong."""
    rng, truth = np.random.default_rng(11), world.value
    wrong = 0.4 * (world.chance * world.worth).mean(axis=1, keepdims=True) * np.ones_like(world.chance)
    held = {"ips": 0, "snips": 0, "dr": 0}
    for _ in range(RUNS):
        context, action, reward = world.draw(rows, rng)
        logged, target = world.logging[context, action], world.target[context]
        chance = target[np.arange(rows), action]
        for name, estimate in {
            "ips": ips(reward, logged, chance),
            "snips": snips(reward, logged, chance),
            "dr": dr(reward, logged, target, action, wrong[context]),
        }.items():
            held[name] += estimate.low <= truth <= estimate.high
    return {name: count / RUNS for name, count in held.items()}


def test_intervals_hold_the_truth_of_a_known_log():
    assert all(0.93 <= share <= 0.97 for share in _coverage(hand_made(), 1500).values())


def test_intervals_hold_the_simulators_truth():
    truth = Truth(500, 4, 2)
    talks = truth.next_interactions(2000, np.random.default_rng(5))
    chance = truth.accept_matrix(talks, "warm")
    worth = np.array([DEFAULT_VALUES[action] for action in ACTION_IDS])
    uniform = np.full(chance.shape, 1 / chance.shape[1])
    world = World(chance, worth, uniform, softmax(chance * worth / 10))
    shares = _coverage(world, 10_000)
    assert all(0.93 <= share <= 0.97 for share in shares.values()), shares


def test_short_logs_of_rare_rewards_get_an_interval_that_leans():
    """Few and skewed rows: reaching further up than down holds the truth more often than the symmetric interval would."""
    rare = (np.random.default_rng(2).random(400) < 0.03) * 50.0
    found = Estimate.of_mean(rare)
    assert found.high - found.value > 1.1 * (found.value - found.low)
    assert Estimate.of_mean(-rare).high == pytest.approx(-found.low)


def test_customers_with_many_rows_count_once():
    """A hundred copies of one row are one observation: the interval of clustered rows is the one of their units."""
    rng = np.random.default_rng(1)
    once = rng.normal(size=80)
    many, units = np.repeat(once, 100), np.repeat(np.arange(80), 100)
    assert Estimate.of_mean(many, units).standard_error == pytest.approx(Estimate.of_mean(once).standard_error)
    assert Estimate.of_mean(many).standard_error < Estimate.of_mean(once).standard_error / 5


def test_the_logs_own_policy_is_estimated_by_its_plain_mean():
    reward, logged = np.array([0.0, 2.0, 1.0, 5.0]), np.array([0.2, 0.5, 0.9, 0.1])
    for estimator in (ips, snips):
        assert estimator(reward, logged, logged).value == pytest.approx(2.0)


def test_known_figures_by_hand():
    """Weights 2, 0, 1: ips = (2 x 3 + 0 + 1 x 1) / 3, snips = 7 / 3 over mean weight 1, dr with a model that says 1 everywhere."""
    reward, logged, target = np.array([3.0, 4.0, 1.0]), np.array([0.25, 0.5, 0.5]), np.array([0.5, 0.0, 0.5])
    assert ips(reward, logged, target).value == pytest.approx(7 / 3)
    assert snips(reward, logged, target).value == pytest.approx(7 / 3)
    whole = np.stack([target, 1 - target], axis=1)
    value = dr(reward, logged, whole, np.zeros(3, dtype=np.intp), np.ones((3, 2))).value
    assert value == pytest.approx(1 + (2 * 2 + 0 + 0) / 3)


def test_snips_refuses_a_candidate_the_log_never_agrees_with():
    with pytest.raises(ZeroSupport, match="none of the actions"):
        snips(np.ones(3), np.full(3, 0.5), np.zeros(3))


def test_a_good_reward_model_narrows_the_interval():
    world = hand_made()
    log, target = world.log(4000, np.random.default_rng(8))
    context = log.context["context"].to_numpy().astype(int)
    perfect = (world.chance * world.worth)[context]
    told = dr(log.reward, log.shown, target, log.action, perfect)
    untold = ips(log.reward, log.shown, log.of_shown(target))
    assert told.standard_error < 0.9 * untold.standard_error


def test_the_reward_model_never_sees_the_customer_it_judges():
    """Rewards that are pure noise cannot be predicted: cross-fitted predictions do not correlate with them."""
    log, _ = hand_made().log(3000, np.random.default_rng(4))
    noise = np.random.default_rng(9).normal(size=3000)
    blind = type(log)(log.actions, log.action, noise, log.logged, log.customer, log.context)
    predicted = predicted_rewards(blind)[np.arange(3000), log.action]
    assert abs(np.corrcoef(predicted, noise)[0, 1]) < 0.06


def test_the_whole_replay_finds_the_value_and_gives_the_same_for_the_same_seed():
    world = hand_made()
    log, target = world.log(6000, np.random.default_rng(2))
    found, again = replay(log, target), replay(log, target)
    assert found == again
    for estimate in found.estimators.values():
        assert abs(estimate.value - world.value) < 4 * estimate.standard_error
    assert found.logged.high < min(estimate.low for estimate in found.estimators.values())
