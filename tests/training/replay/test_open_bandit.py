"""The Open Bandit Dataset's form, on a small shop whose truth is known; the real files are measured by `playcall bench open-bandit`."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from serving.cli.bench import bench_command
from training.errors import LogError
from training.replay.open_bandit import campaign_files, check

ITEMS, POSITIONS = 8, 3
CLICKS = np.random.default_rng(1).uniform(0.02, 0.3, (POSITIONS, ITEMS))


def _write(folder, policy: np.ndarray, rows: int, seed: int, campaign: str = "men"):
    """A log of this policy (positions, items) in the dataset's columns."""
    rng = np.random.default_rng(seed)
    position = rng.integers(0, POSITIONS, rows)
    item = (rng.random(rows)[:, None] > policy[position].cumsum(axis=1)).sum(axis=1).clip(0, ITEMS - 1)
    click = (rng.random(rows) < CLICKS[position, item]).astype(int)
    (folder / campaign).mkdir(parents=True)
    lines = [",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user_feature_2,user_feature_3"]
    lines += [
        f"{row},2019-11-24,{item[row]},{position[row] + 1},{click[row]},{policy[position[row], item[row]]},a,b,c,d" for row in range(rows)
    ]
    path = folder / campaign / f"{campaign}.csv"
    path.write_text("\n".join(lines))
    (folder / campaign / "item_context.csv").write_text(",item_id\n0,0\n")
    return path


@pytest.fixture
def shop(tmp_path):
    """Uniform and clever logs under random/ and bts/; returns the folder and the clever policy's true clicks per impression."""
    clever = CLICKS**2 / (CLICKS**2).sum(axis=1, keepdims=True)
    _write(tmp_path / "random", np.full((POSITIONS, ITEMS), 1 / ITEMS), 8000, 2)
    _write(tmp_path / "bts", clever, 8000, 3)
    return tmp_path, float((clever * CLICKS).sum(axis=1).mean())


def test_the_uniform_log_tells_what_the_other_policy_gets(shop):
    folder, truth = shop
    found = check(folder / "random/men/men.csv", folder / "bts/men/men.csv")
    assert found.really.low < truth < found.really.high
    for estimate in found.replayed.estimators.values():
        assert estimate.low < truth < estimate.high
        assert estimate.high - estimate.low < 0.06


@pytest.mark.parametrize("arguments", [["--train", "{0}"], ["--train", "{0}/random", "--test", "{0}/bts"]])
def test_the_bench_takes_a_folder_of_both_or_one_each(shop, arguments):
    folder, truth = shop
    ran = CliRunner().invoke(bench_command, ["open-bandit", "--json", *(part.format(folder) for part in arguments)])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    assert set(figures["estimators"]) == {"ips", "snips", "dr"}
    assert all(abs(one["value"] - truth) < 0.03 for one in figures["estimators"].values())
    assert set(figures["campaigns"]) == {"men"}


def test_the_bench_takes_two_files(shop):
    folder, _ = shop
    files = ["--train", f"{folder}/random/men/men.csv", "--test", f"{folder}/bts/men/men.csv"]
    ran = CliRunner().invoke(bench_command, ["open-bandit", "--json", *files])
    assert json.loads(ran.stdout)["campaigns"].keys() == {"campaign"}


def test_a_folder_without_a_log_and_a_file_that_is_none_are_refused(tmp_path):
    with pytest.raises(LogError, match="holds no campaign log"):
        campaign_files(tmp_path)
    (tmp_path / "men.csv").write_text("a,b\n1,2\n")
    with pytest.raises(LogError, match="no log of the Open Bandit Dataset"):
        check(tmp_path / "men.csv", tmp_path / "men.csv")
