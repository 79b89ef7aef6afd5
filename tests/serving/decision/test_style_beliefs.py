"""Which style for whom is learned from answers, starts from the stated rules, and every choice carries its probability."""

from collections import Counter

import numpy as np
import pytest

from serving.decision.beliefs import Answers, Beliefs, chances
from serving.decision.style import CURIOSITY, Taste

STYLES = ("warm", "concise", "expert")
SEGMENT = "voice/warm"


def taste(gate: float, arm: float, beliefs: Beliefs) -> Taste:
    return Taste(("warm",), gate, arm, SEGMENT, beliefs)


def learned(**answers: Answers) -> Beliefs:
    return Beliefs({(SEGMENT, style): one for style, one in answers.items()})


def shares(beliefs: Beliefs, draws: int = 40_000) -> dict[str, float]:
    random = np.random.default_rng(7)
    counted = Counter(taste(gate, arm, beliefs).choose(STYLES)[0] for gate, arm in random.random((draws, 2)))
    return {style: counted[style] / draws for style in STYLES}


def stated(beliefs: Beliefs) -> dict[str, float]:
    """The probability every style's choice is logged with."""
    grid = [(gate, arm) for gate in np.linspace(0, 0.999, 101) for arm in np.linspace(0, 0.999, 101)]
    return dict(taste(gate, arm, beliefs).choose(STYLES) for gate, arm in grid)


def test_without_an_answer_the_stated_rule_decides():
    assert stated(Beliefs()) == pytest.approx({"warm": 1 - CURIOSITY + CURIOSITY / 3, "concise": CURIOSITY / 3, "expert": CURIOSITY / 3})


BELIEVED = learned(warm=Answers(400, 60, 80.0), concise=Answers(500, 130, 100.0), expert=Answers(100, 22, 20.0))


@pytest.mark.parametrize("beliefs", [Beliefs(), BELIEVED], ids=["no answer", "answers"])
def test_the_logged_probability_is_the_share_of_choices(beliefs):
    told = stated(beliefs)
    assert sum(told.values()) == pytest.approx(1.0)
    for style, share in shares(beliefs).items():
        assert share == pytest.approx(told[style], abs=4 * (told[style] * (1 - told[style]) / 40_000) ** 0.5)


def test_a_style_that_is_answered_better_than_expected_wins_and_none_is_ever_lost():
    told = stated(learned(warm=Answers(2000, 300, 400.0), concise=Answers(2000, 500, 400.0), expert=Answers(2000, 400, 400.0)))
    assert told["concise"] > 0.8
    assert min(told.values()) >= CURIOSITY / 3


def test_a_style_of_easy_actions_is_not_praised_for_them():
    """Half of all say yes to what expert is written for, as the model knew: that is no merit of the style."""
    told = Beliefs({(SEGMENT, "expert"): Answers(1000, 500, 500.0), (SEGMENT, "warm"): Answers(1000, 100, 100.0)}).best(
        SEGMENT, ("warm", "expert")
    )
    assert told == pytest.approx((0.5, 0.5), abs=0.05)


def test_the_chances_are_those_of_a_long_draw():
    random = np.random.default_rng(1)
    gammas = [(30.0, 20.0), (20.0, 18.0), (12.0, 10.0)]
    drawn = np.array([random.gamma(shape, 1 / rate, 400_000) for shape, rate in gammas]).argmax(axis=0)
    assert chances(gammas) == pytest.approx([float((drawn == one).mean()) for one in range(3)], abs=0.004)


@pytest.mark.parametrize("gammas", [[(10.0, 10.0)] * 3, [(1e6, 1e6), (1e6, 1.001e6)], [(10.0, 1e5), (1e5, 10.0)]])
def test_chances_are_finite_and_sum_to_one(gammas):
    assert sum(chances(gammas)) == pytest.approx(1.0)
    assert all(0.0 <= chance <= 1.0 for chance in chances(gammas))
