"""A decision over HTTP beside an empty endpoint and one built from stock parts, in one run: the same bodies, the same caller, one worker each, taking turns."""

import json
import statistics
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from features.build import build, materialize
from features.clock import ClockKind, WallClock, open_clock
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.world import simulate
from playbooks.load import default_book, load_playbook
from serving.bootstrap import open_records
from serving.cli.benches.decision_workers import serve_decisions, serve_nothing
from serving.cli.benches.load import Load, closed_loop, http_request, open_loop
from serving.cli.benches.stock_parts import serve_stock
from serving.cli.benches.worker_processes import workers
from serving.records.keys import ensure_keys
from serving.settings import read_settings
from training.errors import NotPromoted
from training.promote import promote
from training.train import train

CUSTOMERS = 1_000
CONNECTIONS = 32
SAME_LOAD = 0.5
"""Of the rate decisions reach: the load at which the two latencies are compared."""


def measure(train_file: Path | None, test_file: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """The contract's decision: its features, 64 actions, 40 policies, scripts, a durable record. Takes no file."""
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        home = Home(Path(folder) / "home")
        key = furnish(home, CUSTOMERS)
        return run(home, key) | beside_stock(home, key)


def furnish(home: Home, customers: int) -> str:
    """A trained home of simulated customers; returns the agent's key."""
    book, lake = load_playbook(default_book()), Lake(home)
    simulate(home.root / "world", customers, 4, 1)
    for table in TABLES:
        ingest_files(lake, table, [home.root / "world" / f"{table}.parquet"], now=WallClock().now())
    at = open_clock(ClockKind.DATA, lake.newest_event).now()
    build(home, at)
    train(home, book, at, 1)
    try:
        promote(home, book, at)
    except NotPromoted as kept:
        raise RuntimeError(f"the bench has no champion: {kept}") from kept
    materialize(home, at)
    store = open_records(read_settings({"PLAYCALL_HOME": str(home.root)}))
    keys = ensure_keys(store, home, WallClock().now())
    store.close()
    return keys["agent"]


def run(home: Home, key: str, rounds: int = 5, seconds: float = 4.0) -> dict[str, object]:
    """Rates in answers a second and latencies in milliseconds; ratios are the medians of `rounds` pairs."""
    bodies = bodies_of(key)
    with workers(serve_decisions, home.root) as service:
        decisions = service.port
        answer = _one(decisions, key)
        with workers(serve_nothing, answer) as nothing:
            empty = nothing.port
            for port in (decisions, empty):
                closed_loop(port, next(bodies), CONNECTIONS, 1.0)
            pairs = [
                (closed_loop(decisions, next(bodies), CONNECTIONS, seconds), closed_loop(empty, next(bodies), CONNECTIONS, seconds))
                for _ in range(rounds)
            ]
            rate = SAME_LOAD * statistics.median(ours.rate for ours, _ in pairs)
            paced = [
                (
                    open_loop(decisions, next(bodies), CONNECTIONS, seconds, rate),
                    open_loop(empty, next(bodies), CONNECTIONS, seconds, rate),
                )
                for _ in range(rounds)
            ]
    return {"answer_bytes": len(answer), **_figures(pairs), "paced_rate": round(rate), **_latencies(paced)}


def beside_stock(home: Home, key: str, rounds: int = 3, seconds: float = 4.0) -> dict[str, object]:
    """How many times as many decisions a second as with stock parts, which is the median of `rounds` pairs."""
    bodies = bodies_of(key)
    with workers(serve_decisions, home.root) as ours, workers(serve_stock, home.root) as stock:
        ports = (ours.port, stock.port)
        for port in ports:
            closed_loop(port, next(bodies), CONNECTIONS, 1.0)
        pairs = [[closed_loop(port, next(bodies), CONNECTIONS, seconds).rate for port in ports] for _ in range(rounds)]
    return {
        "stock_per_second": round(statistics.median(rate for _, rate in pairs), 1),
        "stock_ratio": round(statistics.median(ours_rate / rate for ours_rate, rate in pairs), 1),
    }


def _figures(pairs: list[tuple[Load, Load]]) -> dict[str, object]:
    return {
        "decisions_per_second": round(statistics.median(ours.rate for ours, _ in pairs)),
        "empty_per_second": round(statistics.median(empty.rate for _, empty in pairs)),
        "rate_ratio": round(statistics.median(ours.rate / empty.rate for ours, empty in pairs), 3),
    }


def _latencies(pairs: list[tuple[Load, Load]]) -> dict[str, object]:
    ours, empty = ([load.quantile_ms(0.99) for load in side] for side in zip(*pairs, strict=True))
    return {
        "decision_ms_p50": round(statistics.median(load.quantile_ms(0.5) for load, _ in pairs), 2),
        "decision_ms_p99": round(statistics.median(ours), 2),
        "empty_ms_p99": round(statistics.median(empty), 2),
        "p99_ratio": round(statistics.median(a / b for a, b in zip(ours, empty, strict=True)), 2),
    }


def bodies_of(key: str, some: int = 60_000) -> Iterator[list[bytes]]:
    """Lists of requests, each of a talk of its own."""
    talk = 0
    while True:
        requests = []
        for _ in range(some):
            talk += 1
            requests.append(http_request("/v1/decisions", json.dumps(_body(talk)).encode(), key))
        yield requests


def _body(talk: int) -> dict[str, Any]:
    scene = {"contact_reason": "bill_query", "resolved": True, "sentiment": 0.1}
    return {"interaction_id": f"bench-{talk}", "customer_id": f"c{talk % CUSTOMERS + 1:06d}", "channel": "voice", "scene": scene}


def _one(port: int, key: str) -> bytes:
    """The answer of a typical decision."""
    answers = []
    for talk in range(50):
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/decisions", json.dumps(_body(-talk)).encode(), headers)
        with urllib.request.urlopen(request) as answer:  # noqa: S310 (our own worker)
            answers.append(bytes(answer.read()))
    return sorted(answers, key=len)[len(answers) // 2]
