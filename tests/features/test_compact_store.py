"""The hot read: one vector, defaults for strangers, ends of life, late rows, history and trail."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from stores import REDIS_URL

from features.compact import CompactStore
from features.compact_rows import CompactRows
from features.customer import HistoryEvent, TrailEvent
from features.errors import OnlineStoreError
from features.identities import Owner
from features.redis_rows import RedisRows
from features.row_store import RowStore
from features.schema import schema_of
from features.views import VIEWS
from features.views.view import Dtype, Field, View

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def view(name: str = "habits", ttl: timedelta | None = timedelta(days=30), extra: tuple[Field, ...] = ()) -> View:
    fields = (Field(f"{name}_count", Dtype.NUMBER, "x", "m", 0.0), Field(f"{name}_word", Dtype.TEXT, "word", "m"), *extra)
    return View(name, "meaning", "soon", ttl, fields, "SELECT")


def rows(name: str, customer: str, at: datetime, count: float | None, word: str | None, **more: float) -> pa.Table:
    columns = {"customer_id": [customer], "at": pa.array([at.replace(tzinfo=None)], pa.timestamp("us"))}
    columns |= {f"{name}_count": pa.array([count], pa.float64()), f"{name}_word": pa.array([word], pa.string())}
    return pa.table(columns | {key: pa.array([value], pa.float64()) for key, value in more.items()})


@pytest.fixture
def store(open_rows: Callable[[], RowStore]) -> CompactStore:
    return CompactStore(open_rows())


def test_what_was_written_is_read_as_one_vector(store: CompactStore) -> None:
    store.write_view(view("habits"), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    store.write_view(view("mood"), 1, rows("mood", "a", NOW, None, None), NOW)
    got = store.read("a", NOW)
    assert got.known
    assert got.schema.numbers == ("habits_count", "mood_count")
    assert got.number("habits_count") == 3.5
    assert np.isnan(got.number("mood_count"))
    assert got.texts == ("voice", None)


def test_a_stranger_has_defaults_that_are_said_to_be_defaults(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    got = store.read("nobody", NOW)
    assert not got.known
    assert got.number("habits_count") == 0.0
    assert got.text("habits_word") is None


def test_before_the_first_materialize_the_schema_is_that_of_the_views(store: CompactStore) -> None:
    assert store.schema == schema_of(VIEWS)
    assert not store.read("a", NOW).known


def test_a_value_dies_with_its_views_time_to_live(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    alive = store.read("a", NOW + timedelta(days=30))
    dead = store.read("a", NOW + timedelta(days=30, microseconds=1))
    assert (alive.number("habits_count"), alive.text("habits_word")) == (3.5, "voice")
    assert np.isnan(dead.number("habits_count"))
    assert dead.text("habits_word") is None


def test_no_time_to_live_means_for_ever(store: CompactStore) -> None:
    store.write_view(view(ttl=None), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    assert store.read("a", NOW + timedelta(days=9999)).number("habits_count") == 3.5


def test_a_row_of_an_older_moment_never_replaces_a_newer_one(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 2.0, "new"), NOW)
    store.write_view(view(), 0, rows("habits", "a", NOW - timedelta(days=1), 1.0, "old"), NOW + timedelta(hours=1))
    assert store.read("a", NOW).text("habits_word") == "new"


def test_of_one_moment_the_row_created_last_counts(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 2.0, "second"), NOW + timedelta(hours=2))
    store.write_view(view(), 0, rows("habits", "a", NOW, 1.0, "first"), NOW + timedelta(hours=1))
    assert store.read("a", NOW).text("habits_word") == "second"


def test_a_reader_at_work_takes_up_new_fields_and_still_reads_rows_without_them(
    store: CompactStore, open_rows: Callable[[], RowStore]
) -> None:
    reader = CompactStore(open_rows())
    store.write_view(view(), 0, rows("habits", "old", NOW, 1.0, "x"), NOW)
    assert reader.read("old", NOW).known
    grown = view(extra=(Field("habits_more", Dtype.NUMBER, "x", "m"),))
    store.write_view(grown, 0, rows("habits", "new", NOW, 2.0, "y", habits_more=9.0), NOW)
    assert reader.read("new", NOW).number("habits_more") == 9.0
    old = reader.read("old", NOW)
    assert (old.number("habits_count"), old.text("habits_word")) == (1.0, "x")
    assert np.isnan(old.number("habits_more"))


def event(outcome: str, minutes: int, decision: str = "d1") -> HistoryEvent:
    return HistoryEvent(decision, "gift", outcome, "voice", NOW + timedelta(minutes=minutes), "i1", None, NOW + timedelta(days=3))


def tell(store: CompactStore, events: list[HistoryEvent], steps: list[TrailEvent] | None = None, at: datetime = NOW) -> None:
    store.write_past({"a": (at, events)}, {"a": (at, steps or [])}, at)


def test_history_and_trail_are_replaced_by_a_later_moment_and_never_by_an_older_one(store: CompactStore) -> None:
    steps = [TrailEvent(NOW, "app", "login", None), TrailEvent(NOW - timedelta(hours=1), "voice", "contact", "limit")]
    tell(store, [event("presented", 1)], steps[1:], NOW)
    tell(store, [event("presented", 1), event("declined", 2)], steps, NOW + timedelta(hours=1))
    tell(store, [], [], NOW)
    got = store.read("a", NOW)
    assert got.history == (event("presented", 1), event("declined", 2))
    assert got.trail == tuple(steps)


def test_what_was_taken_back_leaves_history_and_trail(store: CompactStore) -> None:
    tell(store, [event("presented", 1)], [TrailEvent(NOW, "app", "login", None)])
    tell(store, [], [], NOW + timedelta(hours=1))
    got = store.read("a", NOW)
    assert (got.history, got.trail) == ((), ())


def test_a_history_alone_does_not_make_a_customer_known(store: CompactStore) -> None:
    tell(store, [event("presented", 1)])
    got = store.read("a", NOW)
    assert not got.known
    assert len(got.history) == 1


OWNERS = [Owner(NOW, "a"), Owner(NOW + timedelta(days=3), "b")]


def test_an_identity_belongs_to_whom_it_was_verified_for_last(store: CompactStore) -> None:
    store.write_owners({"f00d": OWNERS})
    assert [store.owner("f00d", NOW + timedelta(days=days)) for days in (0, 1, 3, 4)] == [None, "a", "a", "b"]
    assert store.owner("cafe", NOW) is None


def test_a_forgotten_customer_leaves_nothing(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    tell(store, [event("presented", 1)], [TrailEvent(NOW, "app", "login", None)])
    store.write_owners({"f00d": OWNERS, "cafe": OWNERS[1:]})
    store.forget("a")
    got = store.read("a", NOW)
    assert (got.known, got.history, got.trail) == (False, (), ())
    assert [store.owner("f00d", NOW + timedelta(days=days)) for days in (1, 4)] == [None, "b"]
    assert store.owner("cafe", NOW + timedelta(days=4)) == "b"


def test_setting_the_clock_back_lets_a_full_write_replace_what_stands_later(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 9.0, "later"), NOW)
    earlier = NOW - timedelta(days=700)
    store.set_back(earlier)
    assert store.read("a", earlier).text("habits_word") == "later"
    assert store.stand_at(["a", "nobody"]) == {"a": earlier}
    store.write_view(view(), 0, rows("habits", "a", earlier, 1.0, "earlier"), NOW)
    assert store.read("a", earlier).text("habits_word") == "earlier"


def test_threads_read_side_by_side(store: CompactStore) -> None:
    store.write_view(view(), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    found: list[float] = []
    threads = [threading.Thread(target=lambda: found.append(store.read("a", NOW).number("habits_count"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3.5] * 4


def test_a_time_without_zone_is_refused(store: CompactStore) -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        store.read("a", NOW.replace(tzinfo=None))


def test_a_file_that_is_no_store_is_refused_with_its_place_and_the_mend(tmp_path: Path) -> None:
    broken = tmp_path / "online.db"
    broken.write_bytes(b"not a database at all, but long enough to be looked at " * 50)
    with pytest.raises(OnlineStoreError, match=r"online\.db: cannot be opened .*materialize again"):
        CompactStore(CompactRows(broken))


def test_a_redis_that_is_away_is_said_so_by_name_and_does_not_stop_the_start() -> None:
    away = CompactStore(RedisRows("redis://:secret@127.0.0.1:1/0", "nowhere"))
    assert away.schema == schema_of(VIEWS)
    with pytest.raises(OnlineStoreError, match=r"redis://127\.0\.0\.1:1/0 \(nowhere\): Redis does not answer .*start it") as told:
        away.read("a", NOW)
    assert "secret" not in str(told.value)


def test_two_prefixes_in_one_redis_never_meet(redis_prefix: str) -> None:
    one, two = (CompactStore(RedisRows(REDIS_URL, f"{redis_prefix}{end}")) for end in (":1", ":[12]*"))
    one.write_view(view(), 0, rows("habits", "a", NOW, 3.5, "voice"), NOW)
    two.write_view(view(), 0, rows("habits", "a", NOW, 9.5, "app"), NOW)
    two.rows.drop(two.project, "habits")
    assert one.read("a", NOW).number("habits_count") == 3.5
