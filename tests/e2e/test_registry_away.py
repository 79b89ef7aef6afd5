"""MLflow away at the start: the last good champion decides, and both the decision and /readyz say so."""

import json
import shutil
import time

from fastapi.testclient import TestClient
from mlflow import MlflowClient

from features.home import Home
from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.settings import read_settings
from training.registry import CHAMPION, MODEL, Registry

NOBODY = "http://127.0.0.1:9"


def test_the_last_good_model_decides_while_the_registry_is_away(world, service, tmp_path):
    assert service.models.champion is not None, "the service of this home has fetched its champion once"
    home = tmp_path / "home"
    shutil.copytree(world, home)
    start = time.monotonic()
    alone = bootstrap(read_settings({"PLAYCALL_HOME": str(home), "PLAYCALL_CLOCK": "data", "PLAYCALL_MLFLOW_URI": NOBODY}))
    assert time.monotonic() - start < 45
    assert alone.models.champion is not None
    assert alone.models.champion.version == service.models.champion.version
    with TestClient(create_app(alone)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["degraded"]) == (200, ["model_stale"])
        key = json.loads((home / "keys.json").read_text())["agent"]
        body = {"interaction_id": "away", "customer_id": "c000001", "channel": "voice", "scene": {"resolved": True}}
        answer = client.post("/v1/decisions", json=body, headers={"Authorization": f"Bearer {key}"}).json()
    assert "model_stale" in answer["degraded"]
    assert answer["model_versions"] == {"propensity": service.models.champion.version}


def test_a_registry_that_goes_away_later_leaves_the_model_in_use(service, monkeypatch):
    before = service.models
    monkeypatch.setattr(type(service.registry), "_written", lambda _: None)  # as on a server
    monkeypatch.setattr(type(service.registry), "alias_version", lambda *_: None)
    service.reload_models()  # or the task of the application, which runs beside
    assert (service.models.champion, service.models.stale) == (before.champion, True)
    assert not service.reload_models(), "said once"
    monkeypatch.undo()
    service.reload_models()
    assert not service.models.stale


def test_a_version_whose_files_are_missing_leaves_the_last_good_one_in_use(world, service, tmp_path):
    shutil.copytree(world, tmp_path / "home")
    home = Home(tmp_path / "home")
    uri = f"sqlite:///{home.mlflow_database}"
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    run = client.create_run("0").info
    empty = client.create_model_version(MODEL, f"{run.artifact_uri}/model", run.run_id)
    registry = Registry(home)
    registry.set_alias(CHAMPION, str(empty.version))
    model = registry.load(CHAMPION)
    assert model.version == service.models.champion.version
    assert registry.stale
