"""A share of the customers, computed by itself, gives what the whole gives of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from features.built_rows import write_rows
from features.engine_ray import compute_share, shares_of
from features.events.ingest import ingest_files, ingest_rows
from features.events.lake import Lake
from features.home import Home
from features.moments import everyone_at, proposals_before
from features.simulator.world import simulate
from features.transform import active_views, distinct_moments

MERGED = ("c000002", "c000039")
"""One person, whose two ids lie at both ends of the order."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> tuple[Home, datetime]:
    """(home, now): forty customers of half a year."""
    root = tmp_path_factory.mktemp("lived")
    home = Home(root / "home")
    lake = Lake(home)
    for table, file in simulate(root / "world", 40, 6, 4).files.items():
        ingest_files(lake, table, [file], now=datetime(2031, 1, 1, tzinfo=UTC))
    newest = lake.newest_event()
    assert newest is not None
    since = newest - timedelta(days=60)
    merge = {"kind": "customer_id", "value": MERGED[0], "customer_id": MERGED[1], "verified_at": since}
    ingest_rows(lake, "identities", [merge], known_at=since)
    return home, newest + timedelta(seconds=1)


def test_shares_are_whole_customers_all_of_them_and_about_alike(lived) -> None:
    home, at = lived
    with Lake(home).connect() as connection:
        moments = distinct_moments(pa.concat_tables([proposals_before(connection, at), everyone_at(connection, at)]))
        shares = shares_of(connection, moments, 5)
    assert pa.concat_tables(shares).equals(moments)
    people = [set(share["customer_id"].to_pylist()) for share in shares]
    assert sum(map(len, people)) == len(set().union(*people)) == 40
    assert max(share.num_rows for share in shares) < 2 * moments.num_rows / 5


@pytest.mark.parametrize("parts", [3, 16])
def test_what_the_shares_give_is_what_the_whole_gives_to_the_last_bit(lived, tmp_path: Path, parts: int) -> None:
    home, at = lived
    lake = Lake(home)
    with lake.connect() as connection:
        connection.execute("SET threads = 1")
        moments, views = distinct_moments(everyone_at(connection, at)), active_views(connection, home)
        shares = shares_of(connection, moments, parts)
        write_rows(connection, views, moments, tmp_path / "whole", lambda _: None)
    for number, share in enumerate(shares):
        compute_share(home, lake.manifest(), views, share, tmp_path / f"share-{number}")
    for view in views:
        whole = pq.read_table(tmp_path / "whole" / f"{view.name}.parquet")
        parted = pa.concat_tables([pq.read_table(tmp_path / f"share-{number}" / f"{view.name}.parquet") for number in range(len(shares))])
        assert repr(whole.to_pydict()) == repr(parted.to_pydict()), view.name


def test_a_share_reads_the_other_ids_of_its_persons_and_nobody_else(lived) -> None:
    home, _ = lived
    with Lake(home).connect(between=("c000001", "c000004")) as connection:
        seen = connection.execute("SELECT DISTINCT customer_id FROM transactions ORDER BY 1").fetchall()
    assert {customer for (customer,) in seen} == {"c000001", "c000002", "c000003", "c000004", MERGED[1]}
