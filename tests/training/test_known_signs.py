"""What the business knows of a feature no model contradicts, whatever the answers say."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_model import rows

from features.customer import FeatureSchema
from features.views import VIEWS
from training.ahead import Ahead
from training.columns import Columns
from training.propensity.blend import Blend, Recipe
from training.propensity.own import learn
from training.signs import signs_of

ROWS = 4000
SCHEMA = FeatureSchema(("age", "spend_30d", "declined_90d", "acceptance_rate_365d"), ("city",))


def table() -> pa.Table:
    dice = np.random.default_rng(2)
    made = rows(ROWS).append_column("declined_90d", pa.array(dice.poisson(1.5, ROWS).astype(float)))
    return made.append_column("acceptance_rate_365d", pa.array(dice.random(ROWS)))


def misleading(made: pa.Table) -> np.ndarray:
    """Answers as if every no brought a yes, and appetite none; for action a even more."""
    strength = np.where(np.array(made["action_id"].to_pylist()) == "a", 1.2, 0.5)
    score = (
        -1
        + strength * (made["declined_90d"].to_numpy() - 1.5)
        - 2 * made["acceptance_rate_365d"].to_numpy()
        + (made["age"].to_numpy() > 45)
    )
    return (np.random.default_rng(4).random(ROWS) < 1 / (1 + np.exp(-score))).astype(float)


@pytest.fixture(scope="module")
def learned():
    """(columns, encoded rows, blends by share of trees)"""
    made = table()
    columns, label = Columns.of(SCHEMA, made), misleading(made)
    x = columns.matrix(made)
    return columns, x, label, {share: Blend.fit(columns, x, label, Recipe(((), ("age",)), 40, share), 1) for share in (0.0, 0.5, 1.0)}


@settings(max_examples=60, deadline=None)
@given(
    row=st.integers(0, ROWS - 1),
    more=st.floats(0.01, 30),
    share=st.sampled_from([0.0, 0.5, 1.0]),
    known=st.sampled_from([("declined_90d", -1), ("acceptance_rate_365d", 1)]),
)
def test_more_of_it_never_moves_a_yes_the_wrong_way(learned, row, more, share, known):
    columns, x, _, blends = learned
    name, sign = known
    place = columns.names.index(name)
    there = x[[row, row]].copy()
    there[1, place] += more
    said = blends[share].predict(there)
    assert sign * (said[1] - said[0]) >= -1e-9


def test_what_is_not_known_is_still_learned(learned):
    columns, x, _, blends = learned
    there = x[:2].copy()
    there[:, columns.names.index("age")] = (30, 60)
    there[1, [place for place, name in enumerate(columns.names) if name != "age"]] = there[
        0, [p for p, n in enumerate(columns.names) if n != "age"]
    ]
    for blend in blends.values():
        younger, older = blend.predict(there)
        assert older > younger + 0.2


def test_an_actions_own_trees_obey_too(learned):
    columns, x, label, _ = learned
    flat = np.full(ROWS, -1.0)
    ahead = Ahead.of([(flat[start : start + 1300], label[start : start + 1300]) for start in (100, 1400, 2700)])
    named = table()["action_id"].to_pylist()
    own = learn(columns, x, label, named, {}, ahead=ahead, offset=flat, seed=1)
    assert own is not None
    fewer, more = x[:500].copy(), x[:500].copy()
    more[:, columns.names.index("declined_90d")] += 2
    assert (own(more, named[:500]) <= own(fewer, named[:500]) + 1e-9).all()


def test_the_signs_are_those_of_the_views():
    signs = {field.name: field.sign for view in VIEWS for field in view.fields}
    assert {name for name, sign in signs.items() if sign < 0} >= {"declined_90d", "declined_voice_90d", "cancelled_365d"}
    assert signs_of(["declined_30d", "acceptance_rate_365d", "age", "no such column"]) == [-1, 1, 0, 0]
