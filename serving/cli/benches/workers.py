"""Two workers beside one over the same home, taking turns, and the memory of a worker, also with the trees of a hundred models."""

import statistics
import tempfile
from pathlib import Path

from features.home import Home
from serving.cli.benches.decision import CONNECTIONS, CUSTOMERS, bodies_of, furnish
from serving.cli.benches.decision_workers import serve_decisions, serve_with_models
from serving.cli.benches.load import closed_loop
from serving.cli.benches.most_memory import most_of
from serving.cli.benches.worker_processes import workers


def measure(train_file: Path | None, test_file: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """The decision bench's home and book. Takes no file."""
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        home = Home(Path(folder) / "home")
        key = furnish(home, CUSTOMERS)
        return two_beside_one(home, key) | memory(home, key)


def two_beside_one(home: Home, key: str, rounds: int = 5, seconds: float = 4.0) -> dict[str, object]:
    """Decisions a second; the ratio is the median of `rounds` pairs. The caller shares the processors with the workers."""
    bodies = bodies_of(key)
    with workers(serve_decisions, home.root) as one, workers(serve_decisions, home.root, 2) as two:
        ports = (one.port, two.port)
        for port in ports:
            closed_loop(port, next(bodies), CONNECTIONS, 2.0)
        pairs = [[closed_loop(port, next(bodies), CONNECTIONS, seconds).rate for port in ports] for _ in range(rounds)]
    return {
        "one_per_second": round(statistics.median(rate for rate, _ in pairs)),
        "two_per_second": round(statistics.median(rate for _, rate in pairs)),
        "two_ratio": round(statistics.median(two_rate / rate for rate, two_rate in pairs), 2),
    }


def memory(home: Home, key: str, seconds: float = 5.0) -> dict[str, object]:
    """Megabytes a worker held at most, after `seconds` of load."""
    bodies = bodies_of(key)
    figures: dict[str, object] = {}
    for name, serve in (("worker_megabytes", serve_decisions), ("worker_megabytes_hundred_models", serve_with_models)):
        with workers(serve, home.root) as one:
            closed_loop(one.port, next(bodies), CONNECTIONS, seconds)
            figures[name] = round(most_of(one.pids[0]))
    return figures
