"""What two books ask in one moment is found once, and is what each would have found alone."""

from dataclasses import dataclass, field, replace

from decision_world import AT, TableScorer, customer

from serving.simulation.once import ReadOnce, ScoreOnce
from training.talk import Talk

TABLE = {"a": 0.3, "b": 0.2, "new": 0.6}


def told(scorer, *action_ids: str) -> list[tuple[float, float]]:
    scores = scorer.score(customer(), Talk(AT), action_ids)
    return list(zip(scores.propensity.tolist(), scores.evidence.tolist(), strict=True))


def test_the_scores_are_those_of_the_model_whoever_asks_and_in_whatever_order():
    model, once = TableScorer(TABLE), ScoreOnce(TableScorer(TABLE))
    for asked in (("b", "a"), ("a",), ("new", "b"), ("unheard_of",), ()):
        assert told(once, *asked) == told(model, *asked)


def test_an_action_is_scored_once_a_moment_and_anew_for_the_next():
    once = ScoreOnce(inner := TableScorer(TABLE))
    for moments in (1, 2):
        once.turn_to_next()
        for _ in ("live", "draft"):
            told(once, "a", "b")
        told(once, "a", "new")
        told(once, "new", "b")
        assert len(inner.asked) == 2 * moments


def test_the_likings_are_told_also_to_who_asks_nothing_new():
    class Liking(TableScorer):
        def score(self, *asked):
            return replace(super().score(*asked), likings={"warm": 1.0})

    once = ScoreOnce(Liking(TABLE))
    assert [once.score(customer(), Talk(AT), ("a",)).likings for _ in ("live", "draft")] == [{"warm": 1.0}] * 2
    once.turn_to_next()
    assert once.score(customer(), Talk(AT), ()).likings == {}


@dataclass
class Counting:
    read: list[str] = field(default_factory=list)

    def recent(self, tenant, customer_id):
        self.read.append(customer_id)
        return ()


def test_the_history_is_read_once_a_moment_and_anew_for_the_next():
    once = ReadOnce(counting := Counting())
    for _ in range(2):
        once.turn_to_next()
        for _ in ("live", "draft"):
            once.recent("t", "c1")
    assert counting.read == ["c1", "c1"]
