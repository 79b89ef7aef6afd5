"""Of several versions of one event the last one known counts, at every moment, whatever the order of delivery."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.events.ingest import ingest_files, ingest_rows
from features.events.lake import Lake
from features.home import Home

START = datetime(2025, 1, 1, tzinfo=UTC)
HEADER = "transaction_id,customer_id,occurred_at,amount"
VISIBLE = "known_at < $at AND occurred_at < $at AND (superseded_at IS NULL OR superseded_at >= $at)"


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def seen(lake: Lake, table: str, value: str, at: datetime, happened: str = "occurred_at") -> list[tuple[object, ...]]:
    """What a row of a training set sees at `at`."""
    with lake.connect() as connection:
        condition = VISIBLE.replace("occurred_at", happened)
        return connection.execute(f"SELECT {value} FROM {table} WHERE {condition} ORDER BY ALL", {"at": at.replace(tzinfo=None)}).fetchall()


def test_a_correction_is_seen_from_the_moment_it_is_ingested_and_not_before(lake, deliver):
    deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\n")
    report = deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,8\n", now=day(10))
    assert (report.added, report.corrected) == (0, 1)
    assert seen(lake, "transactions", "amount", day(10)) == [(5.0,)]
    assert seen(lake, "transactions", "amount", day(10) + timedelta(seconds=1)) == [(8.0,)]
    assert lake.counts()["transactions"] == 1


def test_the_old_version_delivered_again_takes_nothing_back(lake, deliver):
    deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\n")
    deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,8\n", now=day(10))
    assert deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\n", now=day(20)).unchanged == 1
    assert seen(lake, "transactions", "amount", day(30)) == [(8.0,)]


def test_a_correction_that_moves_an_event_to_another_customer_leaves_the_first_one(lake, deliver, rows):
    deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\n")
    report = deliver("transactions", f"{HEADER}\nt1,c2,2025-01-01T00:00:00Z,5\n", now=day(10))
    assert report.customers == {"c1", "c2"}
    assert rows("SELECT superseded_at IS NULL FROM transactions", ["c1"]) == [(False,)]
    assert rows("SELECT superseded_at IS NULL FROM transactions", ["c2"]) == [(True,)]


def test_of_two_rows_of_one_key_in_one_delivery_the_last_counts_and_both_are_known_at_their_own_time(lake, deliver):
    report = deliver(
        "transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\nt1,c1,2025-01-01T00:00:00Z,6\nt1,c1,2025-01-01T00:00:00Z,6\n"
    )
    assert (report.read, report.added, report.corrected, report.unchanged) == (3, 1, 1, 1)
    assert seen(lake, "transactions", "amount", day(1)) == [(6.0,)]
    again = deliver("transactions", f"{HEADER}\nt1,c1,2025-01-01T00:00:00Z,5\nt1,c1,2025-01-01T00:00:00Z,6\n", now=day(400))
    assert again.unchanged == 2


def test_customers_are_versions_by_updated_at_also_when_the_older_one_arrives_late(lake, deliver):
    deliver("customers", "customer_id,updated_at,city\nc1,2025-01-11T00:00:00Z,Porto\n")
    deliver("customers", "customer_id,updated_at,city\nc1,2025-01-01T00:00:00Z,Lisboa\n", now=day(300))
    assert seen(lake, "customers", "city", day(5), "updated_at") == [("Lisboa",)]
    assert seen(lake, "customers", "city", day(20), "updated_at") == [("Porto",)]


def test_a_corrected_customer_row_does_not_reach_back(lake, deliver):
    deliver("customers", "customer_id,updated_at,city\nc1,2025-01-01T00:00:00Z,Lisboa\n")
    deliver("customers", "customer_id,updated_at,city\nc1,2025-01-01T00:00:00Z,Porto\n", now=day(30))
    assert seen(lake, "customers", "city", day(20), "updated_at") == [("Lisboa",)]
    assert seen(lake, "customers", "city", day(40), "updated_at") == [("Porto",)]


def test_a_file_may_say_when_its_rows_became_known(lake, deliver):
    deliver("transactions", f"{HEADER},known_at\nt1,c1,2025-01-01T00:00:00Z,5,2025-01-06T00:00:00Z\n")
    assert seen(lake, "transactions", "amount", day(4)) == []
    assert seen(lake, "transactions", "amount", day(6)) == [(5.0,)]


def test_a_contact_is_known_when_it_ended(lake, deliver):
    deliver("contacts", "interaction_id,customer_id,started_at,ended_at,channel\ni1,c1,2025-01-01T00:00:00Z,2025-01-03T00:00:00Z,voice\n")
    assert seen(lake, "contacts", "channel", day(1), "started_at") == []
    assert seen(lake, "contacts", "channel", day(3), "started_at") == [("voice",)] or day(3)
    assert seen(lake, "contacts", "channel", day(3.1), "started_at") == [("voice",)]


DELIVERY = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(DELIVERY, min_size=1, max_size=4))
def test_what_is_seen_equals_a_diary_kept_by_hand(deliveries):
    """Pushed one by one: at any moment each key shows the row that arrived last before it, unless its content was there before."""
    with TemporaryDirectory() as folder:
        lake = Lake(Home(Path(folder)))
        diary: list[tuple[datetime, str, float, int]] = []
        for number, rows in enumerate(deliveries):
            arrived = day(10 + number)
            pushed = [{"transaction_id": key, "customer_id": "c", "occurred_at": day(when), "amount": amount} for key, when, amount in rows]
            ingest_rows(lake, "transactions", pushed, known_at=arrived)
            before = {(key, when, amount) for _, key, when, amount in diary}
            last = {}
            for row in rows:
                last.pop(row, None)
                last[row] = None
            diary += [(arrived, key, when, amount) for key, when, amount in last if (key, when, amount) not in before]
        for number in range(len(deliveries) + 1):
            at = day(10.5 + number - 1)
            expected = {key: (key, float(amount)) for known, key, when, amount in diary if known < at and day(when) < at}
            assert seen(lake, "transactions", "transaction_id, amount", at) == sorted(expected.values())


CUSTOMER_ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 8), st.sampled_from(["x", "y", "z"])), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CUSTOMER_ROWS, st.integers(1, 3))
def test_any_split_of_customer_versions_into_files_shows_the_newest_at_every_moment(versions, files):
    newest = {(customer, updated): city for customer, updated, city in versions}
    distinct = [(customer, updated, city) for (customer, updated), city in newest.items()]
    with TemporaryDirectory() as folder:
        home = Path(folder)
        lake = Lake(Home(home / "home"))
        for number in range(files):
            lines = [f"{customer},{day(updated).isoformat()},{city}" for customer, updated, city in distinct[number::files]]
            (home / "v.csv").write_text("\n".join(["customer_id,updated_at,city", *lines]) + "\n")
            ingest_files(lake, "customers", [home / "v.csv"], now=day(500))
        for moment in range(10):
            at = day(moment) - timedelta(hours=1)
            expected = {
                customer: (customer, city) for customer, updated, city in sorted(distinct, key=lambda row: row[1]) if day(updated) < at
            }
            assert seen(lake, "customers", "customer_id, city", at, "updated_at") == sorted(expected.values())
