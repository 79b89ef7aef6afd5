"""From one's own holdout to arbitration, in a world whose truth is known: the sure reach the goal anyway, the persuadable only when asked."""

from dataclasses import replace
from datetime import timedelta
from math import isclose

import numpy as np
import pyarrow as pa
import pytest
from decision_world import NO_EXPERIMENT, World, shown
from incremental_world import ALONE, ASKED, GOAL, LEARNED, PERSUADABLE, SURE, live, person, tier, world_book

from features.build import feature_schema
from features.events.lake import Lake
from features.home import Home
from serving.decision.incremental import in_holdout
from training.registry import CHALLENGER, Registry
from training.replay.log import BanditLog
from training.replay.registered import registered
from training.saved import SavedScorer
from training.talk import Talk
from training.together import Together
from training.train import stale, train
from training.uplift.experiment import experiments
from training.uplift.learn import learn

TALK = Talk(LEARNED, "app", "inbound", None, None, None, None, None)
FREE = {
    kind: next(number for number in range(100) if tier(number) == kind and not in_holdout("a", f"c{number:05}", GOAL.holdout))
    for kind in (SURE, PERSUADABLE)
}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    made = Home(tmp_path_factory.mktemp("experiment") / "home")
    live(made)
    return made


@pytest.fixture(scope="module")
def report(home):
    return train(home, world_book(), LEARNED)


@pytest.fixture(scope="module")
def model(home, report) -> SavedScorer:
    return Registry(home).load(CHALLENGER)


def test_the_persuadable_are_asked_and_the_sure_are_not(home, report, model):
    """By the propensity the action ranks first for both, and for the sure ones all the more."""
    assert report.incremental["a"].startswith("ranked by what asking adds: Qini")
    for kind, first in ((PERSUADABLE, "a"), (SURE, "b")):
        who = person(home, FREE[kind])
        world = World(world_book(), who=who, champion=model)
        decision = world.decide(customer_id=who.customer_id, at=LEARNED)
        assert shown(decision)[0] == first, kind
        untaught = World(world_book(), who=who, champion=replace(model, gains=None))
        assert shown(untaught.decide(customer_id=who.customer_id, at=LEARNED))[0] == "a"


def test_the_uplift_is_near_the_truth(home, model):
    told = {kind: model.score(person(home, FREE[kind]), TALK, ["a", "b"]).gains for kind in (SURE, PERSUADABLE)}
    assert {*told[SURE]} == {"a"}
    for kind, gains in told.items():
        assert gains["a"].uplift == pytest.approx(ASKED[kind] - ALONE[kind], abs=0.06), kind
    chance = {kind: model.score(person(home, FREE[kind]), TALK, ["a"]).propensity[0] for kind in told}
    assert chance[SURE] > chance[PERSUADABLE]


@pytest.mark.parametrize("goal", [GOAL, replace(GOAL, within=timedelta(days=9)), None])
def test_a_replay_proposes_what_the_decision_would(home, model, goal):
    """By what asking adds where the book has the goal the model learned for, else by the propensity."""
    kinds = [PERSUADABLE, SURE]
    count = 2 * len(kinds)
    context = {
        "customer_id": [f"c{FREE[kind]:05}" for kind in kinds] * 2,
        "decided_at": pa.array([LEARNED] * count, pa.timestamp("us", "UTC")),
        "channel": ["app"] * count,
        "direction": ["inbound"] * count,
    }
    log = BanditLog(("a", "b"), np.array([0, 0, 1, 1]), np.ones(count), np.full((count, 2), 0.5), np.arange(count), pa.table(context))
    book = replace(world_book(goal), experiment=NO_EXPERIMENT)
    target, _ = registered(log, home, book, CHALLENGER)
    for row, kind in enumerate(kinds):
        who = person(home, FREE[kind])
        decision = World(book, who=who, champion=model).decide(customer_id=who.customer_id, at=LEARNED, channel="app")
        assert log.actions[target[row].argmax()] == shown(decision)[0], kind


def test_saved_and_loaded_it_gives_the_same_numbers(home, model, tmp_path):
    model.save(tmp_path / "model")
    assert not [path for path in (tmp_path / "model").rglob("*") if path.suffix in {".pkl", ".pickle"}]
    again = SavedScorer.load(tmp_path / "model", "9")
    for number in range(40):
        who = person(home, number)
        assert again.score(who, TALK, ["a", "b"]).gains == model.score(who, TALK, ["a", "b"]).gains
    found = experiments(Lake(home), world_book(), LEARNED)
    fresh, _ = learn(Lake(home), model.columns, feature_schema(Lake(home)), found, 1)
    row = model.columns.row(person(home, 3), TALK)
    assert isclose(fresh.of_one(row, ["a"])["a"].uplift, again.gains.of_one(row, ["a"])["a"].uplift, abs_tol=1e-12)


def test_many_at_once_hear_what_each_would_hear_alone(home, model):
    crowd = [(person(home, number), TALK) for number in range(6)]
    together = Together(model, crowd, ["b", "a"])
    for who, talk in crowd:
        assert together.score(who, talk, ["a", "b"]).gains == model.score(who, talk, ["a", "b"]).gains != {}


def test_gender_and_age_do_not_speak(model):
    named = {model.columns.names[place] for place in model.gains.places}
    assert "value_tier" in named
    assert not named & {"gender", "age", "channel", "action_id", "sentiment"}


def test_the_same_experiment_is_nothing_new_and_another_goal_is(home, report):
    assert report.version
    assert not stale(home, world_book(), LEARNED)
    assert stale(home, world_book(replace(GOAL, within=timedelta(days=9))), LEARNED)
    assert stale(home, world_book(None), LEARNED) is False, "a book without goals asks for none"


def test_where_asking_adds_nothing_no_model_is_kept(tmp_path):
    made = Home(tmp_path / "home")
    live(made, alone=ASKED)
    told = train(made, world_book(), LEARNED)
    assert told.incremental["a"].endswith("may be chance")
    loaded = Registry(made).load(CHALLENGER)
    assert loaded.gains is None
    assert loaded.score(person(made, 1), TALK, ["a"]).gains == {}


def test_where_few_were_held_back_nothing_is_claimed(tmp_path, model):
    made = Home(tmp_path / "home")
    live(made, people=300)
    gains, told = learn(Lake(made), model.columns, feature_schema(Lake(made)), experiments(Lake(made), world_book(), LEARNED), 1)
    assert gains is None
    assert "are too few" in str(told["a"])


def test_a_book_without_goals_learns_none(home):
    assert experiments(Lake(home), world_book(None), LEARNED) == {}
