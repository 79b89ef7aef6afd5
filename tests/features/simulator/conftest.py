"""One small world for the tests of this folder, with its truth beside it."""

from pathlib import Path

import pandas as pd
import pytest

from features.simulator.truth import Truth
from features.simulator.world import SimulateReport, simulate

CUSTOMERS, MONTHS, SEED = 3000, 12, 11


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> SimulateReport:
    return simulate(tmp_path_factory.mktemp("world"), CUSTOMERS, MONTHS, SEED)


@pytest.fixture(scope="session")
def folder(report: SimulateReport) -> Path:
    return report.folder


@pytest.fixture(scope="session")
def tables(report: SimulateReport) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(path) for name, path in report.files.items()}


@pytest.fixture(scope="session")
def truth() -> Truth:
    return Truth(CUSTOMERS, MONTHS, SEED)


@pytest.fixture(scope="session")
def presented(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The presented proposals with `yes`: accepted and not cancelled after."""
    key = ["decision_id", "action_id"]
    told = tables["outcomes"].assign(one=1).pivot_table(index=key, columns="outcome", values="one", fill_value=0).reset_index()
    rows = tables["proposals"].merge(told, on=key)
    rows["yes"] = (rows.accepted == 1) & (rows.cancelled == 0)
    return rows.sort_values(["proposed_at", "decision_id"], ignore_index=True)
