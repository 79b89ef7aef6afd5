"""Many customers scored together get the numbers each of them gets alone."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from small_model import AT, SCHEMA, TALK, customer, fitted, rows

from features.customer import Before, CustomerFeatures
from training.fatigue import Fatigue
from training.likings import Likings
from training.propensity import compiled
from training.propensity.boosting import Boosting
from training.propensity.own import Own
from training.saved import SavedScorer
from training.together import BLOCK, Together, score_crowd, together

ACTIONS = ("b", "never_seen", "a", *(f"unknown-{n}" for n in range(70)))
"""More than a step of the walk takes."""
PEOPLE = BLOCK + 40
LATE = AT + timedelta(days=3)
TALKS = (
    TALK,
    replace(TALK, channel="carrier_pigeon", sentiment=None, wait_seconds=None, contact_reason=None),
    replace(TALK, recent=None),
    replace(TALK, recent=None, at=LATE),
)
"""Known, in words nobody knows, without a level of the day, and too late for the model's own level."""


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model with every part there is."""
    folder, table = tmp_path_factory.mktemp("model"), rows(3000)
    spend, age = table["spend_30d"].to_numpy(), table["age"].to_numpy()
    scorer = fitted(table, (spend > 900).astype(float))
    untold = fitted(table, (age > 40).astype(float)).blend
    x, flat = scorer.columns.matrix(table), np.zeros(len(spend))
    own = Boosting.fit(x, (age > 50).astype(float), scorer.columns.names, scorer.columns.categorical, 10, 1)
    style = np.random.default_rng(1).choice(["expert", "warm"], len(spend)).tolist()
    likings = Likings.fit(scorer.columns, x, (age > 45).astype(float), style, flat, 100.0)
    assert likings is not None
    everything = replace(
        scorer,
        own=Own({"kind sell": own}, {"b": "kind sell", "never_seen": "kind sell"}),
        fatigue=Fatigue(-0.2, (-0.3, -0.5, 0.1), {"b": -1.0}),
        likings=likings,
        untold=untold,
        stale_from=LATE,
    )
    everything.save(folder)
    return folder


def people() -> list[CustomerFeatures]:
    """With missing values, words never seen, and for some of them a past with some actions."""
    dice, made = np.random.default_rng(8), []
    for place, row in enumerate(rows(PEOPLE).to_pylist()):
        one = customer(row)
        numbers = np.where(dice.random(2) < 0.2, np.nan, one.numbers)
        city = (None, "Atlantis", *one.texts)[place % 3]
        past = {"b": Before(2.0, 1.0, 1.0), "elsewhere": Before(9.0, 0.0, 0.0)} if place % 4 == 0 else {}
        made.append(CustomerFeatures(f"c{place}", True, SCHEMA, numbers, (city,), before=past))
    return made


def asked() -> list:
    return [(one, TALKS[place % 5 % 4]) for place, one in enumerate(people())]


@pytest.mark.parametrize("tree_share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("compiler", [True, False])
def test_together_or_alone_the_numbers_are_the_same(saved, tree_share, compiler, monkeypatch):
    if not compiler:
        monkeypatch.setattr(compiled, "library", lambda: None)
    scorer = SavedScorer.load(saved, "1")
    scorer = replace(scorer, blend=replace(scorer.blend, tree_share=tree_share))
    crowd, everybody = Together(scorer, asked(), ACTIONS), asked()
    for one, talk in everybody:
        alone, among = scorer.score(one, talk, ACTIONS), crowd.score(one, talk, ACTIONS)
        np.testing.assert_allclose(among.propensity, alone.propensity, rtol=0, atol=1e-9)
        np.testing.assert_array_equal(among.evidence, alone.evidence)
        assert list(among.likings) == list(alone.likings)
        for style, liking in alone.likings.items():
            assert among.likings[style].shift == pytest.approx(liking.shift, abs=1e-9)
            assert among.likings[style].yes == liking.yes
    assert len(np.unique(score_crowd(scorer, everybody, ACTIONS).propensity.round(6))) > PEOPLE


def test_threads_and_neighbours_of_other_blocks_do_not_change_a_bit(saved):
    scorer, everybody = SavedScorer.load(saved, "1"), asked()
    whole = score_crowd(scorer, everybody, ACTIONS, threads=1)
    threaded = score_crowd(scorer, everybody, ACTIONS, threads=4)
    first = score_crowd(scorer, everybody[:BLOCK], ACTIONS, threads=2)
    assert np.array_equal(whole.propensity, threaded.propensity)
    assert np.array_equal(whole.liked, threaded.liked)
    assert np.array_equal(whole.propensity[:BLOCK], first.propensity)


def test_what_was_worked_out_is_not_asked_again_and_what_was_not_is(saved, monkeypatch):
    scorer, everybody = SavedScorer.load(saved, "1"), asked()
    crowd = Together(scorer, everybody[:3], ACTIONS)
    alone = []
    monkeypatch.setattr(SavedScorer, "score", lambda self, one, talk, ids: alone.append((one.customer_id, ids)))
    crowd.score(*everybody[1], ("a", "never_seen"))
    assert alone == []
    crowd.score(*everybody[7], ("a",))
    crowd.score(*everybody[1], ("a", "forgotten"))
    assert alone == [("c7", ("a",)), ("c1", ("a", "forgotten"))]


def test_a_model_of_another_make_answers_one_by_one():
    stranger = object()
    assert together(stranger, asked(), ACTIONS) is stranger  # type: ignore[arg-type]


def test_reasons_and_version_are_the_models_own_and_nothing_asked_is_nothing_told(saved):
    scorer, everybody = SavedScorer.load(saved, "7"), asked()
    crowd = Together(scorer, everybody, ACTIONS)
    assert crowd.version == "7"
    assert crowd.contributions(*everybody[0], "a") == scorer.contributions(*everybody[0], "a")
    assert len(crowd.score(*everybody[0], ()).propensity) == 0
    assert score_crowd(scorer, [], ACTIONS).propensity.shape == (0, len(ACTIONS))
