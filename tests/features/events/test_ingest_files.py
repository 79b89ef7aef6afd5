"""What a company may deliver, and what becomes of it."""

import gzip
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.errors import TableError
from features.events.ingest import ingest_files
from features.events.tables import TABLES

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "transaction_id,customer_id,occurred_at,amount"
GOOD = f"{HEADER}\nt1,c1,2025-01-01T10:00:00Z,5\nt2,c2,2025-01-02T10:00:00Z,7.5\n"


def test_an_empty_lake_shows_every_table_with_its_columns(lake, rows):
    for table in TABLES.values():
        assert rows(f"FROM {table.name}") == []
        described = [name for name, *_ in rows(f"DESCRIBE {table.name}")]
        assert described == [*(column.name for column in table.columns), "attributes", "known_at", "superseded_at"]
    assert lake.newest_event() is None
    assert set(lake.counts().values()) == {0}


def test_rows_arrive_typed_and_known_at_their_own_time(deliver, rows):
    report = deliver("transactions", GOOD)
    assert (report.read, report.added, report.quarantined, report.warnings) == (2, 2, 0, ())
    assert report.customers == {"c1", "c2"}
    moment = datetime(2025, 1, 2, 10, tzinfo=UTC).replace(tzinfo=None)
    assert rows("SELECT * FROM transactions WHERE transaction_id = 't2'") == [("t2", "c2", moment, 7.5, None, None, None, {}, moment, None)]


def test_the_same_file_twice_changes_nothing(lake, deliver):
    text = GOOD + "t3,c3,never,1\nt4,c4\n"
    deliver("transactions", text)
    before = (lake.fingerprint(), lake.counts(), lake.manifest())
    report = deliver("transactions", text)
    assert (report.added, report.unchanged, report.corrected, report.quarantined) == (0, 2, 0, 2)
    assert (lake.fingerprint(), lake.counts(), lake.manifest()) == before


def test_the_fingerprint_changes_when_rows_are_added_and_not_by_bad_rows(lake, deliver):
    deliver("transactions", GOOD)
    first = lake.fingerprint()
    deliver("transactions", f"{HEADER}\n,c1,2025-01-01T10:00:00Z,5\n", name="bad.csv")
    assert lake.fingerprint() == first
    deliver("transactions", f"{HEADER}\nt9,c1,2025-01-01T10:00:00Z,5\n", name="more.csv")
    assert lake.fingerprint() != first


def test_a_folder_stands_for_its_csv_gzip_and_parquet_files(lake, rows, tmp_path):
    folder = tmp_path / "delivery"
    folder.mkdir()
    (folder / "a.csv").write_text(f"{HEADER}\na,c1,2025-01-01T00:00:00Z,1\n")
    (folder / "b.csv.gz").write_bytes(gzip.compress(f"{HEADER}\nb,c1,2025-01-01T00:00:00Z,2\n".encode()))
    duckdb.sql(
        "SELECT 'p' AS transaction_id, 7 AS customer_id, TIMESTAMPTZ '2025-01-01 02:00:00+02' AS occurred_at, 3 AS amount"
    ).write_parquet(str(folder / "c.parquet"))
    (folder / "notes.txt").write_text("not a table")
    assert ingest_files(lake, "transactions", [folder], now=NOW).added == 3
    assert rows("SELECT transaction_id, customer_id, occurred_at::VARCHAR, amount FROM transactions ORDER BY 1") == [
        ("a", "c1", "2025-01-01 00:00:00", 1.0),
        ("b", "c1", "2025-01-01 00:00:00", 2.0),
        ("p", "7", "2025-01-01 00:00:00", 3.0),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(deliver, rows, delimiter):
    text = f"\ufeff{HEADER},note\nt1,c1,2025-01-01T10:00:00Z,5,x\n".replace(",", delimiter)
    deliver("transactions", text)
    assert rows("SELECT transaction_id, amount, attributes FROM transactions") == [("t1", 5.0, {"note": "x"})]


def test_quotes_may_hold_delimiters_quotes_and_line_ends(deliver, rows):
    deliver("transactions", f'{HEADER},note\nt1,c1,2025-01-01T10:00:00Z,5,"a, ""b""\nc"\n')
    assert rows("SELECT attributes['note'] FROM transactions") == [('a, "b"\nc',)]


def test_extra_columns_become_attributes_and_empty_values_null(deliver, rows):
    deliver("customers", "customer_id,updated_at,city,zeta,alpha\nc1,2025-01-01T00:00:00Z,,z,\nc2,2025-01-01T00:00:00Z,Lisboa,,a\n")
    assert rows("SELECT customer_id, city, attributes FROM customers ORDER BY 1") == [
        ("c1", None, {"zeta": "z"}),
        ("c2", "Lisboa", {"alpha": "a"}),
    ]


def test_a_map_of_attributes_in_parquet_is_taken_as_it_is(lake, rows, tmp_path):
    file = tmp_path / "c.parquet"
    duckdb.sql(
        "SELECT 'c1' AS customer_id, TIMESTAMPTZ '2025-01-01 00:00:00Z' AS updated_at, MAP {'b': '1', 'a': '2'} AS attributes, 9 AS zeta"
    ).write_parquet(str(file))
    ingest_files(lake, "customers", [file], now=NOW)
    assert rows("SELECT attributes FROM customers") == [({"a": "2", "b": "1", "zeta": "9"},)]


def test_times_without_offset_are_read_in_the_zone_with_one_warning(deliver, rows):
    text = f"{HEADER}\na,c1,2025-07-01 10:00:00,1\nb,c1,2025-07-01,1\nc,c1,2025-07-01T10:00:00+02:00,1\n"
    report = deliver("transactions", text, zone="Asia/Shanghai")
    assert len(report.warnings) == 1
    assert "delivery.csv: 2 rows" in report.warnings[0]
    assert "Asia/Shanghai" in report.warnings[0]
    assert rows("SELECT occurred_at::VARCHAR FROM transactions ORDER BY transaction_id") == [
        ("2025-07-01 02:00:00",),
        ("2025-06-30 16:00:00",),
        ("2025-07-01 08:00:00",),
    ]


@pytest.mark.parametrize(
    "time", ["2025-07-01T10:00:00Z", "2025-07-01T10:00:00.123456+0000", "2025-07-01 10:00+00:00", "2025-07-01T10:00:00-00"]
)
def test_a_time_with_offset_gives_no_warning(deliver, time):
    assert deliver("transactions", f"{HEADER}\na,c1,{time},1\n", zone="Asia/Shanghai").warnings == ()


def test_a_missing_required_column_names_table_column_and_what_was_found(lake, deliver):
    with pytest.raises(
        TableError,
        match=r"delivery\.csv: table transactions needs the columns occurred_at, amount; found: transaction_id, customer_id, when",
    ):
        deliver("transactions", "transaction_id,customer_id,when\nt1,c1,2025-01-01\n")
    assert lake.counts()["transactions"] == 0


def test_one_broken_file_among_several_stores_nothing(lake, tmp_path):
    (tmp_path / "good.csv").write_text(GOOD)
    (tmp_path / "bad.csv").write_text("transaction_id\nt1\n")
    with pytest.raises(TableError, match=r"bad\.csv"):
        ingest_files(lake, "transactions", [tmp_path / "good.csv", tmp_path / "bad.csv"], now=NOW)
    assert lake.counts()["transactions"] == 0


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, "no such file"),
        ("table.xlsx", b"x", "not one of"),
        ("empty.csv", b"", "not even a header"),
        ("twice.csv", b"transaction_id,transaction_id\n", "twice"),
        ("fake.csv.gz", b"not gzip", "cannot be read"),
        ("latin.csv", "transaction_id,größe\n".encode("latin-1"), "UTF-8"),
        ("fake.parquet", b"not parquet", "cannot be read as Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_mend(lake, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=said) as refused:
        ingest_files(lake, "transactions", [tmp_path / name], now=NOW)
    assert name in str(refused.value)


def test_an_unknown_table_and_an_unknown_zone_are_refused(lake, deliver):
    with pytest.raises(TableError, match="the tables are customers"):
        deliver("sales", GOOD)
    with pytest.raises(TableError, match="Mars/Olympus"):
        deliver("transactions", GOOD, zone="Mars/Olympus")


def test_one_customers_rows_are_the_same_as_all_rows_filtered(deliver, rows):
    deliver(
        "proposals",
        "decision_id,action_id,customer_id,proposed_at\n" + "".join(f"d{i},a,c{i % 3},2025-01-01T00:00:00Z\n" for i in range(9)),
    )
    deliver(
        "outcomes", "decision_id,action_id,outcome,occurred_at\n" + "".join(f"d{i},a,accepted,2025-01-02T00:00:00Z\n" for i in range(9))
    )
    assert rows("SELECT decision_id FROM outcomes ORDER BY 1", ["c1"]) == [("d1",), ("d4",), ("d7",)]
    many = ["c1", *(f"nobody{i}" for i in range(100))]
    assert rows("SELECT decision_id FROM proposals ORDER BY 1", many) == [("d1",), ("d4",), ("d7",)]
    assert rows("FROM proposals", []) == []
    assert rows("FROM outcomes", ["nobody"]) == []


def test_a_file_whose_lines_end_with_cr_alone_is_refused_with_the_mend(deliver):
    with pytest.raises(TableError, match="end the lines with LF"):
        deliver("transactions", GOOD.replace("\n", "\r"))


def test_column_names_that_differ_in_case_alone_are_refused(deliver):
    with pytest.raises(TableError, match="names Amount, amount twice"):
        deliver("transactions", f"{HEADER},Amount\nt1,c1,2025-01-01T10:00:00Z,5,6\n")


def test_instants_in_nanoseconds_are_those_instants_where_the_clock_goes_back(lake, rows, tmp_path):
    """As pandas writes them."""
    file = tmp_path / "autumn.parquet"
    stamps = [datetime(2025, 11, 2, hour, 30, tzinfo=UTC) for hour in (5, 6)]
    moments = pa.array(stamps, pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"transaction_id": ["t1", "t2"], "customer_id": ["c1", "c1"], "occurred_at": moments, "amount": [5, 5]}), file)
    report = ingest_files(lake, "transactions", [file], now=NOW, zone="America/New_York")
    assert report.warnings == ()
    assert rows("SELECT hour(occurred_at), minute(occurred_at) FROM transactions ORDER BY 1") == [(5, 30), (6, 30)]


def test_a_word_is_no_time(deliver, rows):
    assert deliver("transactions", f"{HEADER}\nt1,c1,epoch,5\n").quarantined == 1
    assert rows("SELECT reason FROM quarantine") == [("occurred_at: 'epoch' is not an ISO 8601 time",)]


def test_bad_rows_are_counted_as_they_stand_in_the_file_after_lines_that_cannot_be_split(deliver, rows):
    deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T10:00:00Z,5\nt2,a\nt3,a\nt4,c1,bad,1\nt5,a\nt6,c1,bad,1\n")
    assert rows("SELECT row FROM quarantine ORDER BY row") == [(2,), (3,), (4,), (5,), (6,)]
