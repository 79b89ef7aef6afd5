"""Everything that is kept of one person, as one JSON object a person can read."""

from math import isnan
from pathlib import Path
from typing import Any

import click
import orjson

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


def write_person(out: Path, home: Home, store: Store, tenant: str, customer_id: str) -> int:
    """Returns the rows told."""
    events, records = _events(home, customer_id), told(store, traces_of(store, tenant, customer_id))
    features = _features(home, customer_id)
    person = {"customer_id": customer_id, "tenant": tenant, "events": events, "records": records, "features": features}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(orjson.dumps(person, option=orjson.OPT_INDENT_2))
    return sum(len(rows) for rows in (*events.values(), *records.values()))


def _events(home: Home, customer_id: str) -> dict[str, list[Row]]:
    """Every version of every row. Identities are keyed hashes here, too: the value itself is kept nowhere."""
    with Lake(home).connect(customers=[customer_id]) as connection:
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
