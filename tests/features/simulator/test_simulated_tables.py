"""The files fit the event tables, and tell a life that could have been."""

import hashlib
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.errors import FeatureError
from features.events.tables import TABLES, Type
from features.simulator.words import ACTION_IDS, CHANNELS, REASONS, STYLES, WORLD_END
from features.simulator.world import SimulateReport, simulate

ARROW = {
    Type.TEXT: pa.string(),
    Type.NUMBER: pa.float64(),
    Type.INTEGER: pa.int64(),
    Type.FLAG: pa.bool_(),
    Type.TIME: pa.timestamp("us", tz="UTC"),
}
TALK_COLUMNS = {"contact_reason", "need", "sentiment", "direction", "wait_seconds", "transfers"}


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    simulate(tmp_path / "here", 60, 3, 5)
    code = "import sys; from pathlib import Path; from features.simulator.world import simulate; simulate(Path(sys.argv[1]), 60, 3, 5)"
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "there")], check=True, env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": "7"}
    )
    assert _digests(tmp_path / "here") == _digests(tmp_path / "there")
    assert len(_digests(tmp_path / "here")) == len(TABLES)


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    simulate(tmp_path / "one", 60, 3, 5)
    simulate(tmp_path / "two", 60, 3, 6)
    one, two = _digests(tmp_path / "one"), _digests(tmp_path / "two")
    assert all(one[name] != two[name] for name in one)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_has_exactly_its_columns_and_types(folder: Path, name: str) -> None:
    schema = pq.read_schema(folder / f"{name}.parquet")
    expected = {column.name: ARROW[column.type] for column in TABLES[name].columns}
    extra = TALK_COLUMNS if name == "proposals" else set()
    assert set(schema.names) == set(expected) | extra
    assert {column: schema.field(column).type for column in expected} == expected


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_row_obeys_its_table(tables: dict[str, pd.DataFrame], name: str) -> None:
    rows = tables[name]
    assert not rows.duplicated(list(TABLES[name].key)).any()
    for column in TABLES[name].columns:
        values = rows[column.name].dropna()
        assert not column.required or len(values) == len(rows), column.name
        assert not column.allowed or set(values) <= set(column.allowed), column.name
        assert column.low is None or values.min() >= column.low, column.name
        assert column.high is None or values.max() <= column.high, column.name


def test_words_are_those_of_the_card_book(tables: dict[str, pd.DataFrame]) -> None:
    assert set(tables["proposals"].action_id) == set(ACTION_IDS)
    assert set(tables["proposals"]["style"]) == set(STYLES)
    assert set(tables["contacts"].channel) <= set(CHANNELS)
    assert set(tables["contacts"].contact_reason) == set(REASONS)


def test_customers_are_named_in_order(tables: dict[str, pd.DataFrame]) -> None:
    assert list(tables["customers"].customer_id[:2]) == ["c000001", "c000002"]
    named = set(tables["customers"].customer_id)
    assert all(set(rows.customer_id) <= named for rows in tables.values() if "customer_id" in rows)


def test_nothing_happens_outside_the_world_or_before_a_card_is_opened(report: SimulateReport, tables: dict[str, pd.DataFrame]) -> None:
    opened = tables["customers"].set_index("customer_id").opened_on
    for name in ("transactions", "contacts", "channel_events", "proposals"):
        times = tables[name][TABLES[name].happened_at]
        assert times.min() >= report.start
        assert times.max() < report.end
        assert (times >= tables[name].customer_id.map(opened)).all(), name
    assert tables["outcomes"].occurred_at.max() < report.end
    assert report.end == WORLD_END


def test_the_profile_is_known_before_anything_else_happens(tables: dict[str, pd.DataFrame]) -> None:
    known = tables["customers"].set_index("customer_id").updated_at
    assert (tables["proposals"].proposed_at > tables["proposals"].customer_id.map(known)).all()


def test_proposals_fall_inside_their_talk(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["proposals"].merge(tables["contacts"], on="interaction_id", suffixes=("", "_talk"))
    assert len(rows) == len(tables["proposals"])
    assert ((rows.proposed_at > rows.started_at) & (rows.proposed_at < rows.ended_at)).all()
    assert (rows.customer_id == rows.customer_id_talk).all()
    for column in ("channel", "contact_reason", "direction", "wait_seconds", "transfers"):
        assert (rows[column] == rows[f"{column}_talk"]).all(), column
    assert (~rows.resolved.astype(bool)).mean() < 0.25, "mostly after the matter is solved"


def test_talks_of_one_customer_do_not_overlap(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["contacts"].sort_values(["customer_id", "started_at"])
    before = rows.groupby("customer_id").ended_at.shift()
    assert (rows.started_at[before.notna()] > before.dropna()).all()


def test_outcomes_follow_their_presentation(tables: dict[str, pd.DataFrame]) -> None:
    key = ["decision_id", "action_id"]
    times = tables["outcomes"].pivot(index=key, columns="outcome", values="occurred_at").reset_index()
    rows = times.merge(tables["proposals"][[*key, "proposed_at", "rank"]], on=key)
    assert len(rows) == len(times)
    assert (rows.presented > rows.proposed_at).all()
    for later, earlier in (("accepted", "presented"), ("declined", "presented"), ("converted", "accepted"), ("cancelled", "converted")):
        told = rows[rows[later].notna()]
        assert len(told), later
        assert (told[later] > told[earlier]).all(), later
    assert set(rows["rank"]) == {1, 2}
    assert rows.accepted[rows.declined.notna()].isna().all()


def test_every_first_rank_is_presented_and_ranks_have_no_holes(tables: dict[str, pd.DataFrame]) -> None:
    proposals = tables["proposals"]
    shown = set(map(tuple, tables["outcomes"].query("outcome == 'presented'")[["decision_id", "action_id"]].to_numpy()))
    first = proposals[proposals["rank"] == 1]
    late = first.proposed_at > first.proposed_at.max() - pd.Timedelta(minutes=5)
    assert set(map(tuple, first[~late][["decision_id", "action_id"]].to_numpy())) <= shown
    ranks = proposals.groupby("decision_id")["rank"].agg(["min", "max", "count"])
    assert (ranks["min"] == 1).all()
    assert (ranks["max"] == ranks["count"]).all()
    assert ranks["max"].max() == 3


def test_few_answer_surveys_and_few_of_the_unhappy_complain(tables: dict[str, pd.DataFrame], truth) -> None:
    contacts = tables["contacts"]
    assert 0.05 < contacts.csat.notna().mean() < 0.11
    assert 0.02 < contacts.nps.notna().mean() < 0.06
    unhappy = (truth.life.talks.mood < -0.2).sum()
    assert 0.01 < contacts.complaint.sum() / unhappy < 0.04


def test_a_world_may_end_at_any_moment(tmp_path: Path) -> None:
    report = simulate(tmp_path, 30, 2, 1, end=datetime(2024, 3, 31, 12, tzinfo=UTC))
    assert (report.start, report.end) == (datetime(2024, 1, 28, 12, tzinfo=UTC), datetime(2024, 3, 31, 12, tzinfo=UTC))
    assert report.rows["customers"] == 30


def test_one_customer_for_one_month_is_a_world(tmp_path: Path) -> None:
    report = simulate(tmp_path, 1, 1, 3)
    assert report.rows["customers"] == 1
    assert set(report.files) == set(TABLES)


def test_an_empty_world_and_a_naive_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match="at least 1"):
        simulate(tmp_path, 0, 12, 1)
    with pytest.raises(FeatureError, match="no zone"):
        simulate(tmp_path, 10, 1, 1, end=datetime(2024, 3, 1))  # noqa: DTZ001
