"""L5: as known then. The zone a time is written in, the order of arrival and later corrections change nothing about what was known at a moment."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.build import build, features_at, materialize, view_file
from features.compact import open_reader
from features.events.ingest import ingest_files, ingest_rows
from features.events.lake import Lake
from features.home import Home
from features.point_in_time import Rows, join
from features.views import VIEWS
from training.label_table import labelled_proposals

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOME_ZONE = "Asia/Shanghai"
WRITTEN = ["UTC", HOME_ZONE, "America/New_York", "Asia/Kathmandu", None]
"""None: without an offset, which is read in the tenant's zone."""
SPENT = ["spend_7d", "spend_30d", "spend_count_30d", "spend_90d", "days_since_spend"]


def lake_at(folder: Path) -> Lake:
    return Lake(Home(folder / "home"))


def spending(lake: Lake, *moments: datetime) -> list[dict]:
    asked = pa.table({"customer_id": ["c1"] * len(moments), "at": pa.array(moments, pa.timestamp("us", "UTC"))})
    return features_at(lake, asked).select(SPENT).to_pylist()


def written(moment: datetime, zone: str | None) -> str:
    there = moment.astimezone(ZoneInfo(zone or HOME_ZONE))
    return there.isoformat() if zone else there.replace(tzinfo=None).isoformat(sep=" ")


def spent(number: int, at: datetime, amount: float = 10.0) -> dict:
    return {"transaction_id": f"t{number}", "customer_id": "c1", "occurred_at": at.isoformat(), "amount": amount}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 100 * 24 * 60), st.sampled_from(WRITTEN)), min_size=1, max_size=12), st.integers(0, 100))
def test_a_moment_is_the_same_in_whatever_zone_a_file_writes_it(tmp_path_factory, events, days):
    seen = []
    for zones in ([zone for _, zone in events], ["UTC"] * len(events)):
        folder = tmp_path_factory.mktemp("zones")
        lines = [
            f"t{n},c1,{written(START + timedelta(minutes=minute), zone)},{n + 1}"
            for n, ((minute, _), zone) in enumerate(zip(events, zones, strict=True))
        ]
        (folder / "t.csv").write_text("\n".join(["transaction_id,customer_id,occurred_at,amount", *lines]) + "\n")
        lake = lake_at(folder)
        ingest_files(lake, "transactions", [folder / "t.csv"], now=START + 200 * DAY, zone=HOME_ZONE)
        seen.append(spending(lake, START + days * DAY, START + 101 * DAY))
    assert seen[0] == seen[1]
    assert seen[1][1]["days_since_spend"] is not None


def test_of_four_versions_each_counts_from_the_moment_it_was_known(tmp_path):
    lake = lake_at(tmp_path)
    for version in range(4):
        ingest_rows(lake, "transactions", [spent(1, START, 10.0 * (version + 1))], known_at=START + version * DAY)
    moments = [START + version * DAY + timedelta(seconds=1) for version in range(4)]
    assert [row["spend_30d"] for row in spending(lake, *moments)] == [10.0, 20.0, 30.0, 40.0]


@pytest.mark.parametrize("order", permutations(range(3)))
def test_the_order_of_arrival_changes_nothing_once_all_is_known(tmp_path, order):
    lake = lake_at(tmp_path)
    for number in order:
        ingest_rows(lake, "transactions", [spent(number, START - number * 3 * DAY, 2.0**number)], known_at=START + DAY)
    row = spending(lake, START + 2 * DAY)[0]
    assert (row["spend_7d"], row["spend_30d"], row["days_since_spend"]) == (3.0, 7.0, 2.0)


def test_a_late_row_is_unknown_before_it_arrives(tmp_path):
    lake = lake_at(tmp_path)
    ingest_rows(lake, "transactions", [spent(1, START)], known_at=START)
    ingest_rows(lake, "transactions", [spent(2, START - DAY, 5.0)], known_at=START + 3 * DAY)
    assert [row["spend_30d"] for row in spending(lake, START + DAY, START + 4 * DAY)] == [10.0, 15.0]


def test_a_views_life_ends_online_and_offline_at_the_same_moment_and_without_one_never(tmp_path):
    lake = lake_at(tmp_path)
    ingest_rows(
        lake, "customers", [{"customer_id": "c1", "updated_at": START - DAY, "value_tier": "gold", "birth_year": 1990}], known_at=START
    )
    ingest_rows(lake, "transactions", [spent(1, START - DAY)], known_at=START)
    built_at = START + DAY
    build(lake.home, built_at)
    materialize(lake.home, built_at)
    reader = open_reader(lake.home)
    mortal = next(view for view in VIEWS if view.name == "spending")
    eternal = next(view for view in VIEWS if view.name == "profile")
    assert mortal.ttl is not None
    assert eternal.ttl is None
    tick = timedelta(microseconds=1)
    moments = [built_at, built_at + mortal.ttl - tick, built_at + mortal.ttl, built_at + mortal.ttl + tick, built_at + 3000 * DAY]
    with duckdb.connect() as connection:
        labels = pa.table({"customer_id": ["c1"] * len(moments), "event_timestamp": pa.array(moments, pa.timestamp("us", "UTC"))})
        connection.register("labels", labels)
        rows = [
            Rows(f"read_parquet('{view_file(lake.home, view.name)}')", (column,), ttl=view.ttl)
            for view, column in ((mortal, "spend_90d"), (eternal, "age"))
        ]
        offline = join(connection, "labels", rows).order("event_timestamp").select("spend_90d, age").fetchall()
    online = [reader.read("c1", at) for at in moments]
    reader.close()
    told = [tuple(None if np.isnan(value) else value for value in (who.number("spend_90d"), who.number("age"))) for who in online]
    assert told == offline
    assert [spend for spend, _ in told] == [10.0, 10.0, 10.0, None, None]
    assert {age for _, age in told} == {36.0}


def test_two_proposals_in_one_second_stay_two_rows(tmp_path):
    lake = lake_at(tmp_path)
    proposal = {"action_id": "a", "interaction_id": "i", "customer_id": "c1", "proposed_at": START, "channel": "app"}
    ingest_rows(lake, "proposals", [proposal | {"decision_id": name} for name in ("d1", "d2")], known_at=START)
    assert labelled_proposals(lake, {}, START + DAY)["decision_id"].to_pylist() == ["d1", "d2"]
