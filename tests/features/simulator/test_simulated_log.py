"""What can be learned from the log, and whether the log says truly how it chose."""

import numpy as np
import pandas as pd
import pytest
from handmade import action_logistic_inputs, column_auc, examples, feature_columns
from scipy.stats import chisquare
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from features.events.tables import TABLES

SINCE, CUT = pd.Timestamp("2026-01-01", tz="UTC"), pd.Timestamp("2026-04-15", tz="UTC")


@pytest.fixture(scope="module")
def rows(tables: dict[str, pd.DataFrame], presented: pd.DataFrame) -> pd.DataFrame:
    return examples(tables, presented, SINCE)


@pytest.fixture(scope="module")
def plain(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Talks in which everything but amends may be proposed: solved, calm, short wait, consent and nobody opted out."""
    out = tables["outcomes"].query("outcome == 'opted_out'").decision_id
    opted_out = tables["proposals"][tables["proposals"].decision_id.isin(out)].customer_id
    willing = tables["customers"].query("marketing_consent").customer_id
    talks = tables["contacts"].query("resolved and not complaint and wait_seconds < 60 and transfers == 0")
    talks = talks[~talks.channel.isin(["ivr", "weibo"])]
    return talks[talks.customer_id.isin(willing) & ~talks.customer_id.isin(opted_out)]


def test_logged_probabilities_are_the_frequencies(tables: dict[str, pd.DataFrame], plain: pd.DataFrame) -> None:
    first = tables["proposals"].query("rank == 1 and sentiment >= 0")
    first = first[first.interaction_id.isin(plain.interaction_id)]
    seen = first.groupby("action_id").probability.agg(["min", "max", "count"])
    assert np.allclose(seen["min"], seen["max"])
    assert seen["min"].sum() == pytest.approx(1.0)
    assert len(set(seen["min"].round(6))) > 1, "some are pushed more than others"
    assert chisquare(seen["count"], seen["min"] * len(first)).pvalue > 0.001


def test_second_ranks_carry_their_probability_given_the_first(tables: dict[str, pd.DataFrame], plain: pd.DataFrame) -> None:
    made = tables["proposals"][tables["proposals"].interaction_id.isin(plain.interaction_id)].query("sentiment >= 0")
    pair = made.query("rank == 1").merge(made.query("rank == 2"), on="decision_id", suffixes=("", "_second"))
    alone = made.query("rank == 1").groupby("action_id").probability.first()
    expected = pair.action_id_second.map(alone) / (1.0 - pair.probability)
    assert np.allclose(pair.probability_second, expected)


def test_styles_are_uniform(tables: dict[str, pd.DataFrame]) -> None:
    assert chisquare(tables["proposals"]["style"].value_counts()).pvalue > 0.001


def test_a_tenth_of_the_talks_that_fit_stays_without_a_proposal(tables: dict[str, pd.DataFrame], plain: pd.DataFrame) -> None:
    with_proposal = plain.interaction_id.isin(tables["proposals"].interaction_id)
    assert 0.07 < 1.0 - with_proposal.mean() < 0.14


def test_no_plain_column_tells_who_accepts(rows: pd.DataFrame) -> None:
    train, test = rows[rows.proposed_at < CUT], rows[rows.proposed_at >= CUT]
    auc = {column: column_auc(train, test, column) for column in feature_columns(rows)}
    assert len(auc) > 40
    assert max(auc.values()) < 0.62, max(auc, key=auc.__getitem__)


def test_habits_together_tell_who_accepts(rows: pd.DataFrame) -> None:
    columns = [name for name in feature_columns(rows) if rows[name].dtype != bool]
    inputs, late = action_logistic_inputs(rows, columns), (rows.proposed_at >= CUT).to_numpy()
    model = LogisticRegression(C=0.02, max_iter=200).fit(inputs[~late], rows.yes[~late])
    auc = roc_auc_score(rows.yes[late], model.predict_proba(inputs[late])[:, 1])
    best_column = max(column_auc(rows[~late], rows[late], column) for column in feature_columns(rows))
    assert auc > best_column + 0.08
    assert auc > 0.70


def test_no_table_holds_a_latent_column(tables: dict[str, pd.DataFrame]) -> None:
    talk = {"contact_reason", "need", "sentiment", "direction", "wait_seconds", "transfers"}
    for name, frame in tables.items():
        assert set(frame) == {column.name for column in TABLES[name].columns} | (talk if name == "proposals" else set())
