"""Who hears the wording on trial."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from decision_world import World, action, book, script

from serving.records.insights import Fate
from serving.records.trials import arm_of
from training.labels import OutcomeEvent

NOON = datetime(2026, 3, 10, 4, tzinfo=UTC)
PEOPLE = [f"p{number}" for number in range(3000)]


def arms(share: float, trial_id: str = "a-new") -> dict[str, str]:
    """What each of the people is shown, by customer."""
    standing = script("a")
    tried = replace(standing, script_id=trial_id, trial=share)
    world = World(book([action("a", scripts=(tried, standing))]))
    return {who: world.decide(customer_id=who).actions[0].script.script_id for who in PEOPLE}


def test_the_share_is_kept_and_a_wider_one_moves_nobody_back():
    narrow, wide = arms(0.2), arms(0.6)
    heard = {who for who, said in narrow.items() if said == "a-new"}
    assert len(heard) / len(PEOPLE) == pytest.approx(0.2, abs=0.025)
    assert heard <= {who for who, said in wide.items() if said == "a-new"}


def test_every_trial_has_a_salt_of_its_own():
    one, other = arms(0.5), arms(0.5, "a-other")
    both = sum(said == "a-new" and other[who] == "a-other" for who, said in one.items())
    assert both / len(PEOPLE) == pytest.approx(0.25, abs=0.03)


def test_at_0_nobody_hears_it_and_at_100_everybody():
    assert set(arms(0.0).values()) == {"a-warm-en"}
    assert set(arms(1.0).values()) == {"a-new"}


def test_a_customer_asked_often_counts_as_one():
    """Ten answers of one person tell less than ten of ten people."""

    def fate(customer: str, outcome: str) -> Fate:
        return Fate("a", "voice", "warm", "champion", customer, customer, None, None, [OutcomeEvent(outcome, NOON, NOON)])

    ten = [fate(f"c{number}", "accepted" if number < 5 else "declined") for number in range(10)]
    few = [fate("c1", "accepted")] * 5 + [fate("c2", "declined")] * 5
    alone, crowd = arm_of(few), arm_of(ten)
    assert alone.acceptance_rate == crowd.acceptance_rate == 0.5
    assert (alone.customers, crowd.customers) == (2, 10)
    assert alone.standard_error == pytest.approx(0.5)
    assert crowd.standard_error == pytest.approx((0.25 / 9) ** 0.5)
