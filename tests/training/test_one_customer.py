"""The candidates of one customer, scored together, get the numbers that every member gives each of them alone."""

from dataclasses import replace

import numpy as np
import pytest
from small_model import TALK, customer, fitted, rows

from training.propensity import compiled
from training.propensity.joined import Joined
from training.propensity.linear import Linear
from training.saved import SavedScorer

ACTIONS = ("a", "b", "never_seen", "a")


@pytest.fixture(scope="module")
def table():
    return rows(400)


@pytest.fixture(scope="module")
def saved(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    fitted(table, (np.asarray(table["spend_30d"]) > 900).astype(float)).save(folder)
    return folder


def the_long_way(scorer, one, action_ids):
    blend, calibrator = scorer.speaker(TALK)
    return calibrator(blend.predict(scorer.encoded(one, TALK, action_ids)))


@pytest.mark.parametrize("tree_share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("compiler", [True, False])
def test_a_score_is_the_calibrated_mean_of_the_members(table, saved, tree_share, compiler, monkeypatch):
    if not compiler:
        monkeypatch.setattr(compiled, "library", lambda: None)
    scorer = SavedScorer.load(saved, "1")
    scorer = replace(scorer, blend=replace(scorer.blend, tree_share=tree_share))
    for row in table.slice(0, 50).to_pylist():
        one = customer(row)
        np.testing.assert_allclose(scorer.score(one, TALK, ACTIONS).propensity, the_long_way(scorer, one, ACTIONS), rtol=0, atol=1e-12)


def test_more_candidates_than_a_step_of_the_walk_takes(table, saved):
    scorer, one = SavedScorer.load(saved, "1"), customer(table.to_pylist()[0])
    many = ACTIONS * 40
    np.testing.assert_allclose(scorer.score(one, TALK, many).propensity, the_long_way(scorer, one, many), rtol=0, atol=1e-12)


def test_members_without_a_share_are_not_asked(table, saved):
    scorer, one = SavedScorer.load(saved, "1"), customer(table.to_pylist()[0])
    linear_alone = replace(scorer.blend, tree_share=0.0)
    untouchable = replace(linear_alone, boosted=tuple(object() for _ in linear_alone.boosted))
    assert np.isfinite(replace(scorer, blend=untouchable).score(one, TALK, ACTIONS).propensity).all()


def test_nothing_asked_is_nothing_told(table, saved):
    scores = SavedScorer.load(saved, "1").score(customer(table.to_pylist()[0]), TALK, ())
    assert (len(scores.propensity), len(scores.evidence), scores.likings) == (0, 0, {})


@pytest.mark.parametrize("given", [(12.0, -3.0, 1.0), (np.nan, 400.0, np.nan), (0.0, np.nan, 2.0)])
def test_members_with_columns_and_actions_of_their_own_are_joined_into_their_mean(given):
    """Two numbers with gaps, a word of three, and five actions in the last column, one of them rare; the second member knows three of them."""
    rng = np.random.default_rng(3)
    numbers = np.where(rng.random((3000, 2)) < 0.1, np.nan, rng.normal(size=(3000, 2)) * 50)
    action = rng.choice(5, 3000, p=[0.3, 0.3, 0.2, 0.195, 0.005])
    x = np.column_stack([numbers, rng.integers(0, 3, 3000), action]).astype(np.float64)
    label = (rng.random(3000) < np.where(action == 1, 0.4, 0.1)).astype(np.float64)
    some = action < 3
    members = [
        Linear.fit(x, label, numbers=[0, 1], texts=[2], plain=[], action=3),
        Linear.fit(x[some], label[some], numbers=[0], texts=[2], plain=[0], action=3),
    ]
    codes = np.array([4, 1, 0, -1, 1, 3, 2, 17])
    candidates = np.column_stack([np.tile(given, (len(codes), 1)), np.where(codes < 0, np.nan, codes)])
    joined = Joined.of(members)
    assert joined is not None
    said = joined.candidates(np.array([*given, np.nan]), codes)
    np.testing.assert_allclose(said, np.mean([one.predict(candidates) for one in members], axis=0), rtol=0, atol=1e-12)
    assert len(set(said.round(9))) >= 5
    assert Joined.of([]) is None
