"""What two books ask in one moment is found once, and is what each would have found alone."""

from dataclasses import dataclass, field

from decision_world import AT, TableScorer, customer, moment

from serving.records.moments import LoggedMoment
from serving.simulation.ahead import Ahead, ReadOnce
from training.errors import TrainingError
from training.talk import Talk

TABLE = {"a": 0.3, "b": 0.2, "new": 0.6}


def logged(number: int, *ranked: str) -> LoggedMoment:
    return LoggedMoment(f"d{number}", moment(), customer(), ranked)


def told(scorer, *action_ids: str) -> list[tuple[float, float]]:
    scores = scorer.score(customer(), Talk(AT), action_ids)
    return list(zip(scores.propensity.tolist(), scores.evidence.tolist(), strict=True))


def test_the_scores_are_those_of_the_model_whoever_asks_and_in_whatever_order():
    model, ahead = TableScorer(TABLE), Ahead(TableScorer(TABLE))
    ahead.foresee([logged(1, "a", "b")])
    ahead.turn_to("d1")
    for asked in (("b", "a"), ("a",), ("new", "b"), ("unheard_of",), ()):
        assert told(ahead, *asked) == told(model, *asked)


def test_a_ranked_action_is_scored_once_and_one_the_log_did_not_rank_once_more():
    ahead = Ahead(inner := TableScorer(TABLE))
    ahead.foresee([logged(1, "a", "b"), logged(2, "a")])
    foreseen = len(inner.asked)
    ahead.turn_to("d1")
    for _ in ("live", "draft"):
        told(ahead, "a", "b")
    assert len(inner.asked) == foreseen
    for _ in ("live", "draft"):
        told(ahead, "a", "new")
    assert len(inner.asked) == foreseen + 1
    ahead.foresee([logged(3, "a")])
    foreseen = len(inner.asked)
    ahead.turn_to("d3")
    told(ahead, "a", "new")
    assert len(inner.asked) == foreseen, "what was asked beyond the log is foreseen from then on"


def test_a_moment_does_not_see_the_scores_of_another():
    ahead = Ahead(inner := TableScorer(TABLE))
    ahead.foresee([logged(1, "a")])
    ahead.turn_to("d1")
    ahead.turn_to("d2")
    before = len(inner.asked)
    told(ahead, "a")
    assert len(inner.asked) == before + 1


def test_a_model_that_fails_is_left_to_fail_where_the_decision_can_say_so():
    class Failing(TableScorer):
        def score_many(self, asked):
            raise TrainingError("out of order")

    ahead = Ahead(Failing(TABLE))
    ahead.foresee([logged(1, "a")])
    ahead.turn_to("d1")
    assert told(ahead, "a") == [(0.3, 1e12)]


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
