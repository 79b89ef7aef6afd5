"""K5: unhappiness is learned from what came before customers spent less or left, and no score knows what was not known yet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from fake_tables import START, FakeTables, day

from features.build import build, features_at
from features.dissatisfaction import read_weights, write_weights
from features.events.ingest import ingest_files
from features.events.lake import Lake
from features.home import Home
from features.learn_dissatisfaction import learn
from features.moments import naive_utc
from features.simulator.world import simulate
from features.transform import distinct_moments
from features.unhappy_label import cases, lost
from features.views.dissatisfaction import STATED, Weight, Weights

END = START.replace(tzinfo=UTC) + timedelta(days=300)


def bought(customer: str, at: float, amount: float, number: int) -> dict[str, object]:
    return {
        "transaction_id": f"{customer}{number}",
        "customer_id": customer,
        "occurred_at": day(at),
        "amount": amount,
        "category": "dining",
    }


def label(*rows: dict[str, object]) -> list[bool]:
    """Of customer a at day 100."""
    with FakeTables({"transactions": rows}).connect() as connection:
        moments = distinct_moments(pa.table({"customer_id": ["a"], "at": pa.array([day(100)], pa.timestamp("us"))}))
        found: list[bool] = lost(connection, moments)["lost"].to_pylist()
    return found


@pytest.mark.parametrize(("after", "expected"), [(49.0, True), (50.0, False), (200.0, False), (None, True)])
def test_the_label_is_less_than_half_of_the_spending_before_or_nothing_at_all(after: float | None, expected: bool) -> None:
    later = [] if after is None else [bought("a", 150, after, 2)]
    assert label(bought("a", 50, 100.0, 1), *later) == [expected]


def test_who_was_not_active_before_is_no_case() -> None:
    assert label(bought("a", 150, 10.0, 1)) == []


def test_what_lies_outside_the_two_horizons_or_was_known_too_late_does_not_count() -> None:
    late = bought("a", 150, 500.0, 3) | {"known_at": day(200)}
    assert label(bought("a", 9, 900.0, 0), bought("a", 50, 100.0, 1), bought("a", 191, 900.0, 2), late) == [True]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder: Path = tmp_path_factory.mktemp("centre")
    home = Home(folder / "home")
    for table, file in simulate(folder / "world", 150, 13, 5).files.items():
        ingest_files(Lake(home), table, [file], now=datetime(2031, 1, 1, tzinfo=UTC))
    yield home


def test_a_build_learns_the_weights_and_the_score_is_a_feature(centre: Home) -> None:
    at = _end(centre)
    build(centre, at)
    first, *learned = read_weights(centre)
    assert first == STATED
    assert {weights.source for weights in learned} == {"learned"}
    assert [weights.since for weights in learned] == sorted(weights.since for weights in learned if weights.since)
    scores = features_at(
        Lake(centre), pa.table({"customer_id": ["c000001", "c000002"], "at": pa.array([naive_utc(at)] * 2, pa.timestamp("us"))})
    )
    assert all(0 < score < 1 for score in scores["dissatisfaction"].to_pylist())


def test_weights_of_a_quarter_are_the_same_whatever_is_learned_after_it(centre: Home) -> None:
    """Point-in-time truth: had we stood at the start of that quarter, we would have learned just this."""
    with Lake(centre).connect() as connection:
        now = learn(connection, _end(centre))
        then = learn(connection, now[0].since or END)
    assert then[-1] == now[0]


def test_each_moment_is_scored_with_the_weights_of_its_time(tmp_path: Path) -> None:
    home = Home(tmp_path)
    flat = Weights("learned", 2.0, (Weight("complaints_365d", 0.0, 0.0, 0.0, 1.0, 0.0),), START.replace(tzinfo=UTC) + timedelta(days=50))
    write_weights(home, [flat])
    asked = pa.table({"customer_id": ["a", "a"], "at": pa.array([day(49), day(50)], pa.timestamp("us"))})
    stated, learned = features_at(FakeTables({}, tmp_path), asked)["dissatisfaction"].to_pylist()
    assert learned == pytest.approx(1 / (1 + np.exp(-2.0)))
    assert stated < 0.5


def test_with_too_few_cases_the_stated_weights_stand(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "t.csv").write_text(
        "transaction_id,customer_id,occurred_at,amount\n1,a,2026-01-01T00:00:00Z,5\n2,a,2026-12-01T00:00:00Z,5\n"
    )
    ingest_files(Lake(home), "transactions", [tmp_path / "t.csv"], now=END)
    build(home, END)
    assert read_weights(home) == (STATED,)


def test_an_empty_lake_has_no_case(tmp_path: Path) -> None:
    with Lake(Home(tmp_path)).connect() as connection:
        assert cases(connection, END).num_rows == 0


def _end(home: Home) -> datetime:
    newest = Lake(home).newest_event()
    assert newest is not None
    return newest + timedelta(seconds=1)
