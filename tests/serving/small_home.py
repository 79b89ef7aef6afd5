"""A home without a model, made in a moment: three known customers, the card book, the clock of the request."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastapi.testclient import TestClient

from features.build import materialize
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from serving.app import create_app
from serving.bootstrap import bootstrap
from serving.service import Service
from serving.settings import read_settings

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KNOWN = ("k1", "k2", "k3")


def make_home(root: Path) -> Home:
    home = Home(root)
    rows = [
        {"customer_id": name, "updated_at": (START - timedelta(days=40)).isoformat(), "marketing_consent": True, "value_tier": "gold"}
        for name in KNOWN
    ]
    ingest_rows(Lake(home), "customers", rows, known_at=START - timedelta(days=40))
    materialize(home, START)
    open_service(home).store.close()
    return home


def open_service(home: Home, **settings: str) -> Service:
    return bootstrap(read_settings({"PLAYCALL_HOME": str(home.root), "PLAYCALL_CLOCK": "request"} | settings))


class Desk:
    """An agent's desktop: asks and reports with the agent's key."""

    def __init__(self, client: TestClient, home: Home) -> None:
        self.client = client
        self.keys: dict[str, str] = json.loads(home.keys.read_text())

    def post(self, path: str, body: object, role: str = "agent"):
        return self.client.post(path, json=body, headers={"Authorization": f"Bearer {self.keys[role]}"})

    def decide(self, customer: str, interaction: str, at: datetime = START, **more) -> dict:
        body = {
            "interaction_id": interaction,
            "customer_id": customer,
            "channel": "voice",
            "scene": {"resolved": True},
            "at": at.isoformat(),
        }
        answer = self.post("/v1/decisions", body | more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def report(self, decision: dict, outcome: str, at: datetime, place: int = 0, **more) -> None:
        body = {"decision_id": decision["decision_id"], "action_id": decision["actions"][place]["action_id"]}
        answer = self.post("/v1/outcomes", body | {"outcome": outcome, "occurred_at": at.isoformat()} | more)
        assert answer.status_code == 201, answer.text


def opened(service: Service) -> TestClient:
    return TestClient(create_app(service), raise_server_exceptions=False)
