"""`train --tune N`: the same seed chooses the same settings, they are never worse than ours on the folds, and the newest tenth is not asked."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from small_model import SCHEMA, rows
from small_past import LEARNED, PAST, live

from features.home import Home
from serving.cli.main import playcall
from training.columns import Columns
from training.forward import Choice, choose
from training.registry import CHALLENGER, Registry
from training.train import train
from training.tuning import SPACE, search_of


def chosen(trials: int | None, seed: int = 1) -> Choice:
    table = rows(900)
    columns = Columns.of(SCHEMA, table)
    chance = 1 / (1 + np.exp(-(table["spend_30d"].to_numpy() - 900) / 300))
    label = (np.random.default_rng(3).random(900) < chance).astype(float)
    return choose(columns, columns.matrix(table), label, seed, None if trials is None else search_of(trials))


def test_the_same_seed_tries_and_chooses_the_same_and_another_seed_tries_other_settings():
    one, again, other = chosen(4), chosen(4), chosen(4, seed=2)
    assert (one.recipe, one.trials) == (again.recipe, again.trials)
    assert one.trials[1] != other.trials[1]
    assert len(one.trials) == 4


def test_what_is_chosen_is_the_best_tried_and_our_own_settings_are_among_them():
    tuned, ours = chosen(6), chosen(None)
    assert tuned.trials[0] == ((), pytest.approx(min(ours.loss.values())))
    assert min(tuned.loss.values()) == pytest.approx(min(loss for _, loss in tuned.trials))
    assert tuned.recipe.tuned == min(tuned.trials, key=lambda trial: trial[1])[0]


def test_every_setting_tried_is_inside_the_stated_space():
    for settings, _ in chosen(5).trials[1:]:
        assert all(SPACE[name][0] <= value <= SPACE[name][1] for name, value in settings)
        assert {name for name, _ in settings} == set(SPACE)


@pytest.mark.slow
def test_the_newest_tenth_has_no_say_in_the_settings(tmp_path, book):
    heard: list[float] = []

    def listen(loss, seed):
        heard.append(loss(()))
        return [((), heard[-1])]

    for name, liked in (("one", 1.5), ("other", -1.5)):
        home = Home(tmp_path / name)
        live(home, 0, PAST * 9 // 10)
        live(home, PAST * 9 // 10, PAST // 10, liked=liked)
        train(home, book, LEARNED, search=listen)
    assert heard[0] == heard[1]


def test_the_verb_logs_what_it_tried_and_chose(home):
    told = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["train", "--clock", "data", "--tune", "3", "--json"])
    assert told.exit_code == 0, told.output
    registry = Registry(home)
    noted = registry.parameters(CHALLENGER)
    trials = json.loads(registry.document("2", "selection.json"))["trials"]
    best = min(trials, key=lambda trial: trial["log_loss"])["settings"]
    assert noted["tune"] == "3"
    assert {name: noted[f"trees_{name}"] for name in best} == {name: str(value) for name, value in best.items()}
    assert len(trials) == 3
    plain = registry.parameters("champion")
    assert "tune" not in plain


def test_without_optuna_the_mend_is_named(tmp_path, monkeypatch, book):
    monkeypatch.setattr("training.cli.train.importlib.util.find_spec", lambda name: None)
    refused = CliRunner(env={"PLAYCALL_HOME": str(tmp_path)}).invoke(playcall, ["train", "--tune", "3"])
    assert refused.exit_code == 2
    assert "pip install playcall[tune]" in refused.output
