from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from features.events.ingest import IngestReport, ingest_files
from features.events.lake import Lake
from features.home import Home

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(Home(tmp_path / "home"))


@pytest.fixture
def deliver(lake: Lake, tmp_path: Path) -> Callable[..., IngestReport]:
    """Write the text as a CSV file of the name and ingest it."""

    def _deliver(table: str, text: str, *, name: str = "delivery.csv", now: datetime = NOW, zone: str = "UTC") -> IngestReport:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return ingest_files(lake, table, [file], now=now, zone=zone)

    return _deliver


@pytest.fixture
def rows(lake: Lake) -> Callable[..., list[tuple[object, ...]]]:
    """Ask the lake."""

    def _rows(question: str, customers: list[str] | None = None) -> list[tuple[object, ...]]:
        with lake.connect(customers=customers) as connection:
            return connection.execute(question).fetchall()

    return _rows
