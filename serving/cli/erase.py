"""playcall erase: a person asks to be forgotten."""

import json
from collections import Counter
from hashlib import sha256

import click

from features.clock import WallClock
from features.erasure import erase_features
from features.home import Home
from serving.bootstrap import open_records
from serving.cli.exports.person import home_of, ids_now
from serving.records.audit import Deed
from serving.records.keys import DEFAULT_TENANT
from serving.records.lines import insert_lines
from serving.records.person import erase_records, traces_of
from serving.records.store import Store
from serving.settings import read_settings


@click.command("erase")
@click.argument("customer_id")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose customer.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: rows that went, by table, from records and event tables together.")
@click.pass_obj
def erase_command(home: Home, customer_id: str, tenant: str, *, yes: bool, as_json: bool) -> None:
    """Take CUSTOMER_ID out of the event tables, the features, the online store and the records. There is no way back.

    A person with several customer ids goes with all of them; customers who were parted again stay.

    Example: playcall erase c000001 --yes
    """
    own = home_of(home, tenant)
    if not yes:
        click.confirm(f"Erase everything that is kept of {customer_id}? There is no way back", abort=True, err=True)
    store = open_records(read_settings())
    try:
        # Records first: what waits there for the lake must not arrive after the lake was cleaned.
        gone: Counter[str] = Counter()
        for one in ids_now(own, customer_id):
            gone.update(erase_records(store, traces_of(store, tenant, one)))
            gone.update(erase_features(own, one))
            _note(store, tenant, one)
        store.truncate_log()
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps(gone))
        return
    for table, rows in gone.items():
        click.echo(f"{table}: {rows:,} rows")
    click.echo("Gone. Models trained before keep no row of anybody; the next `playcall train` learns without this person.")


def _note(store: Store, tenant: str, customer_id: str) -> None:
    """The audit trail says that somebody was erased, and by a hash whom: it can be checked against a request, and not read."""
    subject = sha256(f"{tenant}\0{customer_id}".encode()).hexdigest()[:32]
    with store.transaction() as connection:
        insert_lines(connection, [Deed(tenant, WallClock().now(), "command line", "admin", "erase a person", subject, 200).line()])
