"""What we compute, held to answers somebody else worked out: the figures of the contract, and published formulas and tables with their source."""

import math
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from scipy.special import betainc

from features.drift import picture, psi
from serving.decision.beliefs import chances
from serving.decision.lift import Share, lift_of
from serving.records.insights import Fate
from serving.records.trials import arm_of
from training.evaluation.calibration import calibration
from training.evaluation.discrimination import discrimination
from training.labels import OutcomeEvent
from training.price import blend
from training.replay.dr import dr
from training.replay.ips import ips
from training.replay.overlap import Overlap
from training.replay.snips import snips


@pytest.mark.parametrize(("test", "control"), [((120, 1000), (100, 1000)), ((30, 200), (90, 900)), ((7, 50), (7, 40))])
def test_the_error_of_a_lift_is_that_of_a_ratio_of_two_shares(test, control):
    """Casella & Berger, Statistical Inference (2002), eq. 5.5.9: var(X/Y) = (EX/EY)^2 (var X / EX^2 + var Y / EY^2), X and Y independent."""
    (a, n), (b, m) = test, control
    p, q = a / n, b / m
    variance = (p / q) ** 2 * (p * (1 - p) / n / p**2 + q * (1 - q) / m / q**2)
    assert lift_of(Share(a, n), Share(b, m)).standard_error == pytest.approx(math.sqrt(variance))


def test_evidence_is_the_posterior_mean_of_a_share():
    """Gelman et al., Bayesian Data Analysis (2013), sec. 2.4: 437 girls of 980 births, a uniform prior (two answers, one a yes): 0.446."""
    one = (np.array([value]) for value in (0.5, 2.0, 437 / 980, 980.0))
    assert blend(*one)[0] == pytest.approx(438 / 982)
    assert round(438 / 982, 3) == 0.446


def test_discrimination_is_the_area_hanley_and_mcneil_printed():
    """Hanley & McNeil, Radiology 143 (1982), table I: 58 normal and 51 abnormal scans rated 1 to 5 have an area of 0.893."""
    normal, abnormal = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]
    rating = np.repeat([*range(1, 6), *range(1, 6)], normal + abnormal).astype(float)
    label = np.repeat([0.0, 1.0], [sum(normal), sum(abnormal)])
    assert discrimination(label, rating / 5)["auc"] == pytest.approx(0.893, abs=5e-4)


def test_the_error_of_calibration_by_hand():
    """Naeini, Cooper & Hauskrecht, AAAI (2015), eq. 3: bins weighted by their size. Ten said 0.2 and one came, ten said 0.8 and nine came."""
    label = np.repeat([0.0, 1.0, 0.0, 1.0], [9, 1, 1, 9])
    found = calibration(label, np.repeat([0.2, 0.8], [10, 10]), bins=2)
    assert found["calibration_error"] == pytest.approx(0.1)
    assert found["brier"] == pytest.approx((9 * 0.04 + 0.64 + 0.64 + 9 * 0.04) / 20)
    assert found["log_loss"] == pytest.approx(-(18 * math.log(0.8) + 2 * math.log(0.2)) / 20)


def test_the_stability_index_is_the_divergence_both_ways():
    """Siddiqi, Credit Risk Scorecards (2006), ch. 10: sum (now - before) ln(now / before), Kullback & Leibler's J (1951)."""
    before, now = (picture(pa.chunked_array([["a"] * a + ["b"] * b])) for a, b in ((50, 50), (75, 25)))
    both = sum(p * math.log(p / q) for p, q in ((0.75, 0.5), (0.25, 0.5), (0.5, 0.75), (0.5, 0.25)))
    assert psi(before, now) == pytest.approx(both)
    assert psi(now, before) == pytest.approx(both)
    assert psi(now, now) == 0.0


def test_the_estimators_of_a_log_of_four_rows_by_hand():
    """Horvitz & Thompson (1952); Swaminathan & Joachims (2015), eq. 9; Dudik, Langford & Li (2011), eq. 2."""
    reward, logged, target = np.array([1.0, 0.0, 2.0, 0.0]), np.full(4, 0.5), np.array([1.0, 0.0, 0.5, 0.5])
    assert ips(reward, logged, target).value == pytest.approx((2 * 1 + 0 + 1 * 2 + 0) / 4)
    assert snips(reward, logged, target).value == pytest.approx(4 / (2 + 0 + 1 + 1))
    both, action = np.column_stack([target, 1 - target]), np.zeros(4, dtype=np.intp)
    predicted = np.tile([1.0, 0.5], (4, 1))
    by_model = target * 1.0 + (1 - target) * 0.5
    assert dr(reward, logged, both, action, predicted).value == pytest.approx((by_model + target / 0.5 * (reward - 1.0)).mean())


@pytest.mark.parametrize(("weights", "rows"), [([1, 1, 1, 1], 4.0), ([3, 1], 1.6), ([1, 0, 0, 0], 1.0)])
def test_weighted_rows_are_worth_what_kish_says(weights, rows):
    """Kish, Survey Sampling (1965), sec. 11.7: (sum w)^2 / sum w^2."""
    target = np.array(weights, dtype=float)[:, None] / 4
    logged = np.full((len(weights), 1), 0.25)
    assert Overlap.of(logged, target, np.zeros(len(weights), dtype=np.intp)).effective_rows == pytest.approx(rows)


@pytest.mark.parametrize(("one", "other"), [((1.0, 1.0), (1.0, 2.0)), ((30.0, 20.0), (30.0, 20.0)), ((12.0, 10.0), (20.0, 25.0))])
def test_the_chance_to_be_the_better_style_is_the_incomplete_beta(one, other):
    """X ~ Gamma(a, s), Y ~ Gamma(b, t): sX / (sX + tY) ~ Beta(a, b), Johnson, Kotz & Balakrishnan (1994), sec. 25.2, so P(X > Y) = 1 - I(s / (s + t); a, b)."""
    (a, s), (b, t) = one, other
    assert chances([one, other])[0] == pytest.approx(1 - betainc(a, b, s / (s + t)), abs=2e-3)


def test_the_rate_of_people_asked_once_has_the_binomial_error():
    """Cochran, Sampling Techniques (1977), eq. 6.13 for a ratio over customers; with one proposal each it is p (1 - p) / (m - 1), eq. 3.8."""
    at = datetime(2026, 3, 10, tzinfo=UTC)
    fates = [
        Fate("a", "voice", "warm", "champion", who, who, None, None, [OutcomeEvent("accepted" if n < 30 else "declined", at, at)])
        for n, who in enumerate(f"c{n}" for n in range(100))
    ]
    arm = arm_of(fates)
    assert arm.acceptance_rate == pytest.approx(0.3)
    assert arm.standard_error == pytest.approx(math.sqrt(0.3 * 0.7 / 99))
