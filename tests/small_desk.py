"""A desk to ask at: a service over a small home of its own, at a time the test says."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copytree

import pytest
from fastapi.testclient import TestClient

from features.build import materialize
from features.clock import ClockKind
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from playbooks.load import default_book
from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.settings import read_settings

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
PEOPLE = tuple(f"c{number:03d}" for number in range(1, 41))


@dataclass
class SetClock:
    """The time the test says."""

    at: datetime = NOON
    kind: ClockKind = ClockKind.NOW

    def now(self) -> datetime:
        return self.at

    def received(self, newest: datetime) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time


@dataclass
class Desk:
    """One worker and its caller."""

    client: TestClient
    service: object
    clock: SetClock
    keys: dict[str, str]

    def post(self, path: str, body: object, role: str = "agent", key: str | None = None):
        headers = {"Authorization": f"Bearer {self.keys[role]}"} | ({"Idempotency-Key": key} if key else {})
        return self.client.post(path, content=json.dumps(body), headers=headers | {"Content-Type": "application/json"})

    def get(self, path: str, role: str = "agent", **headers: str):
        return self.client.get(path, headers={"Authorization": f"Bearer {self.keys[role]}"} | headers)

    def decide(self, interaction: str = "talk", customer: str = "c001", **more: object) -> dict:
        body = {"interaction_id": interaction, "customer_id": customer, "channel": "voice", "scene": {"resolved": True}}
        answer = self.post("/v1/decisions", body | more)
        assert answer.status_code == 200, answer.text
        return answer.json()


def customer(customer_id: str, at: datetime) -> dict:
    told = {"customer_id": customer_id, "updated_at": at, "birth_year": 1985, "value_tier": "gold", "marketing_consent": True}
    return told | {"opened_on": at - timedelta(days=900), "language": "zh-CN"}


@pytest.fixture(scope="session")
def furnished(tmp_path_factory) -> Path:
    """A home with forty people who agreed to marketing, known since a year."""
    root = tmp_path_factory.mktemp("furnished") / "home"
    lake, since = Lake(Home(root)), NOON - timedelta(days=365)
    ingest_rows(lake, "customers", [customer(name, since) for name in PEOPLE], known_at=since)
    materialize(Home(root), NOON)
    bootstrap(read_settings({"PLAYCALL_HOME": str(root)})).store.close()
    return root


PHRASES = """
minefields:
  - {phrase: 这是规定, language: zh-CN, instead: 我来帮您想办法}
  - {phrase: calm down, language: en, when: scene.need == 'emotion', instead: I understand}
"""


@pytest.fixture(scope="session")
def quiet_book(tmp_path_factory) -> Path:
    """The card book without chance, and with words that hurt."""
    folder = Path(copytree(default_book(), tmp_path_factory.mktemp("book") / "card"))
    header = (folder / "playbook.yaml").read_text(encoding="utf-8")
    header = re.sub(r"(?m)^experiment:.*$", "experiment: {control: 0 %, challenger: 0 %, exploration: 0 %}", header)
    if "\nneed_words:" not in header:
        header += "\nneed_words:\n  emotion: {zh-CN: [气死, 着急], en: [angry, upset]}\n"
    (folder / "playbook.yaml").write_text(header, encoding="utf-8")
    (folder / "phrases.yaml").write_text(PHRASES, encoding="utf-8")
    return folder


@pytest.fixture
def home(furnished, tmp_path) -> Path:
    return Path(copytree(furnished, tmp_path / "home"))


@pytest.fixture
def open_desk(home, quiet_book):
    """Open a worker over the home: called twice, they are two workers, or one before and one after a restart."""
    opened = []

    def open_one(clock: SetClock | None = None, **settings: str) -> Desk:
        service = bootstrap(read_settings({"PLAYCALL_HOME": str(home), "PLAYCALL_PLAYBOOK": str(quiet_book), **settings}))
        service.clock = clock or SetClock()
        client = TestClient(create_app(service), raise_server_exceptions=False)
        client.__enter__()
        opened.append((client, service))
        return Desk(client, service, service.clock, json.loads((home / "keys.json").read_text()))

    yield open_one
    for client, service in opened:
        client.__exit__(None, None, None)
        service.store.close()


@pytest.fixture
def desk(open_desk) -> Desk:
    return open_desk()
