"""Which style for whom is learned from answers, starts from the stated rules, and every choice carries its probability."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from serving.decision.beliefs import Answers, Beliefs, Liked, chances
from serving.decision.style import CURIOSITY, Taste

NOBODY: dict[str, Liked] = {}
STYLES = ("warm", "concise", "expert")
SEGMENT = "voice/warm"


def taste(gate: float, arm: float, beliefs: Beliefs, liked: Mapping[str, Liked] = NOBODY) -> Taste:
    return Taste(("warm",), gate, arm, SEGMENT, beliefs, liked)


def learned(**answers: Answers) -> Beliefs:
    return Beliefs({(SEGMENT, style): one for style, one in answers.items()})


def shares(beliefs: Beliefs, liked: Mapping[str, Liked] = NOBODY, draws: int = 40_000) -> dict[str, float]:
    random = np.random.default_rng(7)
    counted = Counter(taste(gate, arm, beliefs, liked).choose(STYLES)[0] for gate, arm in random.random((draws, 2)))
    return {style: counted[style] / draws for style in STYLES}


def stated(beliefs: Beliefs, liked: Mapping[str, Liked] = NOBODY) -> dict[str, float]:
    """The probability every style's choice is logged with."""
    grid = [(gate, arm) for gate in np.linspace(0, 0.999, 101) for arm in np.linspace(0, 0.999, 101)]
    return dict(taste(gate, arm, beliefs, liked).choose(STYLES) for gate, arm in grid)


def test_without_an_answer_the_stated_rule_decides():
    assert stated(Beliefs()) == pytest.approx({"warm": 1 - CURIOSITY + CURIOSITY / 3, "concise": CURIOSITY / 3, "expert": CURIOSITY / 3})


LIKED = {"warm": Liked(0.9, 500), "concise": Liked(1.3, 500), "expert": Liked(0.8, 500)}
BELIEVED = learned(warm=Answers(400, 60, 80.0), concise=Answers(500, 130, 100.0), expert=Answers(100, 22, 20.0))


@pytest.mark.parametrize("liked", [NOBODY, LIKED], ids=["no liking", "likings"])
@pytest.mark.parametrize("beliefs", [Beliefs(), BELIEVED], ids=["no answer", "answers"])
def test_the_logged_probability_is_the_share_of_choices(beliefs, liked):
    told = stated(beliefs, liked)
    assert sum(told.values()) == pytest.approx(1.0)
    for style, share in shares(beliefs, liked).items():
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


def test_what_the_model_knows_this_person_likes_is_said_and_no_style_is_lost():
    told = stated(Beliefs(), LIKED)
    assert told["concise"] > 0.75
    assert min(told.values()) >= CURIOSITY / 3


def test_a_liking_learned_from_few_says_little_against_the_rule():
    few = {style: replace(one, yes=5) for style, one in LIKED.items()}
    assert stated(Beliefs(), few)["warm"] > 0.85


def test_answers_that_come_as_the_likings_foretold_change_nothing():
    """Concise is liked by 1.3 times, and that many more said yes: nothing is left to praise it for in somebody else."""
    foretold = learned(warm=Answers(2000, 400, 400.0), concise=Answers(2000, 520, 400.0 * 1.3), expert=Answers(2000, 400, 400.0))
    assert foretold.best(SEGMENT, STYLES) == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=0.03)


def test_what_is_kept_of_many_people_stays_small_and_says_the_same(monkeypatch):
    monkeypatch.setattr("serving.decision.beliefs.MOST_KEPT", 3)
    beliefs = Beliefs()
    asked = [[Liked(odds, 500), Liked(1.0, 500), Liked(1.0, 500)] for odds in (0.5, 0.8, 1.0, 1.5, 2.0, 0.5)]
    said = [beliefs.best(SEGMENT, STYLES, liked) for liked in asked]
    assert len(beliefs._best) <= 3
    assert said[0] == said[-1]


def test_the_ratio_is_that_of_the_chances():
    """Odds of 1 : 3 times 1.5 are 1 : 2: a third instead of a quarter."""
    assert Liked(1.5).ratio(0.25) == pytest.approx((1 / 3) / 0.25)
    assert Liked().ratio(0.25) == pytest.approx(1.0)


def test_the_chances_are_those_of_a_long_draw():
    random = np.random.default_rng(1)
    gammas = [(30.0, 20.0), (20.0, 18.0), (12.0, 10.0)]
    drawn = np.array([random.gamma(shape, 1 / rate, 400_000) for shape, rate in gammas]).argmax(axis=0)
    assert chances(gammas) == pytest.approx([float((drawn == one).mean()) for one in range(3)], abs=0.004)


@pytest.mark.parametrize("gammas", [[(10.0, 10.0)] * 3, [(1e6, 1e6), (1e6, 1.001e6)], [(10.0, 1e5), (1e5, 10.0)]])
def test_chances_are_finite_and_sum_to_one(gammas):
    assert sum(chances(gammas)) == pytest.approx(1.0)
    assert all(0.0 <= chance <= 1.0 for chance in chances(gammas))
