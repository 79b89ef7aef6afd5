"""kill -9 in the middle of the rush: every decision and every outcome that was acknowledged is there afterwards, byte for byte."""

import shutil
import threading
import time

import httpx
import pytest
from served_process import Served
from small_home import KNOWN
from sqlalchemy import select, text

from features.clock import RequestClock
from features.events.lake import Lake
from features.home import Home
from serving.records.decisions import find_decision
from serving.records.outbox import deliver
from serving.records.store import Store
from serving.records.tables import OUTCOMES

pytestmark = pytest.mark.slow


class Rush:
    """Callers that note what was acknowledged, until the line goes dead."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.decisions: dict[str, str] = {}
        self.outcomes: list[tuple[str, str]] = []
        self._callers = [threading.Thread(target=self._call, args=(number,)) for number in range(8)]

    def start(self) -> None:
        for caller in self._callers:
            caller.start()

    def wait_for(self, acknowledged: int, seconds: float = 60) -> None:
        """Until more than so many decisions and outcomes were acknowledged."""
        ends = time.monotonic() + seconds
        while min(len(self.decisions), len(self.outcomes)) <= acknowledged and time.monotonic() < ends:
            time.sleep(0.05)

    def join(self) -> None:
        for caller in self._callers:
            caller.join(timeout=30)

    def _call(self, caller: int) -> None:
        with httpx.Client(base_url=self.served.address, headers=self.served.headers(), timeout=10) as client:
            for number in range(100_000):
                try:
                    self._ask(client, f"talk-{caller}-{number}", KNOWN[number % len(KNOWN)])
                except httpx.TransportError:
                    return

    def _ask(self, client: httpx.Client, interaction: str, customer: str) -> None:
        body = {"interaction_id": interaction, "customer_id": customer, "channel": "voice", "scene": {"resolved": True}}
        answer = client.post("/v1/decisions", json=body)
        assert answer.status_code == 200
        decision = answer.json()
        self.decisions[decision["decision_id"]] = answer.text
        action_id = decision["actions"][0]["action_id"]
        report = {"decision_id": decision["decision_id"], "action_id": action_id, "outcome": "presented"}
        if client.post("/v1/outcomes", json=report).status_code == 201:
            self.outcomes.append((decision["decision_id"], action_id))


def test_every_acknowledged_decision_and_outcome_survives_kill_9(blank_home, database, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(blank_home.root, home)
    with Served(home, {"PLAYCALL_DATABASE_URL": database}) as served:
        rush = Rush(served)
        rush.start()
        rush.wait_for(50)
        served.kill()
        rush.join()
    assert len(rush.decisions) > 50
    assert len(rush.outcomes) > 50
    store = Store(database)
    kept = {decision_id: find_decision(store, "default", decision_id).answer for decision_id in rush.decisions}
    assert kept == rush.decisions
    recorded = {(row.decision_id, row.action_id) for row in store.rows(select(OUTCOMES))}
    assert recorded >= set(rush.outcomes)
    if database.startswith("sqlite"):
        assert store.first(text("PRAGMA integrity_check"))[0] == "ok"
    _arrive_in_the_lake(store, Home(home), rush)
    store.close()


def _arrive_in_the_lake(store: Store, home, rush: Rush) -> None:
    while deliver(store, home, RequestClock()).lines:
        pass
    with Lake(home).connect() as connection:
        proposed = {row[0] for row in connection.sql("SELECT DISTINCT decision_id FROM proposals").fetchall()}
        presented = {tuple(row) for row in connection.sql("SELECT decision_id, action_id FROM outcomes").fetchall()}
        assert connection.sql("SELECT count(*) - count(DISTINCT (decision_id, action_id)) FROM proposals").fetchall() == [(0,)]
    assert proposed >= set(rush.decisions)
    assert presented >= set(rush.outcomes)
