"""The general examination: every member of a family, found by looking, crossed with what the family promises. A new member that is not enrolled fails here."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import small_model
from decision_world import AT, World, action, book, customer, fell, limit, policy, shown, told

import features
import training.propensity
from features.events.tables import TABLES
from features.row_store import RowStore
from features.views import VIEWS
from features.views.sql import visible
from playbooks.schema.words import Level, PolicyStage
from training.columns import Columns
from training.propensity.blend import Blend, Recipe
from training.propensity.boosting import Boosting
from training.propensity.compiled import CompiledTrees
from training.propensity.linear import Linear


@dataclass(frozen=True)
class Member:
    """What a member of training/propensity is examined with. again: the same model after it was written down and read."""

    predict: Callable[[np.ndarray], np.ndarray]
    again: Callable[[Path], Callable[[np.ndarray], np.ndarray]]


@cache
def table() -> tuple[Columns, np.ndarray, np.ndarray]:
    rows = small_model.rows(600)
    columns = Columns.of(small_model.SCHEMA, rows)
    x = columns.matrix(rows)
    return columns, x, (np.random.default_rng(2).random(len(x)) < 0.2 + 0.3 * (x[:, 0] > 45)).astype(float)


def boosting(seed: int) -> Member:
    columns, x, label = table()
    made = Boosting.fit(x, label, columns.names, columns.categorical, 20, seed)
    return Member(made.predict, lambda folder: made.save(folder / "trees.txt") or Boosting.load(folder / "trees.txt").predict)


def linear(seed: int) -> Member:
    columns, x, label = table()
    *texts, acts = columns.categorical
    numbers = [place for place in range(x.shape[1]) if place not in columns.categorical]
    made = Linear.fit(x, label, numbers=numbers, texts=texts, plain=columns.plain, action=acts)
    return Member(made.predict, lambda _: Linear.from_json(json.loads(json.dumps(made.to_json()))).predict)


def blend(seed: int) -> Member:
    columns, x, label = table()
    made = Blend.fit(columns, x, label, Recipe(((), ("age",)), 20, 0.5), seed)
    return Member(made.predict, lambda folder: made.save(folder) or Blend.load(folder).predict)


def compiled(seed: int) -> Member:
    columns, x, label = table()
    dumped = Boosting.fit(x, label, columns.names, columns.categorical, 20, seed).booster.dump_model()
    return Member(CompiledTrees.of(dumped).predict, lambda _: CompiledTrees.of(json.loads(json.dumps(dumped))).predict)


MEMBERS = {Boosting: boosting, Linear: linear, Blend: blend, CompiledTrees: compiled}
every_member = pytest.mark.parametrize("make", MEMBERS.values(), ids=[kind.__name__ for kind in MEMBERS])


def classes_in(package) -> set[type]:
    modules = [importlib.import_module(f"{package.__name__}.{found.name}") for found in pkgutil.iter_modules(package.__path__)]
    return {kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass) if kind.__module__ == module.__name__}


def test_every_class_that_predicts_is_examined():
    assert {kind for kind in classes_in(training.propensity) if hasattr(kind, "predict")} == set(MEMBERS)


@every_member
def test_a_seed_is_a_model_and_a_saved_model_is_the_same(make, tmp_path):
    _, x, _ = table()
    one = make(1)
    np.testing.assert_array_equal(one.predict(x), make(1).predict(x))
    np.testing.assert_allclose(one.again(tmp_path)(x), one.predict(x), rtol=0, atol=1e-9)


@every_member
def test_nothing_known_and_nothing_asked_are_numbers_too(make):
    columns, x, _ = table()
    strange = np.vstack([np.full(x.shape[1], np.nan), np.where(np.isin(range(x.shape[1]), columns.categorical), 999.0, 1e9)])
    member = make(1)
    assert np.isfinite(member.predict(strange)).all()
    assert member.predict(x[:0]).shape == (0,)
    np.testing.assert_allclose(member.predict(x[:5]), np.concatenate([member.predict(row[None]) for row in x[:5]]), rtol=0, atol=1e-9)


def test_every_store_of_rows_is_one_that_the_stores_tests_open():
    promised = {name for name, verb in vars(RowStore).items() if inspect.isfunction(verb) and not name.startswith("_")}
    found = {kind.__name__ for kind in classes_in(features) if promised <= set(dir(kind)) and kind is not RowStore}
    opened = (Path(__file__).parents[1] / "features" / "conftest.py").read_text(encoding="utf-8")
    assert found == {"CompactRows", "RedisRows"}
    assert all(name in opened for name in found)


@pytest.mark.parametrize("view", VIEWS[:-1], ids=lambda view: view.name)
def test_a_view_looks_at_events_only_through_the_one_rule_of_what_was_known(view):
    """Every event table it joins is joined by `visible`, the rule of point-in-time truth, and by the ids of the person at the moment."""
    joined = [(name, letter) for name in TABLES for letter in "to" if f"JOIN {name} {letter} ON" in view.sql]
    assert joined
    for name, letter in joined:
        assert visible(letter, TABLES[name].happened_at) in view.sql
    assert "FROM members m JOIN" in view.sql


@pytest.mark.parametrize("stage", PolicyStage)
def test_every_kind_of_policy_takes_out_what_it_does_not_allow_and_says_so(stage):
    grown_up = policy("customer.age >= 18", "of_age", stage=stage)
    playbook = book([action("a")], engagement_policies=(grown_up,))
    for age, stands in ((18.0, True), (17.9, False), (float("nan"), False)):
        decision = World(playbook, customer(age=age)).decide()
        assert ("a" in shown(decision)) is stands
        assert stands or fell(decision, "a") == (stage.value, "of_age")


@pytest.mark.parametrize("one_channel", [False, True])
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("outcome", ["presented", "accepted", "declined", "deferred", "converted", "cancelled"])
def test_every_kind_of_limit_pauses_and_ends_when_it_says(level, outcome, one_channel):
    rule = limit(outcomes=frozenset({outcome}), level=level, one_channel=one_channel, count=1, pause=timedelta(days=5))

    def decide(days: float):
        past = [told(outcome, ago=timedelta(days=days))]
        return World(book([action("a"), action("b", group="else")], contact_policies=(rule,)), customer(history=past)).decide(
            limit=9, channel="voice"
        )

    paused = decide(4.9)
    until = {fall.until for fall in paused.withheld if fall.policy_id == "tired"}
    assert until == {AT - timedelta(days=4.9) + timedelta(days=5)}
    assert ("b" in shown(paused)) is (level is not Level.KIND)
    assert {"a", "b"} <= set(shown(decide(5.0)))
