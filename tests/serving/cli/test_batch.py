"""playcall batch over a small simulated centre."""

import json

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from features.build import build, materialize
from features.clock import ClockKind, WallClock, open_clock
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.simulator.world import simulate
from playbooks.load import default_book, load_playbook
from serving.bootstrap import open_records
from serving.cli.batch import batch_command
from serving.records.decisions import decisions_in_order, find_decision
from serving.settings import read_settings


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    made = Home(tmp_path_factory.mktemp("centre"))
    simulate(made.root / "world", 150, 4, 7)
    for table in TABLES:
        ingest_files(Lake(made), table, [made.root / "world" / f"{table}.parquet"], now=WallClock().now())
    at = open_clock(ClockKind.DATA, Lake(made).newest_event).now()
    build(made, at)
    materialize(made, at)
    return made


def _run(home: Home, *arguments: str):
    return CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(batch_command, ["--clock", "data", *arguments], obj=home)


def test_the_list_obeys_consent_time_and_budget_and_its_outcomes_can_be_reported(home, tmp_path):
    out = tmp_path / "list.parquet"
    ran = _run(home, "--agents", "0.2", "--budget", "200", "--channel", "voice", "--control", "0.2", "--out", str(out), "--json")
    assert ran.exit_code == 0, ran.output
    report = json.loads(ran.stdout)
    rows = pq.read_table(out).to_pylist()
    contacted = [row for row in rows if row["group"] == "contact"]
    assert len(contacted) == report["contacts"] > 0
    assert len(rows) - len(contacted) == report["control"] > 0
    assert len({row["customer_id"] for row in rows}) == len(rows)
    assert sum(row["cost"] for row in rows) <= 200
    for part in {row["day_part"] for row in rows}:
        assert sum(row["agent_minutes"] for row in rows if row["day_part"] == part) <= 0.2 * 180 + 1e-6
    assert report["gap"] < 0.01
    assert report["plan_value"] >= report["greedy_value"] - 1e-6
    _check_consent(home, contacted)
    store = open_records(read_settings({"PLAYCALL_HOME": str(home.root)}))
    assert find_decision(store, "default", contacted[0]["decision_id"]).direction == "outbound"
    store.close()


def _check_consent(home: Home, rows: list[dict]) -> None:
    book = load_playbook(default_book())
    with Lake(home).connect() as connection:
        refusing = {
            customer
            for (customer,) in connection.execute(
                "SELECT customer_id FROM customers WHERE superseded_at IS NULL AND marketing_consent IS NOT TRUE"
            ).fetchall()
        }
    assert refusing
    promotional = {name for name, action in book.actions.items() if action.action_class.value == "promotional"}
    assert not [row for row in rows if row["customer_id"] in refusing and row["action_id"] in promotional]


def test_a_list_as_csv_of_one_kind(home, tmp_path):
    out = tmp_path / "wake.csv"
    ran = _run(home, "--kind", "reactivate", "--no-record", "--out", str(out))
    assert ran.exit_code == 0, ran.output
    table = pacsv.read_csv(out, parse_options=pacsv.ParseOptions(newlines_in_values=True))
    assert set(table["kind"].to_pylist()) <= {"reactivate"}
    assert "within" in ran.output
    assert "of the best there is" in ran.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--out", "list.xlsx"], ".parquet or .csv"), (["--out", "list.csv", "--channel", "fax"], "declares no such channel")],
)
def test_an_unknown_ending_or_channel_is_refused(home, arguments, words):
    ran = _run(home, *arguments)
    assert ran.exit_code != 0
    assert words in ran.output + str(ran.exception)


def test_a_list_that_cannot_be_written_leaves_no_decision_and_no_file(home, tmp_path, monkeypatch):
    store = open_records(read_settings({"PLAYCALL_HOME": str(home.root)}))
    before = sum(len(page) for page in decisions_in_order(store, "default"))
    refused = _run(home, "--out", str(tmp_path / "no folder" / "list.csv"))
    assert refused.exit_code == 2
    assert "is no folder" in refused.output

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "list.csv")

    monkeypatch.setattr("serving.cli.batch.pacsv.write_csv", full)
    assert isinstance(_run(home, "--out", str(tmp_path / "list.csv")).exception, OSError)
    assert sum(len(page) for page in decisions_in_order(store, "default")) == before
    assert list(tmp_path.iterdir()) == []
    store.close()
