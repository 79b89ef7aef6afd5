"""`playcall export --customer` tells all, `playcall erase` leaves nothing, `playcall retention` asks for days."""

import json
import shutil
from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from small_home import START, Desk, open_service, opened

from features.build import build, materialize
from features.compact import open_reader
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from serving.cli.main import playcall

HOUR = timedelta(hours=1)


@pytest.fixture
def home(blank_home, tmp_path) -> Home:
    """k1 and k10 have talked, were advised and answered; a bad row of k1 lies in quarantine."""
    shutil.copytree(blank_home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    lake = Lake(home)
    ingest_rows(lake, "customers", [{"customer_id": "k10", "updated_at": START.isoformat(), "marketing_consent": True}], known_at=START)
    phones = [{"kind": "phone", "value": f"555-{who}", "customer_id": who, "verified_at": START.isoformat()} for who in ("k1", "k10")]
    ingest_rows(lake, "identities", phones, known_at=START)
    ingest_rows(lake, "transactions", [{"transaction_id": "bad", "customer_id": "k1", "occurred_at": "never", "amount": 1}], known_at=START)
    service = open_service(home)
    with opened(service) as client:
        desk = Desk(client, home)
        for who in ("k1", "k10"):
            decision = desk.decide(who, f"talk-{who}", START + HOUR)
            desk.report(decision, "presented", START + 2 * HOUR)
        service.deliver()
    service.store.close()
    build(home, START + 5 * HOUR)
    materialize(home, START + 5 * HOUR)
    return home


def _run(home: Home, *arguments: str) -> str:
    ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, arguments, catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def _rows(home: Home) -> dict[str, str]:
    with Lake(home).connect() as connection:
        return {name: str(connection.sql(f"SELECT * FROM {name}").fetchall()) for name in (*TABLES, "quarantine")}


def test_everything_of_a_person_is_exported_as_json(home, tmp_path):
    _run(home, "export", "--customer", "k1", "--out", str(tmp_path / "k1.json"))
    person = json.loads((tmp_path / "k1.json").read_text())
    assert [row["value_tier"] for row in person["events"]["customers"]] == ["gold"]
    assert len(person["events"]["proposals"]) == 3
    assert len(person["events"]["outcomes"]) == 1
    assert len(person["events"]["identities"]) == 1
    assert len(person["records"]["decisions"]) == 1
    assert person["features"]["value_tier"] == "gold"
    assert "k10" not in str(person)


def test_after_erase_nothing_of_the_person_is_left_anywhere(home):
    before = _rows(home)
    said = json.loads(_run(home, "erase", "k1", "--yes", "--json"))
    assert {"customers", "identities", "proposals", "decisions", "quarantine", "built_views"} <= set(said)
    after = _rows(home)
    assert "'k1'" not in str(after)
    assert '"k1"' not in after["quarantine"]
    assert "'k10'" in after["customers"]
    assert after["channel_events"] == before["channel_events"]
    assert not open_reader(home).read("k1", START + 6 * HOUR).known
    assert open_reader(home).read("k10", START + 6 * HOUR).known
    for view in home.views.glob("*.parquet"):
        assert "k1" not in pq.read_table(view)["customer_id"].to_pylist()
    files = {str(path.relative_to(home.lake)) for path in home.lake.glob("*/*.parquet")}
    assert files == Lake(home).manifest().files(), "no file of the state before is left"
    service = open_service(home)
    assert "customer_unknown" in service.decider.decide(_moment()).degraded
    service.store.close()
    assert json.loads(_run(home, "erase", "k1", "--yes", "--json")) == {}


def _moment():
    from serving.decision.moment import Moment

    return Moment("default", "later", "k1", "voice", "inbound", START + 7 * HOUR, "zh-CN")


def test_erase_asks_first(home):
    before = _rows(home)
    asked = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["erase", "k1"], input="n\n")
    assert asked.exit_code == 1
    assert "no way back" in asked.stderr
    assert _rows(home) == before


def test_retention_forgets_old_talks_and_says_what_went(home):
    said = json.loads(_run(home, "retention", "--days", "30", "--json"))
    assert said["decisions"] == 2
    assert _run(home, "retention", "--days", "30").strip() == "Nothing is that old."


def test_one_of_format_and_customer_is_needed(home, tmp_path):
    for arguments in ([], ["--format", "bandit", "--customer", "k1"]):
        ran = CliRunner(env={"PLAYCALL_HOME": str(home.root)}).invoke(playcall, ["export", *arguments, "--out", str(tmp_path / "x.json")])
        assert ran.exit_code == 2
        assert "one of --format and --customer" in ran.output


def test_no_file_of_the_records_holds_a_word_of_it_though_a_service_has_them_open(home):
    service = open_service(home)
    with opened(service) as client:
        Desk(client, home).decide("k1", "talk-of-today", START + 6 * HOUR)
        files = (home.records, home.records.with_name(f"{home.records.name}-wal"))
        assert any(b"talk-of-today" in file.read_bytes() for file in files)
        _run(home, "erase", "k1", "--yes")
        assert not any(b"talk-of-today" in file.read_bytes() for file in files)
    service.store.close()
