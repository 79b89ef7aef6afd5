"""The transform's promises about rows, order, times and parts."""

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from fake_tables import FakeTables, day

from features import transform
from features.transform import feature_schema, features_at


def spending(*amounts: tuple[str, float, float]) -> list[dict[str, object]]:
    return [
        {"transaction_id": f"t{number}", "customer_id": who, "occurred_at": day(at), "amount": amount, "category": "dining"}
        for number, (who, at, amount) in enumerate(amounts)
    ]


def moments(*asked: tuple[str, datetime]) -> pa.Table:
    return pa.table({"customer_id": [who for who, _ in asked], "at": pa.array([at for _, at in asked], pa.timestamp("us"))})


TABLES = FakeTables({"transactions": spending(("a", 1, 10.0), ("a", 2, 5.0), ("b", 1, 7.0))})


def test_rows_keep_their_order_and_a_moment_asked_twice_is_answered_twice() -> None:
    got = features_at(TABLES, moments(("b", day(3)), ("a", day(3)), ("b", day(3)), ("a", day(1.5))))
    assert got["spend_7d"].to_pylist() == [7.0, 15.0, 7.0, 10.0]


def test_columns_are_the_schema_numbers_as_doubles_texts_as_strings() -> None:
    got, schema = features_at(TABLES, moments(("a", day(3)))), feature_schema(TABLES)
    assert got.column_names == [*schema.numbers, *schema.texts]
    assert {got.schema.field(name).type for name in schema.numbers} == {pa.float64()}
    assert {got.schema.field(name).type for name in schema.texts} == {pa.string()}


def test_no_moment_gives_no_row_and_all_columns() -> None:
    got = features_at(TABLES, moments())
    assert got.num_rows == 0
    assert "spend_7d" in got.column_names


def test_a_moment_in_any_zone_and_unit_is_the_same_instant() -> None:
    instant = datetime(2026, 1, 2, 12, tzinfo=UTC)
    china = pa.array([instant.astimezone(timezone(timedelta(hours=8)))], pa.timestamp("us", "+08:00"))
    for at in (china, china.cast(pa.timestamp("ns", "UTC")), pa.array([instant], pa.timestamp("s", "UTC"))):
        got = features_at(TABLES, pa.table({"customer_id": ["a"], "at": at}))
        assert got["spend_7d"].to_pylist() == [10.0]


def test_an_event_of_the_very_second_is_not_seen_and_one_before_is() -> None:
    got = features_at(TABLES, moments(("a", day(2)), ("a", day(2) + timedelta(microseconds=1))))
    assert got["spend_7d"].to_pylist() == [10.0, 15.0]


def test_a_window_ends_to_the_second() -> None:
    border = day(1) + timedelta(days=7)
    got = features_at(TABLES, moments(("b", border), ("b", border + timedelta(microseconds=1))))
    assert got["spend_7d"].to_pylist() == [7.0, 0.0]


def test_a_corrected_version_counts_only_after_it_was_known() -> None:
    plain = {"transaction_id": "t", "customer_id": "a", "occurred_at": day(1), "category": "dining"}
    first = plain | {"amount": 10.0, "known_at": day(1), "superseded_at": day(3)}
    second = plain | {"amount": 99.0, "known_at": day(3), "superseded_at": None}
    got = features_at(FakeTables({"transactions": [first, second]}), moments(("a", day(3)), ("a", day(3) + timedelta(microseconds=1))))
    assert got["spend_7d"].to_pylist() == [10.0, 99.0]


def test_money_adds_up_the_same_in_any_order() -> None:
    amounts = [("a", 1 + place / 1000, value) for place, value in enumerate([0.1, 0.2, 1e7, 0.3, -1e7, 0.7] * 20)]
    forward = features_at(FakeTables({"transactions": spending(*amounts)}), moments(("a", day(9))))
    backward = features_at(FakeTables({"transactions": spending(*reversed(amounts))}), moments(("a", day(9))))
    assert forward["spend_30d"].to_pylist() == backward["spend_30d"].to_pylist() == [26.0]


def test_parts_and_few_or_many_customers_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = moments(*[(who, day(at / 3)) for at in range(1, 12) for who in ("a", "b", "nobody")])
    whole = features_at(TABLES, asked)
    monkeypatch.setattr(transform, "MOMENTS_AT_ONCE", 4)
    monkeypatch.setattr(transform, "FEW_CUSTOMERS", 0)
    assert features_at(TABLES, asked).equals(whole)


def test_attributes_become_features_of_their_own_type() -> None:
    people = [
        {"customer_id": "a", "updated_at": day(0), "attributes": {"risk class": "high", "score": "1.5"}, "known_at": day(0)},
        {"customer_id": "b", "updated_at": day(0), "attributes": {"risk class": " ", "score": ""}, "known_at": day(0)},
    ]
    got = features_at(FakeTables({"customers": people}), moments(("a", day(1)), ("b", day(1)), ("a", day(0))))
    assert got["attr_risk_class"].to_pylist() == ["high", None, None]
    assert got["attr_score"].to_pylist() == [1.5, None, None]


def test_columns_that_would_become_one_feature_are_each_one() -> None:
    brought = {"risk class": "1", "risk-class": "2", "Risk_Class": "3"}
    people = [{"customer_id": "a", "updated_at": day(0), "attributes": brought, "known_at": day(0)}]
    got = features_at(FakeTables({"customers": people}), moments(("a", day(1))))
    attributes = {name: got[name].to_pylist() for name in got.column_names if name.startswith("attr_")}
    assert sorted(attributes.values()) == [[1.0], [2.0], [3.0]]
    assert attributes["attr_Risk_Class"] == [3.0], "the first by name has the plain name"
    assert len({name.casefold() for name in attributes}) == 3
