"""Pushed rows are online at once, for the customers they concern and nobody else, as if everything had been built anew."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stores import REDIS_URL, STORES, redis_or_skip

from features import push
from features.build import materialize
from features.cli.ingest import ingest_command
from features.clock import ClockKind, DataClock, RequestClock, WallClock
from features.compact import CompactStore, online_prefix, open_reader
from features.customer import CustomerFeatures
from features.errors import OnlineStoreError, TableError
from features.events.identity import hash_identity, identity_key
from features.events.ingest import ingest_rows
from features.events.lake import Lake
from features.home import Home
from features.push import push_rows, push_tables, settle

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Row = Mapping[str, object]


@dataclass
class Ticking:
    """A wall clock of the test's own: a minute passes with each look."""

    at: datetime = NOW
    kind: ClockKind = field(default=ClockKind.NOW, init=False)

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def received(self, newest: datetime) -> datetime:
        return self.now()


@pytest.fixture(params=STORES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    if request.param == "sqlite":
        yield Home(tmp_path / "home")
        return
    redis, home = redis_or_skip(), Home(tmp_path / "home", REDIS_URL)
    yield home
    for key in redis.scan_iter(match=f"{online_prefix(home)}*", count=1000):
        redis.delete(key)


def read(home: Home, customer: str, at: datetime | None = None) -> CustomerFeatures:
    store = open_reader(home)
    try:
        return store.read(customer, at or NOW + timedelta(days=1))
    finally:
        store.close()


def bought(number: int, customer: str = "a", amount: float = 10.0, days: float = 1) -> Row:
    when = (NOW - timedelta(days=days)).isoformat()
    return {"transaction_id": f"t{number}", "customer_id": customer, "occurred_at": when, "amount": amount, "category": "dining"}


def talked(number: int, customer: str = "a", days: float = 1, reason: str = "limit") -> Row:
    when = (NOW - timedelta(days=days)).isoformat()
    return {"interaction_id": f"i{number}", "customer_id": customer, "started_at": when, "channel": "voice", "contact_reason": reason}


PROPOSAL = {
    "decision_id": "d",
    "action_id": "gift",
    "customer_id": "a",
    "proposed_at": (NOW - timedelta(days=2)).isoformat(),
    "channel": "app",
}
DECLINED = {"decision_id": "d", "action_id": "gift", "outcome": "declined", "occurred_at": (NOW - timedelta(days=1)).isoformat()}


def test_each_table_reaches_the_online_view(home: Home) -> None:
    clock = Ticking()
    push_rows(home, "customers", [{"customer_id": "a", "updated_at": NOW.isoformat(), "value_tier": "vip", "risk": "7"}], clock)
    push_rows(home, "transactions", [bought(1)], clock)
    push_rows(home, "contacts", [talked(1)], clock)
    step = {"event_id": "e", "customer_id": "a", "occurred_at": NOW.isoformat(), "channel": "app", "event": "login", "topic": "bill"}
    push_rows(home, "channel_events", [step], clock)
    push_rows(home, "proposals", [PROPOSAL], clock)
    push_rows(home, "outcomes", [DECLINED], clock)
    got = read(home, "a")
    assert got.text("value_tier") == "vip"
    assert got.number("attr_risk") == 7.0
    assert got.number("spend_7d") == 10.0
    assert got.number("voice_contacts_90d") == 1.0
    assert got.number("declined_30d") == 1.0
    assert [(step.channel, step.event) for step in got.trail] == [("app", "login"), ("voice", "contact")]
    assert [(event.action_id, event.outcome) for event in got.history] == [("gift", "declined")]


def test_an_identity_is_known_online_at_once_and_moves_to_its_next_owner(home: Home) -> None:
    clock = Ticking()
    for customer, days in (("a", 3), ("b", 1)):
        verified = (NOW - timedelta(days=days)).isoformat()
        pushed = push_rows(home, "identities", [{"kind": "phone", "value": "1", "customer_id": customer, "verified_at": verified}], clock)
        assert pushed.online.identities == 1
    store = open_reader(home)
    hashed = hash_identity(identity_key(home), "phone", "1")
    assert [store.owner(hashed, NOW - timedelta(days=days)) for days in (4, 2, 0)] == [None, "a", "b"]
    store.close()


def test_only_the_customers_concerned_are_computed(home: Home) -> None:
    clock = Ticking()
    push_rows(home, "transactions", [bought(number, f"c{number}") for number in range(5)], clock)
    store = open_reader(home)
    before = store.stand_at([f"c{number}" for number in range(5)])
    assert push_rows(home, "transactions", [bought(9, "c3")], clock).online.customers == 1
    after = store.stand_at([f"c{number}" for number in range(5)])
    store.close()
    assert [customer for customer in before if before[customer] != after[customer]] == ["c3"]


def test_a_row_counts_once_however_often_it_comes(home: Home) -> None:
    clock = Ticking()
    for _ in range(3):
        pushed = push_rows(home, "transactions", [bought(1), bought(1)], clock)
    assert (pushed.reports[0].unchanged, pushed.online.customers) == (2, 0)
    assert read(home, "a").number("spend_count_7d") == 1.0


def test_late_and_unordered_rows_and_corrections_count_like_any_other(home: Home) -> None:
    clock = Ticking()
    for row in (bought(1, days=1), bought(2, days=5), bought(3, days=3), bought(2, days=5, amount=90.0)):
        push_rows(home, "transactions", [row], clock)
    assert read(home, "a").number("spend_7d") == 110.0


def test_an_event_corrected_to_another_customer_leaves_the_first_one(home: Home) -> None:
    clock = Ticking()
    push_rows(home, "contacts", [talked(1, "a")], clock)
    push_rows(home, "contacts", [talked(1, "b")], clock)
    assert (read(home, "a").trail, read(home, "a").number("contacts_30d")) == ((), 0.0)
    assert (len(read(home, "b").trail), read(home, "b").number("contacts_30d")) == (1, 1.0)


def test_an_outcome_that_comes_before_its_proposal_is_online_with_it(home: Home) -> None:
    clock = Ticking()
    push_rows(home, "outcomes", [DECLINED], clock)
    push_rows(home, "proposals", [PROPOSAL], clock)
    assert read(home, "a").number("declined_30d") == 1.0


def test_never_again_stays_in_the_history_however_old_it_is(home: Home) -> None:
    """For the person it is `opted_out`, for one action `declined` with the reason `never_again`; anything else is forgotten after 400 days."""
    proposals, answers = [], []
    for number, (outcome, reason) in enumerate([("opted_out", None), ("declined", "never_again"), ("declined", "too dear")]):
        proposals.append({**PROPOSAL, "decision_id": f"d{number}", "proposed_at": (NOW - timedelta(days=901)).isoformat()})
        when = (NOW - timedelta(days=900)).isoformat()
        answers.append({"decision_id": f"d{number}", "action_id": "gift", "outcome": outcome, "reason": reason, "occurred_at": when})
    push_tables(home, {"outcomes": answers, "proposals": proposals}, Ticking())
    assert [(event.outcome, event.reason) for event in read(home, "a").history] == [("opted_out", None), ("declined", "never_again")]


def test_a_bad_row_is_refused_by_its_index_and_the_others_are_online(home: Home) -> None:
    pushed = push_rows(home, "transactions", [bought(1), {**bought(2), "amount": "much"}], Ticking())
    assert [(refused.row, refused.reason) for refused in pushed.reports[0].refused] == [(1, "amount: 'much' is not a number")]
    assert read(home, "a").number("spend_count_7d") == 1.0


def test_an_unknown_table_is_refused_with_the_list(home: Home) -> None:
    with pytest.raises(TableError, match="calls: no such event table; the tables are customers, identities"):
        push_rows(home, "calls", [{}], Ticking())


def test_a_customer_pushed_alone_keeps_the_fields_and_types_of_all(home: Home) -> None:
    """Among all rows `risk` holds words; one customer's rows alone would make it a number, and drop `branch`."""
    clock = Ticking()
    people = [
        {"customer_id": "a", "updated_at": (NOW - timedelta(days=9)).isoformat(), "risk": "high", "branch": "north"},
        {"customer_id": "b", "updated_at": (NOW - timedelta(days=9)).isoformat(), "risk": "7"},
    ]
    push_rows(home, "customers", people, clock)
    push_rows(home, "transactions", [bought(1, "b")], clock)
    got = read(home, "b")
    assert {"attr_risk", "attr_branch"} <= set(got.schema.texts)
    assert got.text("attr_risk") == "7"
    assert read(home, "a").text("attr_branch") == "north"


def test_an_event_of_a_clock_a_little_ahead_is_shown_at_once_and_one_of_next_year_is_not(home: Home) -> None:
    clock = Ticking()
    soon, far = (NOW + timedelta(minutes=4)).isoformat(), (NOW + timedelta(days=300)).isoformat()
    push_rows(home, "transactions", [{**bought(1), "occurred_at": soon}], clock)
    assert read(home, "a").number("spend_count_7d") == 1.0
    push_rows(home, "transactions", [{**bought(2), "occurred_at": far}, bought(3)], clock)
    assert read(home, "a").number("spend_count_7d") == 2.0


@pytest.mark.parametrize("clock", [DataClock(NOW - timedelta(days=30)), RequestClock(), WallClock()], ids=["data", "request", "now"])
def test_by_any_clock_the_pushed_event_is_seen_at_once(home: Home, clock: DataClock | RequestClock | WallClock) -> None:
    for days in (5, 2, 40):
        push_rows(home, "transactions", [bought(days, days=days)], clock)
    got = read(home, "a")
    assert got.number("spend_count_365d") == 3.0


class Away(CompactStore):
    """An online store that cannot be written."""

    def write_view(self, *_: object) -> None:
        raise OnlineStoreError("online.db: cannot be written; start it")


def test_while_redis_is_away_news_is_kept_and_the_home_without_it_waits(tmp_path: Path) -> None:
    nowhere = Home(tmp_path / "home", "redis://127.0.0.1:1/0")
    pushed = push_rows(nowhere, "transactions", [bought(1)], Ticking())
    assert pushed.reports[0].added == 1
    assert "Redis does not answer" in str(pushed.online.waiting)
    back = Home(nowhere.root)
    assert settle(back, Ticking()).customers == 1
    assert read(back, "a").number("spend_count_7d") == 1.0


def test_while_the_online_store_is_away_news_is_kept_and_comes_online_with_the_next(home: Home) -> None:
    clock = Ticking()
    away = Away(open_reader(home).rows)
    pushed = push_rows(home, "transactions", [bought(1)], clock, away)
    away.close()
    assert pushed.reports[0].added == 1
    assert pushed.online.waiting == "online.db: cannot be written; start it"
    assert not read(home, "a").known
    assert push_rows(home, "transactions", [bought(2, "b")], clock).online.customers == 2
    assert read(home, "a").number("spend_count_7d") == 1.0
    assert settle(home, clock).customers == 0


def test_a_push_killed_between_lake_and_online_store_is_finished_by_the_next(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(push, "refresh", killed)
        push_rows(home, "transactions", [bought(1)], Ticking())
    assert settle(home, Ticking()).customers == 1
    assert read(home, "a").number("spend_count_7d") == 1.0


def test_a_debt_of_a_delivery_not_yet_committed_is_left_to_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may settle between the writing down and the commit: it must not strike off what it cannot see yet."""

    def committing(generation: int, touched: push.Touched) -> None:
        push.owing(home)(generation, touched)
        assert settle(home, Ticking()).customers == 0

    ingest_rows(Lake(home), "transactions", [bought(1)], known_at=NOW, committing=committing)
    assert settle(home, Ticking()).customers == 1


def test_the_command_pushes_files_and_says_how_many_customers_are_online(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("transaction_id,customer_id,occurred_at,amount\nt1,a,2026-02-01T00:00:00Z,5\nt2,b,2026-02-02T00:00:00Z,5\n")
    ran = CliRunner().invoke(ingest_command, ["transactions", str(file), "--push", "--clock", "data", "--json"], obj=home)
    assert json.loads(ran.stdout)["online"] == {"customers": 2, "identities": 0, "waiting": None}
    assert read(home, "b", datetime(2026, 2, 2, 0, 0, 1, tzinfo=UTC)).number("spend_count_7d") == 1.0


# Any history, pushed in any pieces: what is online equals what a rebuild of everything gives.

WHO = st.sampled_from("ab")
DAYS = st.sampled_from([0.5, 1, 6.9, 7.1, 29, 31, 89, 91, 364, 366])
PIECES = st.lists(
    st.one_of(
        st.builds(
            lambda n, who, days, amount: ("transactions", bought(n, who, amount, days)),
            st.integers(0, 4),
            WHO,
            DAYS,
            st.sampled_from([5.0, 7.0]),
        ),
        st.builds(
            lambda n, who, days, reason: ("contacts", talked(n, who, days, reason)),
            st.integers(0, 3),
            WHO,
            DAYS,
            st.sampled_from(["bill", "limit"]),
        ),
        st.builds(
            lambda n, who, days, more: (
                "customers",
                {"customer_id": who, "updated_at": (NOW - timedelta(days=days, seconds=n)).isoformat(), "value_tier": "gold", **more},
            ),
            st.integers(0, 3),
            WHO,
            DAYS,
            st.dictionaries(st.sampled_from(["risk", "branch"]), st.sampled_from(["7", "high"]), max_size=2),
        ),
        st.builds(
            lambda n, who, days: (
                "proposals",
                {**PROPOSAL, "decision_id": f"d{n}", "customer_id": who, "proposed_at": (NOW - timedelta(days=days)).isoformat()},
            ),
            st.integers(0, 2),
            WHO,
            DAYS,
        ),
        st.builds(
            lambda n, what, days: (
                "outcomes",
                {**DECLINED, "decision_id": f"d{n}", "outcome": what, "occurred_at": (NOW - timedelta(days=days)).isoformat()},
            ),
            st.integers(0, 2),
            st.sampled_from(["presented", "accepted", "declined", "opted_out"]),
            DAYS,
        ),
    ),
    min_size=1,
    max_size=8,
)


def plain(got: CustomerFeatures) -> dict[str, object]:
    numbers = {name: None if np.isnan(value) else value for name, value in zip(got.schema.numbers, got.numbers, strict=True)}
    return numbers | dict(zip(got.schema.texts, got.texts, strict=True)) | {"history": got.history, "trail": got.trail, "known": got.known}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(PIECES, st.integers(2, 4))
def test_pushed_piece_by_piece_equals_a_rebuild_of_everything(pieces: Sequence[tuple[str, Row]], at_once: int) -> None:
    with TemporaryDirectory() as folder:
        home, clock = Home(Path(folder)), DataClock(NOW)
        for start in range(0, len(pieces), at_once):
            tables: dict[str, list[Row]] = {}
            for table, row in pieces[start : start + at_once]:
                tables.setdefault(table, []).append(row)
            push_tables(home, tables, clock)
        # The moment of the last push for everybody: those untouched since have not moved over a window's border.
        pushed = {who: plain(read(home, who)) for who in "ab"}
        store = open_reader(home)
        stood = store.stand_at(["a", "b"])
        store.close()
        home.online.unlink()
        for who, at in stood.items():
            materialize(home, at)
            assert plain(read(home, who)) == pushed[who]
            home.online.unlink()
