"""What was proposed before counts in the next propensity: with the right sign, only where it is confirmed, and the same live as in training."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import TALK, customer, fitted, rows

from features.action_history import BEFORE_NUMBERS
from features.customer import NOTHING_BEFORE, Before
from training.ahead import Ahead
from training.fatigue import Fatigue, learn
from training.fit import fit
from training.saved import SavedScorer
from training.training_set import TrainingSet

ROWS = 6000
FLAT = np.full(ROWS, -0.85)
ACTIONS = np.random.default_rng(2).choice(["binding", "insurance"], ROWS).tolist()
COUNTS = st.tuples(*[st.integers(0, 30).map(float)] * 3).map(lambda counts: Before(*counts))


def before() -> np.ndarray:
    """Shown to half of all, declined by some of them, accepted by a fifth."""
    dice = np.random.default_rng(3)
    presented = dice.poisson(0.7, ROWS).astype(float)
    return np.column_stack([presented, np.minimum(dice.poisson(0.4, ROWS), presented), dice.random(ROWS) < 0.2])


def answers(told: np.ndarray, shown: float, declined: float, once: float) -> np.ndarray:
    """once: what an earlier yes does to the binding, which is wanted one time; to the insurance it does the contrary."""
    again = np.where(np.array(ACTIONS) == "binding", once, -once) * told[:, 2]
    log_odds = -0.85 + shown * np.log1p(told[:, 0]) + declined * np.log1p(told[:, 1]) + again
    return (np.random.default_rng(4).random(ROWS) < 1 / (1 + np.exp(-log_odds))).astype(float)


def ahead(label: np.ndarray) -> Ahead:
    return Ahead.of([(FLAT[start : start + 1200], label[start : start + 1200]) for start in (2400, 3600, 4800)])


def learned(shown: float, declined: float, once: float) -> Fatigue | None:
    label = answers(before(), shown, declined, once)
    return learn(before(), ACTIONS, label, ahead=ahead(label), offset=FLAT)


def test_what_tires_and_what_is_wanted_once_are_found():
    fatigue = learned(-0.6, -0.9, -1.5)
    assert fatigue is not None
    assert fatigue.counts[0] == pytest.approx(-0.6, abs=0.15)
    assert fatigue.counts[1] == pytest.approx(-0.9, abs=0.25)
    moved = {name: fatigue.of({name: Before(0.0, 0.0, 1.0)}, [name])[0] - fatigue.base for name in ("binding", "insurance")}
    assert moved["binding"] < -0.9
    assert moved["insurance"] > 0.9


def test_where_it_tells_nothing_it_is_left_out():
    assert learned(0.0, 0.0, 0.0) is None


def test_shown_and_declined_never_raise_the_odds_even_where_the_answers_say_so():
    """Proposals follow the interested: without the bound, the more often it was shown, the likelier a yes."""
    label = answers(before(), 0.8, 0.5, 0.0)
    assert Fatigue.fit(before(), ACTIONS, label, FLAT).counts[:2] == (0.0, 0.0)
    mixed = Fatigue.fit(before(), ACTIONS, answers(before(), -0.7, 0.6, 0.0), FLAT)
    assert mixed.counts[0] < -0.3
    assert mixed.counts[1] == 0.0


@settings(max_examples=200, deadline=None)
@given(now=COUNTS, more=COUNTS)
def test_a_proposal_or_a_no_more_never_makes_a_yes_likelier(now: Before, more: Before):
    fatigue = Fatigue(0.1, (-0.4, -0.6, 0.2), {"binding": -1.0})
    later = Before(now.presented + more.presented, now.declined + more.declined, now.accepted)
    assert fatigue.of({"binding": later}, ["binding"])[0] <= fatigue.of({"binding": now}, ["binding"])[0] + 1e-12


def test_nothing_heard_of_an_action_is_nothing_but_the_base():
    fatigue = Fatigue(0.1, (-0.4, -0.6, 0.2), {"binding": -1.0})
    assert fatigue.of({}, ["binding", "new"]).tolist() == [0.1, 0.1]
    assert fatigue.of({"binding": NOTHING_BEFORE}, ["binding", "new"]) == pytest.approx([0.1, 0.1])


def tired_model(table: pa.Table) -> SavedScorer:
    label = np.random.default_rng(1).integers(0, 2, table.num_rows).astype(float)
    return replace(fitted(table, label), fatigue=Fatigue(0.1, (-0.4, -0.6, 0.2), {"b": -1.0}))


def test_training_rows_and_a_live_customer_get_the_same_propensity(tmp_path):
    table = rows(300)
    told = np.random.default_rng(9).integers(0, 4, (300, 3)).astype(float)
    for place, name in enumerate(BEFORE_NUMBERS):
        table = table.append_column(name, pa.array(told[:, place]))
    tired_model(table).save(tmp_path / "model")
    scorer = SavedScorer.load(tmp_path / "model", "1")
    expected = scorer.predict(table)
    for place, row in enumerate(table.slice(0, 40).to_pylist()):
        person = replace(customer(row), before={row["action_id"]: Before(*told[place])})
        assert scorer.score(person, TALK, [row["action_id"]]).propensity[0] == pytest.approx(expected[place], abs=1e-9)


def test_an_explanation_names_what_was_proposed_before():
    table = rows(300)
    scorer = replace(tired_model(table), fatigue=Fatigue(0.1, (-40.0, -60.0, 0.2), {}))
    person = replace(customer(table.slice(0, 1).to_pylist()[0]), before={"b": Before(2.0, 1.0, 0.0)})
    told = dict(scorer.contributions(person, TALK, "b"))
    assert told["action_presented_90d"] == pytest.approx(-40.0 * np.log(3))
    assert told["action_declined_90d"] == pytest.approx(-60.0 * np.log(2))
    assert "action_presented_90d" not in dict(scorer.contributions(person, TALK, "a"))


def test_a_model_is_fitted_with_it_and_an_older_one_is_read_without(tmp_path):
    table, told = rows(ROWS), before()
    label = answers(told, -0.8, -1.2, 0.0)
    for place, name in enumerate(BEFORE_NUMBERS):
        table = table.append_column(name, pa.array(told[:, place]))
    at = np.datetime64("2026-03-01T00:00:00", "us") + np.arange(ROWS).astype("timedelta64[m]")
    scorer = fit(TrainingSet(customer(table.slice(0, 1).to_pylist()[0]).schema, table, label, at), 1).scorer
    assert scorer.fatigue is not None
    assert scorer.fatigue.counts[1] < -0.6
    scorer.save(tmp_path / "model")
    assert json.loads((tmp_path / "model" / "fatigue.json").read_text())["counts"] == list(scorer.fatigue.counts)
    (tmp_path / "model" / "fatigue.json").unlink()
    assert SavedScorer.load(tmp_path / "model", "1").fatigue is None
