"""playcall retention: records are kept as long as they are needed, and no longer."""

import json
from datetime import timedelta

import click

from features.clock import ClockKind, open_clock
from features.events.lake import Lake
from features.home import Home
from serving.bootstrap import open_records
from serving.cli.exports.person import home_of
from serving.records.keys import DEFAULT_TENANT
from serving.records.retention import forget_older
from serving.settings import read_settings


@click.command("retention")
@click.option("--days", required=True, type=click.IntRange(1), help="Talks whose last decision is older than this go.")
@click.option("--clock", type=click.Choice([ClockKind.NOW.value, ClockKind.DATA.value]), default=ClockKind.NOW.value, show_default=True)
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose records.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: rows that went, by table.")
@click.pass_obj
def retention_command(home: Home, days: int, clock: str, tenant: str, *, as_json: bool) -> None:
    """Forget decisions, signals and outcomes of talks that are older than DAYS; run it once a day. Opt-outs and 'never again' stay.

    Example: playcall retention --days 400
    """
    own = home_of(home, tenant)
    store = open_records(read_settings())
    try:
        now = open_clock(ClockKind(clock), Lake(own).newest_event).now()
        gone = forget_older(store, tenant, now - timedelta(days=days), now)
    finally:
        store.close()
    click.echo(
        json.dumps(gone) if as_json else "\n".join(f"{table}: {rows:,} rows" for table, rows in gone.items()) or "Nothing is that old."
    )
