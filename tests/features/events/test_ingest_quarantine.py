"""Bad rows: kept with file, number, reason and text, counted, and no reason to stop."""

import json
from datetime import UTC, datetime

import pytest

from features.events.ingest import ingest_files

CONTACTS = "interaction_id,customer_id,started_at,channel"


def test_a_bad_row_is_kept_with_file_number_reason_and_text(lake, deliver, rows):
    report = deliver("contacts", f"{CONTACTS},csat\ni1,c1,2025-01-01T00:00:00Z,voice,5\ni2,c1,2025-01-01T00:00:00Z,voice,9\n")
    assert (report.added, report.quarantined) == (1, 1)
    assert [(refused.row, refused.file, refused.reason) for refused in report.refused] == [
        (2, "delivery.csv", "csat: '9' is not between 1 and 5"),
    ]
    ((table, file, row, reason, raw),) = rows("SELECT table_name, file, row, reason, raw FROM quarantine")
    assert (table, file, row, reason) == ("contacts", "delivery.csv", 2, "csat: '9' is not between 1 and 5")
    assert json.loads(raw)["interaction_id"] == "i2"
    assert lake.counts()["quarantine"] == 1


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("direction", "Inbound", "is not one of inbound, outbound"),
        ("direction", " inbound", "is not one of"),
        ("wait_seconds", "-1", "is below 0"),
        ("wait_seconds", "soon", "is not a number"),
        ("wait_seconds", "nan", "is not a number"),
        ("wait_seconds", "inf", "is not a number"),
        ("wait_seconds", "1_000", "is not a number"),
        ("transfers", "1.5", "is not a whole number"),
        ("resolved", "maybe", "is not true or false"),
        ("ended_at", "yesterday", "is not an ISO 8601 time"),
        ("ended_at", "2025-02-30T00:00:00Z", "is not an ISO 8601 time"),
        ("ended_at", "infinity", "1900 to 2200"),
        ("ended_at", "0001-01-01T00:00:00Z", "1900 to 2200"),
        ("sentiment", "1.01", "is not between -1 and 1"),
        ("nps", "11", "is not between 0 and 10"),
        ("known_at", "later", "is not an ISO 8601 time"),
    ],
)
def test_a_value_that_breaks_its_rule_is_refused_with_the_rule(deliver, column, value, said):
    report = deliver("contacts", f"{CONTACTS},{column}\ni1,c1,2025-01-01T00:00:00Z,voice,{value}\n")
    assert report.quarantined == 1
    assert said in report.refused[0].reason
    assert report.refused[0].reason.startswith(f"{column}: ")


@pytest.mark.parametrize(
    ("column", "value", "stored"),
    [
        ("transfers", "2.0", 2),
        ("resolved", "Yes", True),
        ("resolved", "0", False),
        ("resolved", "1.0", True),
        ("csat", "5", 5.0),
        ("nps", "", None),
    ],
)
def test_what_other_programs_write_is_understood(deliver, rows, column, value, stored):
    deliver("contacts", f"{CONTACTS},{column}\ni1,c1,2025-01-01T00:00:00Z,voice,{value}\n")
    assert rows(f"SELECT {column} FROM contacts") == [(stored,)]


def test_every_broken_rule_of_a_row_is_said(deliver):
    report = deliver("contacts", f"{CONTACTS},csat\n,  ,when,,7\n")
    reason = report.refused[0].reason
    assert [part.split(":")[0] for part in reason.split("; ")] == ["interaction_id", "customer_id", "started_at", "channel", "csat"]


def test_lines_that_cannot_be_split_are_counted_and_nothing_else_stops(deliver, rows):
    text = f"{CONTACTS}\ni1,c1,2025-01-01T00:00:00Z,voice\ni2,c1\ni3,c1,2025-01-01T00:00:00Z,voice,more\ni4,c1,never,voice\ni5,c1,2025-01-01T00:00:00Z,app\n"
    report = deliver("contacts", text)
    assert (report.read, report.added, report.quarantined) == (5, 2, 3)
    assert rows("SELECT raw FROM quarantine WHERE row = 2") == [("i2,c1",)]


def test_text_that_is_not_utf8_goes_to_quarantine(lake, tmp_path, deliver):
    text = f"{CONTACTS}\ni1,c1,2025-01-01T00:00:00Z,voice\n"
    deliver("contacts", text)
    (tmp_path / "latin.csv").write_bytes(text.encode() + "i2,größe,2025-01-01T00:00:00Z,voice\n".encode("latin-1"))

    report = ingest_files(lake, "contacts", [tmp_path / "latin.csv"], now=datetime(2026, 1, 1, tzinfo=UTC))
    assert (report.unchanged, report.quarantined) == (1, 1)
