"""What goes on when a part is away, and what then does not: no offer that a policy could not check, nothing half done, never a 500."""

import shutil
import sqlite3
import threading
import time
from datetime import timedelta

import pytest
from cut_line import CutLine
from scratch_database import scratch_database
from small_home import START, Desk, open_service, opened
from sqlalchemy import func, select

from features.errors import OnlineStoreError
from features.home import Home
from serving.records.tables import DECISIONS, INTERACTIONS, OUTBOX, OUTCOMES, STREAM

BODY = {"interaction_id": "talk", "customer_id": "k1", "channel": "voice", "scene": {"resolved": True}, "at": START.isoformat()}
MARKETING = {"sell", "reactivate", "educate"}


@pytest.fixture
def home(blank_home, tmp_path) -> Home:
    shutil.copytree(blank_home.root, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def desk(home):
    service = open_service(home)
    with opened(service) as client:
        made = Desk(client, home)
        made.service = service
        yield made
    service.store.close()


def _rows(service) -> list[int]:
    return [
        service.store.first(select(func.count()).select_from(table))[0] for table in (DECISIONS, INTERACTIONS, STREAM, OUTBOX, OUTCOMES)
    ]


def _ruin(home: Home) -> None:
    home.online.write_bytes(b"no database at all" * 1000)
    for beside in home.root.glob("online.db-*"):
        beside.unlink()


def test_without_the_online_store_nothing_is_offered_that_no_policy_could_check(desk, home):
    whole = desk.decide("k1", "before")
    assert MARKETING & {card["kind"] for card in whole["actions"]}, "with its features this customer is offered something"
    desk.service.customers.close()
    _ruin(home)
    answer = desk.decide("k1", "after")
    assert "features_unavailable" in answer["degraded"]
    assert answer["actions"], "there is still something to say"
    assert not MARKETING & {card["kind"] for card in answer["actions"]}


def test_without_a_model_the_playbooks_starting_propensities_decide_and_it_says_so(desk):
    answer = desk.decide("k1", "talk")
    assert "model_unavailable" in answer["degraded"]
    assert answer["model_versions"] == {}
    book = desk.service.playbook("default")
    for card in answer["actions"]:
        action = book.actions[card["action_id"]]
        own = action.starting_propensity
        assert card["propensity"] == (book.groups[action.group].starting_propensity if own is None else own)
        assert card["evidence"] == 0
    assert desk.client.get("/readyz").json()["degraded"] == ["model_unavailable"]


def test_a_record_store_that_is_too_slow_is_a_503_with_retry_after_and_nothing_is_half_done(desk, home):
    desk.decide("k1", "before")
    before = _rows(desk.service)
    desk.service.writer.patience = 0.3
    holding = sqlite3.connect(home.records, isolation_level=None)
    holding.execute("BEGIN IMMEDIATE")
    answers = []
    callers = [
        threading.Thread(target=lambda n=n: answers.append(desk.post("/v1/decisions", BODY | {"interaction_id": f"slow-{n}"})))
        for n in range(6)
    ]
    start = time.monotonic()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(timeout=30)
    assert {answer.status_code for answer in answers} == {503}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers)
    assert time.monotonic() - start < 12
    holding.execute("ROLLBACK")
    holding.close()
    assert _rows(desk.service) == before
    desk.decide("k1", "afterwards")


def test_a_start_without_the_online_store_decides_from_defaults(home):
    for file in home.root.glob("online.db*"):
        file.unlink()
    service = open_service(home)
    with opened(service) as client:
        answer = Desk(client, home).decide("k1", "talk")
    assert "customer_unknown" in answer["degraded"]
    assert not MARKETING & {card["kind"] for card in answer["actions"]}
    service.store.close()


def test_a_broken_online_store_stops_the_start_with_the_file_and_the_mend(home):
    _ruin(home)
    with pytest.raises(OnlineStoreError, match=r"online\.db: cannot be opened .* remove it and materialize again"):
        open_service(home)


@pytest.fixture
def cut_home(home):
    """The home with its records in PostgreSQL, behind a line that can be cut."""
    with scratch_database("cut") as address:
        line = CutLine("127.0.0.1", 5432)
        service = open_service(home, PLAYCALL_DATABASE_URL=f"postgresql://postgres@127.0.0.1:{line.port}/{address.rpartition('/')[2]}")
        yield home, service, line
        service.store.close()
        line.close()


@pytest.mark.needs_postgres
def test_a_record_store_that_is_gone_is_a_503_and_service_goes_on_when_it_is_back(cut_home):
    home, service, line = cut_home
    with opened(service) as client:
        desk = Desk(client, home)
        decision = desk.decide("k1", "before")
        before = _rows(service)
        line.cut()
        report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "presented"}
        for path, body in (("/v1/decisions", BODY), ("/v1/outcomes", report)):
            answer = desk.post(path, body)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1"), answer.text
        assert client.get("/healthz").status_code == 200
        line.mend()
        assert _rows(service) == before
        desk.decide("k1", "talk")
        desk.report(decision, "presented", START + timedelta(hours=1))
