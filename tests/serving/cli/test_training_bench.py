"""`bench training`: the whole of the fitting is held against the bare fit of the trees inside it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from serving.cli.bench import bench_command
from serving.cli.benches import training
from serving.cli.benches.training_rows import LEAST_FEATURES, made
from training.columns import Columns
from training.propensity.boosting import ROUNDS

ROWS, FEATURES = 3_000, LEAST_FEATURES + 4


def _run(*arguments: str):
    return CliRunner().invoke(bench_command, arguments)


@pytest.mark.slow
def test_the_figures_of_a_few_rows_are_all_there():
    ran = _run("training", "--rows", str(ROWS), "--features", str(FEATURES), "--json")
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    assert (figures["rows"], figures["features"], figures["fits_inside"]) == (ROWS, FEATURES, 1)
    assert figures["rounds"] in ROUNDS
    assert figures["time_of_bare"] > 1
    assert all(ratio > 1 for ratio in figures["time_of_inside"])
    assert all(ratio > 1 for ratio in figures["processor_time_of_inside"])
    assert figures["peak_of_matrix"] > 1
    assert figures["ray_time_of_bare"] > 0


def test_a_cost_counts_the_fits_inside_and_the_time_outside_them():
    whole, bare = training._whole(ROWS, FEATURES), training._bare(ROWS, FEATURES, 20)
    assert whole.fits == bare.fits == 1
    assert bare.rounds == 20
    assert 0 < whole.inside < whole.seconds
    assert 0 < whole.busy_inside < whole.busy
    assert 0 < bare.inside <= bare.seconds


def test_every_fit_of_all_rows_is_counted():
    timed = training.Timed(lambda rows, settings, rounds: (rows, settings, rounds))
    assert timed("rows", {}, 40) == ("rows", {}, 40)
    timed("rows", {}, 40)
    assert (timed.fits, timed.rounds) == (2, 40)


def test_the_rows_are_as_wide_as_asked_for_and_always_the_same():
    one, again = made(500, FEATURES), made(500, FEATURES)
    columns = Columns.of(one.schema, one.rows)
    assert columns.matrix(one.rows).shape == (500, FEATURES)
    np.testing.assert_array_equal(columns.matrix(one.rows), columns.matrix(again.rows))
    assert one.rows["style"].equals(again.rows["style"])
    np.testing.assert_array_equal(one.label, again.label)
    assert 0.1 < one.label.mean() < 0.5


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("training", "--features", "5"), f"--features {LEAST_FEATURES} or more"),
        (("search", "--rows", "5000"), "bench search takes no --rows"),
        (("training", "--rows", "10"), "2000"),
    ],
)
def test_sizes_that_cannot_be_are_refused_with_the_mend(arguments, mend):
    ran = _run(*arguments)
    assert ran.exit_code == 2
    assert mend in ran.output
