"""The bench on Hillstrom's columns, with people we made: the real file is measured by `playcall bench hillstrom`."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from serving.cli.bench import bench_command
from serving.cli.benches.hillstrom import halves
from training.errors import TrainingError
from training.uplift.hillstrom import read_hillstrom, trial_of

HEADER = "recency,history_segment,history,mens,womens,zip_code,newbie,channel,segment,visit,conversion,spend"


@pytest.fixture
def mailing(tmp_path):
    """3,000 customers; the women's mail moves those who bought women's wear, and nobody else."""
    rng = np.random.default_rng(1)
    lines = [HEADER]
    for _ in range(3000):
        womens, arm = int(rng.random() < 0.5), int(rng.integers(0, 3))
        visit = int(rng.random() < 0.1 + 0.3 * (arm == 1) * womens)
        segment = ("No E-Mail", "Womens E-Mail", "Mens E-Mail")[arm]
        zip_code, channel = rng.choice(["Urban", "Rural", "Surburban"]), rng.choice(["Web", "Phone", "Multichannel"])
        lines.append(f"{rng.integers(1, 12)},x,{rng.random() * 500:.2f},{1 - womens},{womens},{zip_code},0,{channel},{segment},{visit},0,0")
    path = tmp_path / "mail.csv"
    path.write_text("\n".join(lines))
    return path


def test_the_bench_gives_qini_with_an_interval_per_learner_and_peer(mailing):
    ran = CliRunner().invoke(bench_command, ["hillstrom", "--train", str(mailing), "--json"])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    assert set(figures["learners"]) == {"t", "x", "dr"}
    for found in (*figures["learners"].values(), *figures["peers"].values()):
        assert found["low"] <= found["qini"] <= found["high"]
    assert figures["learners"]["x"]["low"] > 0
    assert {one["verdict"] for one in figures["against_peers"]["x"].values()} <= {"ahead", "tie", "behind"}
    assert (figures["train_rows"], figures["test_rows"]) == (1500, 1500)
    for library in figures["peers_skipped"]:
        assert f"{library} is not installed here" in ran.stderr


def test_the_halves_are_the_same_every_time_and_share_nobody(mailing):
    table = read_hillstrom(mailing)
    assert all(one.equals(other) for one, other in zip(halves(table), halves(table), strict=True))
    one, other = halves(table)
    assert sorted(one["history"].to_pylist() + other["history"].to_pylist()) == sorted(table["history"].to_pylist())


def test_a_trial_holds_one_mailing_and_those_without(mailing):
    table = read_hillstrom(mailing)
    trial = trial_of(table, "mens", "spend")
    segments = table["segment"].to_pylist()
    assert trial.treated.sum() == segments.count("Mens E-Mail")
    assert (~trial.treated).sum() == segments.count("No E-Mail")


def test_another_file_is_refused_with_the_column_it_lacks(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("recency,history\n1,2\n")
    with pytest.raises(TrainingError, match="no column 'mens'"):
        read_hillstrom(path)
