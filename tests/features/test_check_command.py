"""`features check` says per view how old, how filled and how changed it is, and fails past the limits."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from features.build import build
from features.cli.features import features_group
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def buy(home: Home, customers: int, amount: float, at: datetime) -> None:
    rows = [
        {"transaction_id": f"{at}{n}", "customer_id": f"c{n}", "occurred_at": at.isoformat(), "amount": amount + n}
        for n in range(customers)
    ]
    ingest_rows(Lake(home), "transactions", rows, known_at=at)


def check(home: Home, *options: str, at: datetime = NOW) -> Result:
    return CliRunner().invoke(features_group, ["check", "--at", at.isoformat(), "--json", *options], obj=home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Built a day before NOW, and again at NOW after everybody had spent a hundred times as much."""
    made = Home(tmp_path_factory.mktemp("check"))
    buy(made, 40, 10.0, NOW - timedelta(days=3))
    build(made, NOW - timedelta(days=1))
    buy(made, 40, 5000.0, NOW - timedelta(hours=2))
    build(made, NOW)
    return made


def test_every_view_says_age_nulls_and_drift(home: Home) -> None:
    told = {view["view"]: view for view in json.loads(check(home, "--max-psi", "99").output)}
    assert told["spending"]["age"] == 0
    assert 0 < told["profile"]["null_rate"] <= 1
    assert told["spending"]["psi"] > 0.25


def test_past_a_limit_the_command_fails_and_names_feature_value_and_limit(home: Home) -> None:
    assert check(home, "--max-psi", "99", "--max-null-rise", "1.1").exit_code == 0
    drifted = check(home)
    assert drifted.exit_code == 1
    complaints = [complaint for view in json.loads(drifted.output) for complaint in view["complaints"]]
    assert any(complaint.startswith("spend_7d: PSI") and complaint.endswith("> 0.25") for complaint in complaints)


def test_a_stale_view_fails(home: Home) -> None:
    late = check(home, "--max-psi", "99", at=NOW + timedelta(days=3))
    assert late.exit_code == 1
    assert "old" in json.loads(late.output)[0]["complaints"][0]


def test_nothing_built_is_said_with_the_mend(tmp_path: Path) -> None:
    assert "playcall features build" in str(check(Home(tmp_path)).exception)


def test_the_settings_give_the_limits_and_an_option_overrules_them(home: Home) -> None:
    environment = {**os.environ, "PLAYCALL_HOME": str(home.root), "PLAYCALL_MAX_PSI": "99", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "serving.cli.main", "features", "check", "--at", NOW.isoformat()]
    assert subprocess.run(command, env=environment, check=False, capture_output=True).returncode == 0
    assert subprocess.run([*command, "--max-psi", "0.25"], env=environment, check=False, capture_output=True).returncode == 1
