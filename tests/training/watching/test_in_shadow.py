"""A challenger's unseen word beside the one that was served, on a log whose truth is known, and in every form of the report."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from sklearn.metrics import log_loss, roc_auc_score
from small_past import NEWS, PAST, live

from serving.cli.main import playcall
from training.watching.rows import Proposals
from training.watching.shadow import in_shadow

START = np.datetime64("2026-05-01T00:00:00", "us")


def unknown(version: str) -> datetime | None:
    return None


def log(count: int = 4_000, seed: int = 1) -> Proposals:
    """Two proposals a customer, an hour between any two. The challenger says the truth; the champion knows half of it."""
    dice = np.random.default_rng(seed)
    want = dice.normal(-1, 1, count)
    truth, half = (1 / (1 + np.exp(-odds)) for odds in (want, -1 + 0.5 * (want + 1)))
    return Proposals(
        pa.table({"n": np.arange(count)}),
        (dice.random(count) < truth).astype(float),
        START + np.arange(count).astype("timedelta64[h]"),
        half,
        ["1"] * count,
        truth,
        ["2"] * count,
        np.arange(count) // 2,
    )


def swapped(since: Proposals) -> Proposals:
    return replace(since, propensity=since.shadow, shadow=since.propensity)


def test_figures_and_difference_are_those_of_the_very_same_answers():
    since = log()
    asked = np.arange(4_000) % 3 == 0
    answered = np.arange(4_000) % 2 == 0
    since = replace(
        since,
        label=np.where(answered, since.label, np.nan),
        shadow=np.where(asked, since.shadow, np.nan),
        shadow_model=["2" if one else None for one in asked],
    )
    (pair,) = in_shadow(since, unknown)
    both = asked & answered
    assert (pair.version, pair.beside, pair.proposals, pair.answers) == ("2", "1", asked.sum(), both.sum())
    for figures, said in ((pair.shadow, since.shadow), (pair.served, since.propensity)):
        assert figures.answers == both.sum()
        assert figures.said == pytest.approx(said[both].mean())
        assert figures.log_loss == pytest.approx(log_loss(since.label[both], said[both]))
        assert figures.auc == pytest.approx(roc_auc_score(since.label[both], said[both]))
    assert pair.gain.value == pytest.approx(pair.served.log_loss - pair.shadow.log_loss)


def test_the_one_that_knows_more_is_said_to_say_it_better_and_the_other_way_round():
    better, worse = (in_shadow(since, unknown)[0] for since in (log(), swapped(log())))
    assert 0 < better.gain.low < better.gain.value < better.gain.high
    assert better.in_words.endswith("says it better.")
    assert "lower" in better.in_words
    assert (worse.gain.low, worse.gain.high) == pytest.approx((-better.gain.high, -better.gain.low), rel=0.05)
    assert worse.in_words.endswith("says it worse.")
    assert "higher" in worse.in_words


def test_two_that_say_the_same_differ_by_chance_alone():
    """Each bends the truth by its own noise: neither is better, and 95 of 100 intervals say so."""
    clear = 0
    for seed in range(200):
        since, dice = log(300, seed), np.random.default_rng(1_000 + seed)
        odds = np.log(since.shadow / (1 - since.shadow))
        bent = [1 / (1 + np.exp(-odds - dice.normal(0, 0.5, 300))) for _ in range(2)]
        (pair,) = in_shadow(replace(since, propensity=bent[0], shadow=bent[1]), unknown)
        clear += not pair.in_words.endswith("no clear difference.")
    assert 2 <= clear <= 20


def test_the_same_customers_asked_again_make_the_interval_no_narrower():
    since = log(400)
    again = Proposals(
        pa.concat_tables([since.rows] * 4),
        *(np.tile(column, 4) for column in (since.label, since.at, since.propensity)),
        since.model * 4,
        np.tile(since.shadow, 4),
        since.shadow_model * 4,
        np.tile(since.customer, 4),
    )
    once, four = (in_shadow(log, unknown)[0].gain for log in (since, again))
    assert (four.low, four.high) == pytest.approx((once.low, once.high))


def test_what_the_challenger_may_have_learned_from_is_left_out():
    until = datetime(2026, 5, 5, 3, tzinfo=UTC)
    (pair,) = in_shadow(log(), {"2": until}.get)
    assert pair.proposals == 3_900


def test_each_pair_stands_alone_and_too_few_are_said_to_be_few():
    since = log()
    models = ["0"] * 30 + ["1"] * 3_970
    many, few = in_shadow(replace(since, model=models), unknown)
    assert (many.beside, many.answers, few.beside, few.answers) == ("1", 3_970, "0", 30)
    assert (few.shadow, few.served, few.gain) == (None, None, None)
    assert few.in_words == "Version 2 in the shadow of version 0: 30 answers, too few for figures."
    (one_person,) = in_shadow(replace(since, customer=np.zeros(4_000, dtype=np.intp)), unknown)
    assert one_person.gain is None


def watch(home, *arguments: str) -> str:
    told = CliRunner(env={"PLAYCALL_HOME": str(home.root), "COLUMNS": "200"}).invoke(playcall, ["drift", "--clock", "data", *arguments])
    assert told.exit_code in (0, 1), told.output
    return told.output


def test_the_report_says_it_as_json_as_text_and_on_the_page(home, tmp_path):
    """A third is the control group's: it counts for nobody."""
    live(home, PAST, 200, model="1", propensity=0.1, shadow_version="2", shadow_propensity=0.4)
    live(home, PAST + 200, 100, group="control", model="1", propensity=0.1, shadow_version="2", shadow_propensity=0.4)
    told = json.loads(watch(home, "--json"))
    (pair,) = told["shadows"]
    assert (pair["version"], pair["beside"], pair["proposals"]) == ("2", "1", 200)
    assert (pair["shadow"]["said"], pair["served"]["said"]) == pytest.approx((0.4, 0.1))
    seen = pair["shadow"]["seen"]
    expected = [-(seen * np.log(said) + (1 - seen) * np.log(1 - said)) for said in (0.1, 0.4)]
    assert (pair["served"]["log_loss"], pair["shadow"]["log_loss"]) == pytest.approx(expected)
    assert pair["gain"]["value"] == pytest.approx(expected[0] - expected[1])
    text = watch(home, "--html", str(tmp_path / "drift.html"))
    sentence = f"Version 2 in the shadow of version 1: {pair['answers']} answers, log loss {pair['gain']['value']:.4f} lower"
    assert sentence in text
    page = (tmp_path / "drift.html").read_text(encoding="utf-8")
    assert sentence in page
    for figure in (f"{expected[0]:.3f}", f"{expected[1]:.3f}"):
        assert figure in text
        assert figure in page


def test_without_a_shadow_the_report_is_silent_of_it(home, tmp_path):
    live(home, PAST, NEWS, model="1", propensity=0.4)
    assert json.loads(watch(home, "--json"))["shadows"] == []
    assert "shadow" not in watch(home, "--html", str(tmp_path / "drift.html"))
    assert "shadow" not in (tmp_path / "drift.html").read_text(encoding="utf-8")
