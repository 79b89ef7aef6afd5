"""Several wordings of one style for one talk: all are said, the better answered one more often, and every choice carries its probability."""

from collections import Counter
from dataclasses import replace

import pytest
from decision_world import World, action, book, script

from playbooks.expression import compile_expression
from serving.decision.beliefs import Answers, Beliefs
from serving.decision.style import CURIOSITY, Taste

SEGMENT = "voice/warm"
TWO = ("a-warm-en", "a-warm-en-2")
DRAWS = 20_000


def said(beliefs: Beliefs) -> tuple[list[float], list[float]]:
    """(share of choices, logged probability) of each of the two wordings."""
    chosen, stated = Counter(), {}
    for number in range(DRAWS):
        place, chance = Taste((), 0.5, 0.5, SEGMENT, beliefs, seed=f"d{number}").choose_wording(TWO)
        chosen[place] += 1
        stated[place] = chance
    return [chosen[place] / DRAWS for place in (0, 1)], [stated[place] for place in (0, 1)]


@pytest.mark.parametrize(
    "wordings",
    [{}, {(SEGMENT, TWO[0]): Answers(300, 30, 45.0), (SEGMENT, TWO[1]): Answers(300, 50, 45.0)}],
    ids=["no answer", "answers"],
)
def test_the_logged_probability_is_the_share_of_choices_and_no_wording_is_lost(wordings):
    shares, stated = said(Beliefs({}, wordings))
    assert sum(stated) == pytest.approx(1.0)
    assert shares == pytest.approx(stated, abs=0.015)
    assert min(stated) >= CURIOSITY / 2


def test_without_an_answer_every_wording_is_said_alike_and_the_better_answered_one_wins():
    assert said(Beliefs())[1] == pytest.approx([0.5, 0.5])
    better = {(SEGMENT, TWO[0]): Answers(2000, 200, 300.0), (SEGMENT, TWO[1]): Answers(2000, 400, 300.0)}
    assert said(Beliefs({}, better))[1][1] > 0.94


def test_answers_of_another_segment_say_nothing_here():
    elsewhere = {("text/any", TWO[0]): Answers(2000, 200, 300.0), ("text/any", TWO[1]): Answers(2000, 400, 300.0)}
    assert said(Beliefs({}, elsewhere))[1] == pytest.approx([0.5, 0.5])


def shown_scripts(*scripts) -> Counter:
    world = World(book([action("a", scripts=scripts)]))
    shown = [world.decide(customer_id=f"p{number}").actions[0].script for number in range(600)]
    return Counter((one.script_id, one.wording_probability) for one in shown)


def test_a_decision_says_each_of_two_wordings_and_how_likely_it_was():
    one = script("a")
    counted = shown_scripts(one, replace(one, script_id="a-second"))
    assert set(counted) == {("a-warm-en", 0.5), ("a-second", 0.5)}
    assert counted["a-second", 0.5] / 600 == pytest.approx(0.5, abs=0.09)


def test_a_script_for_this_scene_or_channel_is_no_wording_of_the_plain_one():
    one = script("a")
    solved = replace(one, script_id="solved", when=compile_expression("scene.resolved", "t.yaml:1"))
    assert set(shown_scripts(one, solved)) == {("solved", 1.0)}
    assert set(shown_scripts(one, replace(one, script_id="here", channels=frozenset({"app"})))) == {("here", 1.0)}
