"""How long a world takes: python tests/benchmarks/bench_simulate.py [customers] [months]; one JSON object. Promise: 20,000 x 12 in 30 s."""

import json
import sys
import tempfile
import time
from pathlib import Path

from features.simulator.world import simulate


def measure(customers: int, months: int, seed: int = 1) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        report = simulate(Path(folder), customers, months, seed)
        seconds = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in report.files.values())
    return {"customers": customers, "months": months, "seconds": round(seconds, 2), "rows": sum(report.rows.values()), "bytes": size}


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:3]] or [20_000, 12]
    print(json.dumps(measure(*asked)))
