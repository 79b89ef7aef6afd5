"""The card of a model: whatever stands on it can be computed again, and it says who promoted it."""

import json
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from small_champions import log
from small_past import LEARNED

from features.events.lake import Lake
from serving.cli.main import playcall
from training.card.kept import card_of_version
from training.card.words import SIGNED, with_signatures
from training.errors import NoModel
from training.registry import CHALLENGER, CHAMPION, Registry
from training.registry_champions import Signature, roll_back
from training.train import stale, train, windows_of
from training.training_set import training_set


def rows_of(text: str, section: str) -> list[list[str]]:
    """The cells of every table row between this heading and the next."""
    part = text.split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")]


def test_the_verb_prints_the_card_of_the_champion(home):
    told = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["evaluate", "--card", "--json"])
    card = json.loads(told.output)
    assert card["version"] == "1"
    for heading in (
        "Data",
        "Features",
        "How it does on the newest slice",
        "Calibration",
        "Fairness",
        "Words",
        "Drift marks",
        "Who promoted it, and why",
    ):
        assert f"\n## {heading}\n" in card["card"]
    assert Lake(home).fingerprint() in card["card"]
    assert "630 labelled proposals from 2026-01-01 to 2026-03-20 to learn from, the 70 after them" in card["card"]


def test_the_rates_of_a_group_are_those_of_the_slice_the_model_never_saw(home, book, monkeypatch):
    monkeypatch.setattr("training.evaluation.groups.LEAST_ANSWERS", 10)
    train(home, book, LEARNED)
    _, text = card_of_version(Registry(home), CHALLENGER)
    newest = training_set(Lake(home), windows_of(book), LEARNED).part(0.9, 1)
    said = Registry(home).load(CHALLENGER).predict(newest.rows)
    women = np.array([gender == "f" for gender in newest.rows["gender"].to_pylist()])
    row = next(row for row in rows_of(text, "Fairness") if row[0] == "f")
    assert row[1:4] == [str(women.sum()), f"{newest.label[women].mean():.3f}", f"{said[women].mean():.3f}"]
    ages = {row[0]: int(row[1]) for row in rows_of(text, "Fairness") if " to " in row[0] or "over" in row[0]}
    known = np.array(newest.rows["age"].to_pylist())
    assert ages["35 to 44"] == ((known >= 35) & (known < 45)).sum()
    brier = next(float(row[1]) for row in rows_of(text, "How it does on the newest slice") if row[0] == "brier")
    assert brier == pytest.approx(np.mean((said - newest.label) ** 2), abs=1e-4)


def test_who_promoted_is_on_the_card_in_the_run_and_beside_the_model(home, book):
    registry = Registry(home)
    registry.load(CHAMPION)
    train(home, book, LEARNED)
    done = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(
        playcall, ["promote", "--clock", "data", "--by", "mei", "--reason", "new fee\n## Fairness"]
    )
    assert done.exit_code == 0, done.output
    registry.load(CHAMPION)
    run, kept = registry.document("2", "card.md"), registry.kept_document("2", "card.md")
    assert run == kept
    assert run is not None
    assert " by mei: new fee ## Fairness. Test: the same log loss as version 1 on " in run.split(SIGNED)[1]
    roll_back(registry, Signature(LEARNED, "li", "too many complaints"))
    assert "- Rolled back at 2026-03-29T12:00:00+00:00 by li: too many complaints." in card_of_version(registry, "2")[1]
    assert "version 2 was rolled back: too many complaints" in (registry.kept_document("1", "card.md") or "")
    assert not stale(home, book, LEARNED), "what was rolled back is not trained again before there is news"


def test_without_the_registry_the_copy_beside_the_model_is_read(home):
    Registry(home).load(CHAMPION)
    away = Registry(home, "http://127.0.0.1:9")
    assert card_of_version(away, "1")[1].startswith("# Model card: propensity")
    with pytest.raises(NoModel, match="or the registry is away"):
        card_of_version(away, CHAMPION)


def test_a_version_of_an_older_release_has_no_card_and_the_mend_is_named(home):
    registry = Registry(home)
    version = log(registry, 1)
    shutil.rmtree(home.models, ignore_errors=True)
    with pytest.raises(NoModel, match=f"version {version} has no card.*playcall train"):
        card_of_version(registry, version)


def test_signing_again_replaces_the_signature():
    once = with_signatures("# Card\n", {"promoted_at": "1", "promoted_by": "mei"})
    twice = with_signatures(once, {"promoted_at": "2", "promoted_by": "li"})
    assert twice.count(SIGNED) == 1
    assert "mei" not in twice
    assert twice.endswith("- Promoted at 2 by li: no reason was given.\n")
