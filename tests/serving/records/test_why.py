"""What a decision rested on is read back to the last bit."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from features.customer import Before, CustomerFeatures, FeatureSchema
from serving.decision.moment import Scene
from serving.decision.record import Bundle, Decision, Ranking
from serving.records.migrate import migrate
from serving.records.store import Store
from serving.records.why import read_why, schema_lines, why_text
from serving.records.writer import Work, Writer

AT = datetime(2026, 3, 10, tzinfo=UTC)
SEEN = CustomerFeatures("c1", True, FeatureSchema(("age", "spend"), ("tier",)), np.array([1 / 3, np.nan]), (None,))
RANKING = Ranking(("a", "b"), (0.1, 1 / 7), (1.0, 1.0), (100.0, 20.0), (1.2, 1.0), (6.0, 0.0), (5.9, 2.857), (12.0, 0.0))
DECISION = Decision(
    "d1", "t", "i1", "c1", "voice", "inbound", "zh-CN", None, AT, AT, "v1", {}, Scene(), "champion", "c1@2026-03", (), (),
    ranking=RANKING, bundle=Bundle(("a", "b"), 1 / 70, "independent"), certificates=frozenset({"credit"}), seen=SEEN,
)  # fmt: skip


def _kept(decision: Decision, tmp_path):
    store = Store(f"sqlite:///{tmp_path}/records.db")
    migrate(store)
    assert Writer(store).commit([Work(schema_lines(decision)), Work(schema_lines(decision))]) == [None, None]
    return read_why(store, "t", "c1", why_text(decision))


def test_ranking_bundle_and_vector_come_back_to_the_last_bit(tmp_path):
    why = _kept(DECISION, tmp_path)
    assert why.ranking == RANKING
    assert why.bundle == DECISION.bundle
    assert why.certificates == {"credit"}
    assert why.language == "zh-CN"
    assert why.seen.schema == SEEN.schema
    assert why.seen.known
    assert why.seen.texts == (None,)
    np.testing.assert_array_equal(why.seen.numbers, SEEN.numbers)
    assert why.seen.before == {}


def test_what_was_proposed_before_comes_back(tmp_path):
    before = {"a": Before(2.0, 1.0, 0.0), "old": Before(1.0, 0.0, 1.0)}
    assert _kept(replace(DECISION, seen=replace(SEEN, before=before)), tmp_path).seen.before == before


def test_a_decision_that_ranked_nothing_comes_back_empty(tmp_path):
    why = _kept(replace(DECISION, ranking=Ranking(), bundle=None), tmp_path)
    assert why.ranking == Ranking()
    assert why.bundle is None
