"""Rows pushed by the API: judged like a file's, refused by their index, known when they arrive."""

from datetime import UTC, datetime, timedelta

from features.events.identity import hash_identity, identity_key, owner_of
from features.events.ingest import ingest_rows

ARRIVED = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_bad_row_is_refused_by_index_and_the_others_stand(lake, rows):
    pushed = [
        {"event_id": "e1", "customer_id": "c1", "occurred_at": "2026-01-01T11:00:00Z", "channel": "app", "event": "login"},
        {"event_id": "e2", "customer_id": "c1", "occurred_at": "2026-01-01T11:00:00Z", "channel": "app", "event": "Login"},
        {"event_id": "e3", "customer_id": "c1", "occurred_at": "2026-01-01T11:00:00Z", "channel": "app"},
        {"event_id": "e4", "customer_id": "c2", "occurred_at": datetime(2026, 1, 1, 11, tzinfo=UTC), "channel": "app", "event": "view"},
    ]
    report = ingest_rows(lake, "channel_events", pushed, known_at=ARRIVED)
    assert (report.read, report.added, report.quarantined) == (4, 2, 2)
    assert [refused.row for refused in report.refused] == [1, 2]
    assert "is not one of login, view" in report.refused[0].reason
    assert report.refused[1].reason == "event: empty, and the table needs it"
    assert rows("SELECT event_id, known_at::VARCHAR FROM channel_events ORDER BY 1") == [
        ("e1", "2026-01-01 12:00:00"),
        ("e4", "2026-01-01 12:00:00"),
    ]


def test_a_row_pushed_twice_counts_once(lake):
    row = {"event_id": "e1", "customer_id": "c1", "occurred_at": "2026-01-01T11:00:00Z", "channel": "app", "event": "login"}
    assert ingest_rows(lake, "channel_events", [row, row], known_at=ARRIVED).added == 1
    assert ingest_rows(lake, "channel_events", [row], known_at=ARRIVED + timedelta(minutes=1)).unchanged == 1
    assert lake.counts()["channel_events"] == 1


def test_json_values_become_what_a_file_would_say(lake, rows):
    row = {
        "customer_id": "c1",
        "updated_at": "2026-01-01T11:00:00Z",
        "birth_year": 1980,
        "marketing_consent": True,
        "attributes": {"limit": 5},
    }
    ingest_rows(lake, "customers", [{**row, "pets": ["cat"]}], known_at=ARRIVED)
    assert rows("SELECT birth_year, marketing_consent, attributes FROM customers") == [(1980, True, {"limit": "5", "pets": '["cat"]'})]


def test_no_rows_are_no_delivery(lake):
    assert ingest_rows(lake, "customers", [], known_at=ARRIVED).read == 0
    assert lake.manifest().generation == 0


def test_an_identity_is_never_kept_in_clear_not_even_in_quarantine(lake):
    pushed = [
        {"kind": "phone", "value": "13800138000", "customer_id": "c1", "verified_at": "2026-01-01T00:00:00Z"},
        {"kind": "phone", "value": "13900139000", "customer_id": "", "verified_at": "2026-01-01T00:00:00Z"},
        {"kind": "phone", "value": "13700137000", "verified_at": "never", "customer_id": "c1"},
    ]
    report = ingest_rows(lake, "identities", pushed, known_at=ARRIVED)
    assert (report.added, report.quarantined) == (1, 2)
    with lake.connect() as connection:
        told = str(connection.execute("FROM identities").fetchall()) + str(connection.execute("FROM quarantine").fetchall()) + str(report)
    for number in ("13800138000", "13900139000", "13700137000"):
        assert number not in told
        assert not any(number.encode() in file.read_bytes() for file in lake.folder.rglob("*") if file.is_file())


def test_the_hash_in_the_lake_is_the_hash_in_python(lake, rows):
    values = [("phone", "1"), ("微信", "张三"), ("card", "x" * 200), ("a:b", ":'")]
    pushed = [{"kind": kind, "value": value, "customer_id": "c", "verified_at": "2026-01-01T00:00:00Z"} for kind, value in values]
    ingest_rows(lake, "identities", pushed, known_at=ARRIVED)
    key = identity_key(lake.home)
    assert set(rows("SELECT kind, value FROM identities")) == {(kind, hash_identity(key, kind, value)) for kind, value in values}


def test_the_key_is_made_once_and_only_its_owner_may_read_it(lake):
    key = identity_key(lake.home)
    assert identity_key(lake.home) == key
    assert (lake.home.secrets / "identity.key").stat().st_mode & 0o777 == 0o600


def test_the_latest_verified_owner_answers_for_an_identity(lake):
    for customer, verified in (("c2", "2026-01-03T00:00:00Z"), ("c1", "2026-01-01T00:00:00Z")):
        row = {"kind": "phone", "value": "1", "customer_id": customer, "verified_at": verified}
        ingest_rows(lake, "identities", [row], known_at=ARRIVED + timedelta(days=5))
    assert owner_of(lake, "phone", "1", ARRIVED + timedelta(days=6)) == "c2"
    assert owner_of(lake, "phone", "1", ARRIVED) is None
    assert owner_of(lake, "card", "1", ARRIVED + timedelta(days=6)) is None
