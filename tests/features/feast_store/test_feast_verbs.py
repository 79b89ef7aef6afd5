"""Feast's own verbs on the compact store in a project that is not ours."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from feast import FeatureService, FeatureStore, Field
from feast.on_demand_feature_view import on_demand_feature_view
from feast.types import Float64, Int64, String
from foreign_repo import DRIVER, NOW, RIDER, materialized, push, read, store_at, view

DAY = timedelta(days=1)
X = [Field(name="x", dtype=Float64)]
ONE = [{"driver_id": 1}]


def rows(*told: tuple[int, float, timedelta]) -> pd.DataFrame:
    """driver, x, how long ago."""
    return pd.DataFrame(
        {"driver_id": [who for who, _, _ in told], "x": [x for _, x, _ in told], "event_timestamp": [NOW - ago for *_, ago in told]}
    )


def x_of(store: FeatureStore, *drivers: int, name: str = "stats") -> list[float | None]:
    found: list[float | None] = read(store, {name: ["x"]}, [{"driver_id": driver} for driver in drivers])["x"]
    return found


def test_materialize_push_and_write_end_in_the_newest_value(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 1.0, 3 * DAY), (1, 2.0, 2 * DAY), (2, 9.0, DAY)), X)])
    assert x_of(store, 1, 2, 3) == [2.0, 9.0, None]
    push(store, "stats", rows((1, 3.0, DAY)).to_dict("list"))
    assert x_of(store, 1) == [3.0]
    store.write_to_online_store("stats", rows((1, 4.0, DAY / 2)))
    assert x_of(store, 1) == [4.0]


def test_a_late_row_never_hides_a_newer_one(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 5.0, DAY)), X)])
    push(store, "stats", rows((1, 4.0, 2 * DAY), (2, 7.0, 9 * DAY)).to_dict("list"))
    assert x_of(store, 1, 2) == [5.0, 7.0]


@pytest.mark.parametrize("order", [1, -1], ids=["oldest first", "newest first"])
def test_of_a_batch_in_any_order_the_newest_row_wins(tmp_path: Path, online: Mapping[str, Any], order: int) -> None:
    store = store_at(tmp_path, online)
    store.apply([DRIVER, view(tmp_path, rows((1, 0.0, DAY)), X)])
    store.write_to_online_store("stats", rows(*[(1, float(day), day * DAY) for day in range(9, 0, -1)][::order]))
    assert x_of(store, 1) == [1.0]


def test_of_two_rows_of_one_moment_the_one_created_last_counts(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = store_at(tmp_path, online)
    told = rows((1, 2.0, DAY), (1, 1.0, DAY)).assign(created=[NOW, NOW - DAY])
    store.apply([DRIVER, view(tmp_path, told, X, created="created")])
    store.write_to_online_store("stats", told)
    assert x_of(store, 1) == [2.0]


def test_without_a_created_time_the_row_written_last_counts(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 1.0, DAY)), X)])
    store.write_to_online_store("stats", rows((1, 2.0, DAY)))
    store.write_to_online_store("stats", rows((1, 3.0, DAY)))
    assert x_of(store, 1) == [3.0]


def test_a_value_past_its_time_to_live_is_gone_and_none_means_for_ever(tmp_path: Path, online: Mapping[str, Any]) -> None:
    told = rows((1, 1.0, 3 * DAY), (2, 2.0, DAY))
    views = [view(tmp_path, told, X, name="mortal", ttl=2 * DAY), view(tmp_path, told, X, name="eternal", ttl=None)]
    store = materialized(tmp_path, online, views)
    assert x_of(store, 1, 2, name="mortal") == [None, 2.0]
    assert x_of(store, 1, 2, name="eternal") == [1.0, 2.0]


def test_keys_of_several_entities_in_any_order_name_one_row(tmp_path: Path, online: Mapping[str, Any]) -> None:
    told = pd.DataFrame({"driver_id": [1, 1, 2], "rider": ["a", "b", "a"], "x": [1.0, 2.0, 3.0], "event_timestamp": [NOW - DAY] * 3})
    store = materialized(tmp_path, online, [view(tmp_path, told, X, entities=[RIDER, DRIVER])])
    asked = [{"driver_id": 1, "rider": "b"}, {"rider": "a", "driver_id": 2}, {"driver_id": 2, "rider": "b"}]
    assert read(store, {"stats": ["x"]}, asked)["x"] == [2.0, 3.0, None]
    push(store, "stats", told.assign(x=[7.0, 8.0, 9.0], event_timestamp=[NOW] * 3).to_dict("list"))
    assert read(store, {"stats": ["x"]}, asked)["x"] == [8.0, 9.0, None]


def test_projects_in_one_store_do_not_meet(tmp_path: Path, online: Mapping[str, Any]) -> None:
    shared = tmp_path / "shared.db"
    one = materialized(tmp_path / "1", online, [view(tmp_path / "1", rows((1, 1.0, DAY)), X)], project="one", path=shared)
    two = materialized(tmp_path / "2", online, [view(tmp_path / "2", rows((1, 2.0, DAY)), X)], project="two", path=shared)
    assert (x_of(one, 1), x_of(two, 1)) == ([1.0], [2.0])
    one.teardown()
    assert x_of(two, 1) == [2.0]
    again = materialized(tmp_path / "3", online, [view(tmp_path / "3", rows((2, 3.0, DAY)), X)], project="one", path=shared)
    assert x_of(again, 1, 2) == [None, 3.0]


def test_a_deleted_view_comes_back_empty(tmp_path: Path, online: Mapping[str, Any]) -> None:
    stats = view(tmp_path, rows((1, 1.0, DAY)), X)
    store = materialized(tmp_path, online, [stats, view(tmp_path, rows((1, 5.0, DAY)), X, name="other")])
    store.apply([], objects_to_delete=[stats], partial=False)
    store.apply([stats])
    assert x_of(store, 1) == [None]
    assert x_of(store, 1, name="other") == [5.0]


def test_a_view_that_grew_reads_old_rows_and_fills_new_ones(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 1.0, DAY), (2, 2.0, DAY)), X)])
    grown = [*X, Field(name="city", dtype=String), Field(name="trips", dtype=Int64)]
    store.apply([view(tmp_path, rows((1, 1.0, DAY)).assign(city="a", trips=1), grown)])
    push(store, "stats", rows((2, 3.0, timedelta(0))).assign(city="招商", trips=4).to_dict("list"))
    got = read(store, {"stats": ["x", "city", "trips"]}, [{"driver_id": 1}, {"driver_id": 2}])
    assert (got["x"], got["city"], got["trips"]) == ([1.0, 3.0], [None, "招商"], [None, 4])


def test_views_services_and_full_names_answer_together(tmp_path: Path, online: Mapping[str, Any]) -> None:
    views = [view(tmp_path, rows((1, 1.0, DAY)), X, name="a"), view(tmp_path, rows((1, 2.0, DAY)), X, name="b")]
    store = materialized(tmp_path, online, views)
    store.apply([FeatureService(name="both", features=views)])
    got = store.get_online_features(store.get_feature_service("both"), ONE, full_feature_names=True).to_dict()
    assert (got["a__x"], got["b__x"]) == ([1.0], [2.0])


def test_features_on_demand_are_computed_and_may_be_stored(tmp_path: Path, online: Mapping[str, Any]) -> None:
    stats = view(tmp_path, rows((1, 1.0, DAY)), X)

    @on_demand_feature_view(sources=[stats], schema=[Field(name="y", dtype=Float64)], mode="pandas")
    def plus(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"y": frame["x"] + 1})

    @on_demand_feature_view(
        entities=[DRIVER], sources=[stats], schema=[Field(name="z", dtype=Float64)], mode="pandas", write_to_online_store=True
    )
    def kept(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"z": frame["x"] + 2})

    store = materialized(tmp_path, online, [stats])
    store.apply([stats, plus, kept])
    assert store.get_online_features(["plus:y"], ONE).to_dict()["y"] == [2.0]
    store.write_to_online_store("kept", rows((1, 5.0, DAY)).assign(created=[NOW]))
    assert store.get_online_features(["kept:z"], ONE).to_dict()["z"] == [7.0]


def test_the_asynchronous_verbs_do_the_same(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 1.0, DAY)), X)])

    async def talk() -> list[float | None]:
        await store.initialize()
        await store.push_async("stats_push", rows((1, 7.0, timedelta(0))))
        got = (await store.get_online_features_async(["stats:x"], ONE)).to_dict()["x"]
        await store.close()
        return list(got)

    assert asyncio.run(talk()) == [7.0]
    assert x_of(store, 1) == [7.0]


def test_thousands_of_entities_are_read_in_one_call_each_where_it_was_asked(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows(*[(who, who / 2, DAY) for who in range(2500)]), X)])
    asked = [7, 2499, 3000, 7, *range(1200)]
    assert x_of(store, *asked) == [None if who == 3000 else who / 2 for who in asked]


def test_reading_goes_on_while_others_write(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = materialized(tmp_path, online, [view(tmp_path, rows((1, 0.0, DAY)), X)])
    seen: list[float | None] = []
    reader = threading.Thread(target=lambda: [seen.extend(x_of(store, 1)) for _ in range(100)])
    reader.start()
    for number in range(1, 20):
        store.write_to_online_store("stats", rows((1, float(number), DAY - timedelta(minutes=number))))
    reader.join()
    assert seen == sorted(seen, key=lambda x: x if x is not None else -1.0)
    assert len(seen) == 100
    assert x_of(store, 1) == [19.0]


def test_incremental_materialization_adds_what_came_since(tmp_path: Path, online: Mapping[str, Any]) -> None:
    store = store_at(tmp_path, online)
    store.apply([DRIVER, view(tmp_path, rows((1, 1.0, DAY)), X)])
    store.materialize_incremental(NOW - DAY / 2)
    assert x_of(store, 1) == [1.0]
    view(tmp_path, rows((1, 1.0, DAY), (1, 2.0, DAY / 4)), X)
    store.materialize_incremental(NOW)
    assert x_of(store, 1) == [2.0]


def test_rows_without_a_key_or_a_time_are_refused_by_name(tmp_path: Path, online: Mapping[str, Any]) -> None:
    told = rows((1, 1.0, DAY), (2, 2.0, DAY)).astype({"driver_id": "Int64"})
    told.loc[1, "driver_id"] = None
    with pytest.raises(Exception, match="driver_id"):
        materialized(tmp_path, online, [view(tmp_path, told, X)])


YAML = """
project: taxi
registry: data/registry.db
provider: local
online_store:
    type: features.online.CompactOnlineStore
    path: data/online.db
entity_key_serialization_version: 3
"""
DEFINITIONS = """
from datetime import timedelta
from feast import Entity, FeatureView, Field, FileSource
from feast.types import Float32, Int64
driver = Entity(name="driver", join_keys=["driver_id"])
source = FileSource(name="s", path="data/s.parquet", timestamp_field="event_timestamp")
stats = FeatureView(name="stats", entities=[driver], ttl=timedelta(days=9), schema=[Field(name="x", dtype=Float32)], source=source)
"""


@pytest.mark.slow
def test_the_feast_command_works_in_a_repo_of_its_own_with_the_default_offline_store(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    rows((1, 1.5, DAY), (2, 2.5, DAY)).to_parquet(tmp_path / "data" / "s.parquet", coerce_timestamps="us")
    (tmp_path / "feature_store.yaml").write_text(YAML)
    (tmp_path / "definitions.py").write_text(DEFINITIONS)
    feast = Path(sys.executable).with_name("feast")
    for verb in (["apply"], ["materialize-incremental", f"{NOW:%Y-%m-%dT%H:%M:%S}"]):
        subprocess.run([feast, *verb], cwd=tmp_path, check=True, capture_output=True)
    store = FeatureStore(repo_path=str(tmp_path))
    assert x_of(store, 1, 2, 3) == [1.5, 2.5, None]
    assert (tmp_path / "data" / "online.db").exists()
    subprocess.run([feast, "teardown"], cwd=tmp_path, check=True, capture_output=True)
