"""A running service follows a rollback by its polling, as it follows a promotion."""

import shutil
import time

from small_champions import AT, crown_two
from small_home import open_service

from features.home import Home
from training.registry import CHALLENGER
from training.registry_champions import Signature, roll_back


def test_a_running_service_takes_the_champion_before_back_and_meets_the_withdrawn_one_no_more(blank_home, tmp_path):
    shutil.copytree(blank_home.root, tmp_path / "home")
    registry = crown_two(Home(tmp_path / "home"))
    service = open_service(registry.home)
    try:
        assert service.models.champion.version == "2"
        roll_back(registry, Signature(AT))
        assert service.reload_models()
        assert (service.models.champion.version, service.models.challenger) == ("1", None)
        assert not service.reload_models()
    finally:
        service.store.close()


def test_a_challenger_that_nobody_trusted_signed_meets_nobody_and_the_champion_serves(blank_home, tmp_path, caplog):
    shutil.copytree(blank_home.root, tmp_path / "home")
    registry = crown_two(Home(tmp_path / "home"))
    shutil.rmtree(registry.home.models, ignore_errors=True)
    run_id = str(registry.client().get_model_version("propensity", "1").run_id)
    next(registry.home.mlflow_artifacts.rglob(f"{run_id}/artifacts/model/artifacts/saved/evidence.json")).write_text("{}")
    registry.set_alias(CHALLENGER, "1")
    service = open_service(registry.home)
    try:
        assert (service.models.champion.version, service.models.challenger, service.models.stale) == ("2", None, False)
        assert not service.reload_models(), "said once"
    finally:
        service.store.close()
    assert "there is no challenger: evidence.json" in caplog.text


def test_a_challenger_whose_files_are_gone_meets_nobody_until_they_are_back(blank_home, tmp_path, caplog):
    shutil.copytree(blank_home.root, tmp_path / "home")
    registry = crown_two(Home(tmp_path / "home"))
    shutil.rmtree(registry.home.models, ignore_errors=True)
    run_id = str(registry.client().get_model_version("propensity", "1").run_id)
    files = next(registry.home.mlflow_artifacts.rglob(f"{run_id}/artifacts/model"))
    away = files.rename(tmp_path / "away")
    registry.set_alias(CHALLENGER, "1")
    service = open_service(registry.home)
    try:
        assert (service.models.champion.version, service.models.challenger, service.models.stale) == ("2", None, False)
        assert "there is no challenger" in caplog.text
        service.refused_until = time.monotonic()
        assert not service.reload_models(), "still gone: nothing changed"
        away.rename(files)
        assert not service.reload_models(), "looked for again after a while"
        service.refused_until = time.monotonic()
        assert service.reload_models()
        assert service.models.challenger.version == "1"
    finally:
        service.store.close()
