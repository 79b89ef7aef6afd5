"""A small home made by the product's own verbs, once for all tests of the way from event to outcome."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from verbs import run

from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.settings import read_settings


@pytest.fixture(scope="session")
def world(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    run(home, "demo", "--customers", "600", "--months", "4", "--seed", "3", "--no-serve")
    return home


@pytest.fixture(scope="session")
def service(world):
    return bootstrap(read_settings({"PLAYCALL_HOME": str(world), "PLAYCALL_CLOCK": "data"}))


@pytest.fixture(scope="session")
def client(service):
    with TestClient(create_app(service), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def keys(world) -> dict[str, str]:

    return json.loads((world / "keys.json").read_text())


@pytest.fixture
def ask(client, keys):
    def post(path: str, body: object, role: str = "agent"):
        return client.post(path, json=body, headers={"Authorization": f"Bearer {keys[role]}"})

    return post
