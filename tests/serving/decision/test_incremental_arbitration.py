"""An action with a goal is ranked by what asking adds, once a model tells; the record and the explanation say so."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import orjson
import pytest
from decision_world import AT, TableScorer, World, action, book, shown
from test_explanation import why

from playbooks.schema.incremental import GoalTable, Incremental
from serving.api.answer import decision_bytes
from serving.decision.explanation_words import for_agent, for_customer
from serving.decision.incremental import in_holdout
from serving.records.why import ranking_of, why_text
from serving.simulation.once import ScoreOnce
from training.scorer import Gain, Scores

GOAL = Incremental(0.3, GoalTable.TRANSACTIONS, (("category", "instalment"),), timedelta(days=30))
PEOPLE = [f"p{number}" for number in range(2000)]
HELD, FREE = (next(who for who in PEOPLE if in_holdout("a", who, 0.3) is held) for held in (True, False))


@dataclass
class Telling(TableScorer):
    """Also knows what asking adds."""

    gains: dict[str, Gain] = field(default_factory=dict)

    def score(self, customer, talk, action_ids) -> Scores:
        scores = super().score(customer, talk, action_ids)
        return replace(scores, gains={name: gain for name, gain in self.gains.items() if name in action_ids})


def telling(uplift: float, goal: str = GOAL.goal) -> Telling:
    return Telling({"a": 0.5, "b": 0.3, "help": 0.1}, gains={"a": Gain(goal, uplift)})


def world(told: Incremental | None = GOAL, **changes) -> World:
    return World(book([action("a", incremental=told), action("b")]), **changes)


def test_what_asking_adds_ranks_in_place_of_the_propensity():
    sure = world(champion=telling(0.02)).decide(customer_id=FREE)
    moved = world(champion=telling(0.45)).decide(customer_id=FREE)
    assert shown(world(champion=telling(0.02, "another goal")).decide(customer_id=FREE))[:2] == ["a", "b"], "the propensity decides"
    assert shown(sure)[:2] == ["b", "a"]
    assert shown(moved)[:2] == ["a", "b"]
    card = moved.actions[0]
    assert card.incremental.uplift == 0.45
    assert card.propensity == card.components.propensity == pytest.approx(0.5)
    assert card.priority == pytest.approx(0.45 * 100.0 - 1.0)
    assert [reason.code for reason in card.reasons] == ["best_priority", "evidence", "incremental"]
    assert card.reasons[2].text == "Ranked by what asking adds: 45 more of 100 such customers than without"
    assert moved.actions[1].incremental is None


def test_below_zero_it_is_worth_its_cost_and_no_less():
    card = next(card for card in world(champion=telling(-0.4)).decide(customer_id=FREE).actions if card.action_id == "a")
    assert (card.incremental.uplift, card.priority) == (0.0, -1.0)


def test_nothing_changes_for_a_book_without():
    plain, told = world(None, champion=TableScorer({"a": 0.5, "b": 0.3})), world(None, champion=telling(0.0))
    for who in (HELD, FREE):
        one, other = plain.decide(customer_id=who), told.decide(customer_id=who)
        assert shown(one) == shown(other) == ["a", "b", "help"]
        assert one.ranking.priority[:2] == other.ranking.priority[:2] == pytest.approx((49.0, 29.0))
        assert [card.incremental for card in one.actions] == [None] * 3
        assert "uplift" not in orjson.loads(why_text(one))


def test_the_record_and_the_answer_say_it():
    decision = world(champion=telling(0.45)).decide(customer_id=FREE)
    kept = ranking_of(why_text(decision))
    assert kept == decision.ranking
    assert kept.uplift == (0.45, None, None)
    card = orjson.loads(decision_bytes(decision))["actions"][0]
    assert card["incremental"] == {"holdout": 0.3, "uplift": 0.45}
    assert sorted(card["components"]) == ["context", "cost", "lever", "propensity", "value"]


def test_the_explanation_prices_by_it_and_says_so():
    told, case = why(world(champion=telling(0.02)), "a", customer_id=FREE)
    assert (told.price.uplift, told.gap.against) == (0.02, "b")
    assert told.gap.needed["uplift"] == pytest.approx(0.3)
    assert "propensity" not in told.gap.needed
    assert "about 2 more of 100 such customers than without" in for_agent(told, case, AT.tzinfo)
    assert "Most telling" not in for_agent(told, case, AT.tzinfo), "what moved the propensity did not rank it"
    would = shown(world(champion=telling(told.gap.needed["uplift"] + 0.001)).decide(customer_id=FREE))
    assert would[0] == "a"


def test_the_explanation_of_one_held_back_prices_what_it_would_have_been():
    told, case = why(world(champion=telling(0.45)), "a", customer_id=HELD)
    assert told.place.stage == "holdout"
    assert (told.price.estimated, told.price.uplift, told.price.priority) == (True, 0.45, pytest.approx(44.0))
    assert "Held back from this customer by chance" in for_agent(told, case, AT.tzinfo)
    assert "We do not suggest" in for_customer(told, case)
    assert told.funnel.stations[-2].fell == 1


def test_two_books_asked_at_once_see_the_same_gains():
    once = ScoreOnce(telling(0.45))
    first = world(champion=once).decide(customer_id=FREE)
    again = world(champion=once, first_id=5).decide(customer_id=FREE)
    assert first.ranking == again.ranking
    assert first.ranking.uplift[0] == 0.45
    once.turn_to_next()
    assert once.score(None, None, ["b"]).gains == {}
