"""What must be true of the truth: it is what the world lived by, it moves the right way, and good advice is worth having."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from features.errors import FeatureError
from features.simulator.answers import ACCEPTED
from features.simulator.moment import SimMoment, moment_of
from features.simulator.standing import QUIET
from features.simulator.truth import Truth, customer_id
from features.simulator.words import ACTION_IDS, ACTIONS, DEFAULT_VALUES, STYLES, WORLD_END

CALM = SimMoment(WORLD_END + timedelta(hours=5), "voice", "bill_query", "issue", 0.5, True)
N = 400


def _accept(truth: Truth, action: str, style: str, moment: SimMoment) -> np.ndarray:
    return truth.accept_probabilities(truth.customer_ids[:N], [action] * N, [style] * N, [moment] * N)


def test_the_truth_is_what_the_world_lived_by(truth: Truth) -> None:
    """Asked about presented proposals of the past, with their counts, it gives the very probability the answer was drawn from."""
    made, talks, society = truth.life.proposals, truth.life.talks, truth.life.society
    rows = np.flatnonzero(made.shown)[:: len(made) // 500]
    who = talks.who[made.talk[rows]]
    moments = [
        replace(
            moment_of(talks, int(made.talk[row])),
            at=datetime.fromtimestamp(int(made.at[row]), UTC),
            recent_proposals=society.shown.count(who[[k]], made.action[[row]], made.at[[row]])[0],
            recent_declines=society.declined.count(who[[k]], made.action[[row]], made.at[[row]])[0],
        )
        for k, row in enumerate(rows)
    ]
    ids, actions = [customer_id(int(one)) for one in who], [ACTION_IDS[slot] for slot in made.action[rows]]
    asked = truth.accept_probabilities(ids, actions, [STYLES[slot] for slot in made.style[rows]], moments)
    # The memory keeps the newest four events, so old counts may have been pushed out, and trust moved between two pitches of one talk.
    assert np.mean(np.isclose(asked, made.accept[rows], atol=1e-9)) > 0.85
    assert np.corrcoef(asked, made.accept[rows])[0, 1] > 0.99


def test_answers_come_as_often_as_the_truth_says(truth: Truth, presented) -> None:
    made = truth.life.proposals
    accepted = presented.accepted.mean()
    assert accepted == pytest.approx(made.accept[made.shown].mean(), abs=0.01)


def test_the_same_arguments_give_the_same_truth() -> None:
    one, two = Truth(200, 3, 4), Truth(200, 3, 4)
    assert np.array_equal(one.life.proposals.accept, two.life.proposals.accept)
    assert one.next_interactions(20, np.random.default_rng(1)) == two.next_interactions(20, np.random.default_rng(1))


@pytest.mark.parametrize("action", ACTION_IDS)
def test_tiredness_only_lowers(truth: Truth, action: str) -> None:
    fresh = _accept(truth, action, "warm", CALM)
    shown = _accept(truth, action, "warm", replace(CALM, recent_proposals=2))
    declined = _accept(truth, action, "warm", replace(CALM, recent_proposals=2, recent_declines=2))
    assert ((fresh > shown) & (shown > declined)).all()


def test_trust_opens_the_ear_for_selling(truth: Truth) -> None:
    trust = truth.life.society.trust[:N]
    accept = _accept(truth, "points_mall", "warm", CALM)
    need = truth.people.need[:N, ACTION_IDS.index("points_mall")]
    log_odds = np.log(accept / (1.0 - accept))
    rest = log_odds - np.polyval(np.polyfit(need, log_odds, 2), need)
    assert np.corrcoef(rest, trust)[0, 1] > 0.1


def test_the_style_that_fits_differs_between_people(truth: Truth) -> None:
    by_style = np.stack([_accept(truth, "autopay", style, CALM) for style in STYLES])
    best = by_style.argmax(axis=0)
    assert min(np.bincount(best, minlength=3)) > 0.1 * N
    assert (by_style.max(axis=0) / by_style.min(axis=0)).mean() > 1.5


def test_open_matters_and_bad_moods_close_the_door_to_selling_and_open_it_to_care(truth: Truth) -> None:
    upset = replace(CALM, resolved=False, sentiment=-0.7, need="emotion")
    assert (_accept(truth, "limit_raise", "warm", upset) < _accept(truth, "limit_raise", "warm", CALM)).all()
    assert (_accept(truth, "complaint_care", "warm", upset) > _accept(truth, "complaint_care", "warm", CALM)).all()


def test_what_one_has_one_needs_no_more(truth: Truth) -> None:
    once = [action.action_id for action in ACTIONS if action.once]
    for action in once:
        assert (_accept(truth, action, "warm", replace(CALM, accepted_before=True)) <= _accept(truth, action, "warm", CALM)).all()


def test_good_advice_is_worth_far_more_than_the_most_popular(truth: Truth) -> None:
    talks = [talk for talk in truth.next_interactions(1500, np.random.default_rng(3)) if talk.moment.resolved]
    value = truth.value_matrix(talks, DEFAULT_VALUES, "warm")
    oracle, popular, chance = value.max(axis=1).mean(), value.mean(axis=0).max(), value.mean()
    assert oracle > 1.5 * popular
    assert popular > 1.2 * chance
    assert np.bincount(value.argmax(axis=1), minlength=len(ACTION_IDS)).max() < 0.4 * len(talks)


def test_a_yes_to_waking_changes_what_comes_after(truth: Truth) -> None:
    life = truth.life
    waking = [slot for slot, action in enumerate(ACTIONS) if action.kind == "reactivate"]
    asked = np.flatnonzero(life.proposals.shown & np.isin(life.proposals.action, waking))
    rows = life.proposals.take(asked)
    who = life.talks.who[rows.talk]
    month = np.searchsorted(truth.edges, rows.at, side="right") - 1
    quiet = (life.society.activity[who, month] <= QUIET) & (month + 1 < life.society.activity.shape[1])
    yes_rows = np.isin(asked, life.outcomes.proposal[life.outcomes.outcome == ACCEPTED])
    after = life.society.activity[who[quiet], month[quiet] + 1]
    assert after[yes_rows[quiet]].mean() > after[~yes_rows[quiet]].mean() + 0.3


def test_unhappy_people_spend_less_afterwards(truth: Truth) -> None:
    society, talks = truth.life.society, truth.life.talks
    unhappy = np.bincount(talks.who, talks.mood < -0.2, minlength=truth.people.count)
    quiet_by_nature = np.isfinite(truth.people.quiet_from)
    last = society.activity[:, -1]
    assert last[(unhappy == 0) & ~quiet_by_nature].mean() > last[(unhappy >= 4) & ~quiet_by_nature].mean() + 0.15


def test_next_talks_come_in_order_after_the_world(truth: Truth) -> None:
    talks = truth.next_interactions(300, np.random.default_rng(5), days=7)
    times = [talk.moment.at for talk in talks]
    assert times == sorted(times)
    assert times[0] > WORLD_END
    assert times[-1] <= WORLD_END + timedelta(days=8)
    assert len({talk.customer_id for talk in talks}) > 100


@pytest.mark.parametrize(
    ("customer", "action", "style", "moment", "words"),
    [
        ("c999999", "autopay", "warm", CALM, "no customer 'c999999'"),
        ("c000001", "gold_bar", "warm", CALM, "unknown action 'gold_bar'"),
        ("c000001", "autopay", "rude", CALM, "unknown style 'rude'"),
        ("c000001", "autopay", "warm", replace(CALM, channel="fax"), "unknown channel 'fax'"),
        ("c000001", "autopay", "warm", replace(CALM, contact_reason="weather"), "unknown contact reason 'weather'"),
        ("c000001", "autopay", "warm", replace(CALM, need="both"), "unknown need 'both'"),
    ],
)
def test_what_the_world_does_not_have_is_refused_by_name(truth, customer, action, style, moment, words) -> None:
    with pytest.raises(FeatureError, match=words):
        truth.accept_probability(customer, action, style, moment)
