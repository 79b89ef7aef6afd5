"""Who brings the records to the lake: a process of its own, of one worker, and what becomes of it when something is killed."""

import multiprocessing
import os
import shutil
import signal
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from served_process import Served
from small_home import START, Desk, open_service, opened

from features.clock import DataClock
from features.events.lake import Lake
from features.home import Home
from serving.courier import Courier
from serving.records.outbox import waiting_lines
from serving.service import GATHERING_SECONDS

MONTH = timedelta(days=30)


@pytest.fixture
def place(blank_home, tmp_path, monkeypatch):
    """(service, decision): one decision waits for the lake, and this process could not bring it there."""
    monkeypatch.setattr("serving.app.DELIVERY_SECONDS", 3600.0)
    root = tmp_path / "home"
    shutil.copytree(blank_home.root, root)
    service = open_service(Home(root))
    with opened(service) as client:
        decision = Desk(client, Home(root)).decide("k1", "talk")
        monkeypatch.delattr("serving.records.outbox.push_tables")
        yield service, decision
    service.store.close()


@pytest.fixture
def courier(place):
    service, _ = place
    service.courier = Courier(service.settings.home, service.settings.database_url)
    yield service.courier
    service.courier.close()


def proposed(home: Home) -> list[tuple[str, str]]:
    with Lake(home).connect() as connection:
        return connection.sql("SELECT decision_id, action_id FROM proposals ORDER BY rank").fetchall()


def test_another_process_delivers_and_the_clock_of_the_events_comes_along(place, courier):
    service, decision = place
    service.clock = DataClock(START - MONTH)
    assert service.deliver().rows == {"proposals": len(decision["actions"])}
    assert proposed(service.settings.home) == [(decision["decision_id"], card["action_id"]) for card in decision["actions"]]
    assert service.clock.now() > START
    assert waiting_lines(service.store) == 0


def test_what_a_killed_process_carried_is_brought_by_the_next(place, courier):
    service, decision = place
    courier.deliver(service.settings.home, service.clock, "nobody", {})
    (process,) = multiprocessing.active_children()
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)
    with pytest.raises(BrokenProcessPool):
        service.deliver()
    assert waiting_lines(service.store) == 1
    service.deliver()
    assert len(proposed(service.settings.home)) == len(decision["actions"])


def test_one_worker_delivers_for_all_and_the_next_takes_over(place, courier):
    service, _ = place
    other = Courier(service.settings.home, service.settings.database_url)
    assert other.on_duty()
    service.clock = DataClock(START - MONTH)
    service.delivered_at -= GATHERING_SECONDS
    service.deliver_due()
    assert waiting_lines(service.store) == 1, "it is the other's"
    other.deliver(service.settings.home, DataClock(START - MONTH), "default", {})
    service.delivered_at -= GATHERING_SECONDS
    service.deliver_due()
    assert service.clock.now() > START, "the clock follows what another brought"
    assert not courier.on_duty()
    other.close()
    assert courier.on_duty()
    assert not other.on_duty()
    other.close()


@pytest.mark.slow
def test_the_process_of_a_killed_worker_ends_and_its_duty_is_free(blank_home, tmp_path):
    home = Home(tmp_path / "home")
    shutil.copytree(blank_home.root, home.root)
    mine = Courier(home, "")
    with Served(home.root) as served:
        assert not mine.on_duty()
        body = {"interaction_id": "talk", "customer_id": "k1", "channel": "voice", "scene": {"resolved": True}}
        decision = httpx.post(f"{served.address}/v1/decisions", json=body, headers=served.headers()).json()
        report = {"decision_id": decision["decision_id"], "action_id": decision["actions"][0]["action_id"], "outcome": "presented"}
        assert httpx.post(f"{served.address}/v1/outcomes", json=report, headers=served.headers()).status_code == 201
        eventually(lambda: proposed(home))
        children = children_of(served.process.pid)
        assert children
        os.kill(served.process.pid, signal.SIGKILL)
        eventually(lambda: not any(map(alive, children)))
    assert mine.on_duty()
    mine.close()


def children_of(pid: int) -> list[int]:
    return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]


def alive(pid: int) -> bool:
    """A zombie nobody waits for is gone all the same."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def eventually(holds, seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, "in vain"
        time.sleep(0.05)
