"""Everything that is kept of one person, as one JSON object a person can read."""

from collections.abc import Sequence
from datetime import timedelta
from math import isnan
from pathlib import Path
from typing import Any

import click
import orjson

from features.clock import WallClock
from features.compact import open_reader
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from serving.records.keys import DEFAULT_TENANT
from serving.records.person import told, traces_of
from serving.records.store import Store

Row = dict[str, Any]


def home_of(home: Home, tenant: str) -> Home:
    """Raises UsageError for a tenant there is not."""
    if tenant == DEFAULT_TENANT:
        return home
    if tenant not in home.tenants():
        raise click.UsageError(f"there is no tenant '{tenant}'; there are {', '.join([DEFAULT_TENANT, *home.tenants()])}")
    return home.tenant(tenant)


def ids_now(home: Home, customer_id: str) -> tuple[str, ...]:
    """Every customer id of this person, as the event tables know it by now."""
    lake, now = Lake(home), WallClock().now()
    return lake.persons().ids_at(customer_id, max(now, lake.newest_event() or now) + timedelta(seconds=1))


def write_person(out: Path, home: Home, store: Store, tenant: str, customer_id: str) -> int:
    """Under every customer id of the person. Returns the rows told."""
    ids = ids_now(home, customer_id)
    events, records = _events(home, ids), _records(store, tenant, ids)
    about = {"customer_id": customer_id, "ids": ids, "tenant": tenant}
    person = about | {"events": events, "records": records, "features": _features(home, customer_id)}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(person, option=orjson.OPT_INDENT_2))
    return sum(len(rows) for rows in (*events.values(), *records.values()))


def _records(store: Store, tenant: str, ids: Sequence[str]) -> dict[str, list[Row]]:
    everything: dict[str, list[Row]] = {}
    for one in ids:
        for table, rows in told(store, traces_of(store, tenant, one)).items():
            everything.setdefault(table, []).extend(rows)
    return everything


def _events(home: Home, ids: Sequence[str]) -> dict[str, list[Row]]:
    """Every version of every row. Identities are keyed hashes here, too: the value itself is kept nowhere."""
    with Lake(home).connect(customers=ids) as connection:
        return {table: connection.sql(f"SELECT * FROM {table}").to_arrow_table().to_pylist(maps_as_pydicts="strict") for table in TABLES}


def _features(home: Home, customer_id: str) -> Row:
    """What stands online of the person now; a missing value is left out."""
    reader = open_reader(home)
    try:
        stands = reader.stand_at([customer_id]).get(customer_id)
        if stands is None:
            return {}
        customer = reader.read(customer_id, stands)
    finally:
        reader.close()
    numbers = {name: number for name, number in zip(customer.schema.numbers, customer.numbers.tolist(), strict=True) if not isnan(number)}
    texts = {name: word for name, word in zip(customer.schema.texts, customer.texts, strict=True) if word is not None}
    return {"at": stands, **numbers, **texts}
