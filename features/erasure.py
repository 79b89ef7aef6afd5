"""A person leaves the feature store: the lake, the built views, and everything online."""

import duckdb

from features.compact import open_reader
from features.events import sql
from features.events.erasure import erase_from_lake, identities_of
from features.events.lake import Lake
from features.events.manifest import sync_file
from features.home import Home
from features.identities import identity_entity
from features.owed import settling
from features.refresh import refresh_identities


def erase_features(home: Home, customer_id: str) -> dict[str, int]:
    """Returns the rows that went, by event table, and `built_views` for rows of built views. Done twice, the second finds nothing."""
    lake = Lake(home)
    hashed = identities_of(lake, customer_id) if home.lake.exists() else []
    gone = erase_from_lake(lake, customer_id) if home.lake.exists() else {}
    built = _erase_built(home, customer_id)
    with settling(home):
        online = open_reader(home)
        online.forget(customer_id)
        for value in hashed:
            online.rows.forget(identity_entity(value))
        refresh_identities(home, hashed, online)
        online.close()
    return gone | ({"built_views": built} if built else {})


def _erase_built(home: Home, customer_id: str) -> int:
    rows = 0
    with duckdb.connect(":memory:") as connection:
        for view in sorted(home.views.glob("*.parquet")):
            source, naming = sql.parquet([view]), f"customer_id = {sql.text(customer_id)}"
            found = (connection.execute(f"SELECT count(*) FROM {source} WHERE {naming}").fetchone() or (0,))[0]
            if found:
                fresh = view.with_suffix(".fresh")
                connection.execute(f"COPY (SELECT * FROM {source} WHERE NOT {naming}) TO {sql.text(str(fresh))} (FORMAT parquet)")
                sync_file(fresh)
                fresh.replace(view)
                rows += int(found)
    return rows
