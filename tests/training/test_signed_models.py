"""What is fetched from a registry is served only when a key the home trusts has signed it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from small_model import TALK, customer, fitted, rows

from features.home import Home
from training.errors import NotTrusted
from training.registry import CHAMPION, Registry
from training.saved import SavedScorer
from training.signing import SIGNATURE, trusted_keys

TABLE = rows(400)


@pytest.fixture(scope="module")
def scorer() -> SavedScorer:
    return fitted(TABLE, (np.asarray(TABLE["spend_30d"]) > 900).astype(float))


@pytest.fixture
def trained(scorer, tmp_path) -> Registry:
    """A home that trained two versions; the second is champion."""
    registry = Registry(Home(tmp_path / "home"))
    for _ in range(2):
        version = registry.log(scorer, {}, {}, [])
    registry.set_alias(CHAMPION, version)
    return registry


def saved(registry: Registry, version: str) -> Path:
    """Where the registry's store keeps the files of a version."""
    run_id = str(registry.client().get_model_version("propensity", version).run_id)
    return next(registry.home.mlflow_artifacts.rglob(f"{run_id}/artifacts/model/artifacts/saved"))


def elsewhere(registry: Registry, root: Path) -> Registry:
    """A home that only serves, from the registry of the other."""
    return Registry(Home(root), f"sqlite:///{registry.home.mlflow_database}")


def tamper(registry: Registry, version: str = "2") -> None:
    evidence = saved(registry, version) / "evidence.json"
    evidence.write_text(json.dumps({"a": 1_000_000}))


def test_what_was_signed_here_is_served(trained, scorer):
    asked = customer(TABLE.slice(0, 1).to_pylist()[0]), TALK, ["a", "b"]
    assert trained.load(CHAMPION).score(*asked).propensity == pytest.approx(scorer.score(*asked).propensity)


def test_a_file_changed_in_the_store_is_named_and_refused(trained):
    tamper(trained)
    with pytest.raises(NotTrusted, match=r"evidence\.json of run .* is not the file that was signed"):
        trained.load(CHAMPION)


def test_a_file_added_or_taken_away_is_refused_too(trained):
    (saved(trained, "2") / "untold").mkdir()
    (saved(trained, "2") / "untold" / "stale_from.json").write_text('"2026-01-01T00:00:00+00:00"')
    with pytest.raises(NotTrusted, match=r"untold/stale_from\.json"):
        trained.load_version("2")
    (saved(trained, "1") / "linear.json").unlink()
    with pytest.raises(NotTrusted, match=r"linear\.json"):
        trained.load_version("1")


def test_the_signature_of_another_run_is_none(trained):
    for name in ("evidence.json", "calibrator.json"):
        shutil.copy(saved(trained, "1") / name, saved(trained, "2") / name)
    client: MlflowClient = trained.client()
    run_id = str(client.get_model_version("propensity", "2").run_id)
    client.log_text(run_id, trained.document("1", SIGNATURE), SIGNATURE)
    with pytest.raises(NotTrusted, match="is not that of its key"):
        trained.load(CHAMPION)


def test_a_version_without_a_signature_is_refused(trained):
    next(saved(trained, "2").parents[2].glob(SIGNATURE)).unlink()
    with pytest.raises(NotTrusted, match="is not signed; train again"):
        trained.load(CHAMPION)


def test_the_last_good_model_stays_in_use(trained, caplog):
    """The first version was served; the second came from a store that somebody wrote to."""
    trained.set_alias(CHAMPION, "1")
    assert trained.load(CHAMPION).version == "1"
    trained.set_alias(CHAMPION, "2")
    tamper(trained)
    assert trained.load(CHAMPION).version == "1"
    assert trained.stale
    assert "is not the file that was signed" in caplog.text


def test_another_home_takes_what_it_is_told_to_trust_and_nothing_else(trained, tmp_path):
    serving = elsewhere(trained, tmp_path / "serving")
    (key,) = trusted_keys(trained.home)
    serving.home.secrets.mkdir(parents=True)
    trusted = serving.home.secrets / "trusted_models"
    trusted.write_text(f"{'ab' * 32}  # somebody else\n")
    with pytest.raises(NotTrusted, match=f"signed by the key {key}, which is not in"):
        serving.load(CHAMPION)
    trusted.write_text(f"# the trainer\n{key.upper()}\n")
    assert serving.load(CHAMPION).version == "2"
    tamper(trained, "1")
    with pytest.raises(NotTrusted):
        serving.load_version("1")


def test_a_home_that_trusts_nobody_says_so(trained, tmp_path, caplog):
    assert elsewhere(trained, tmp_path / "serving").load(CHAMPION).version == "2"
    assert "a model is taken unchecked" in caplog.text


def test_the_key_is_its_owners_alone(trained):
    assert (trained.home.secrets / "model-signing.key").stat().st_mode & 0o077 == 0
