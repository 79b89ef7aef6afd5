"""playcall ingest: bring event tables, or foreign files through an adapter, into the lake."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import click
import pyarrow as pa

from features.adapters.registry import ADAPTERS
from features.clock import ClockKind, WallClock, open_clock
from features.errors import AdapterError
from features.events.ingest import Committing, IngestReport, ingest_files, ingest_tables
from features.events.lake import Lake
from features.events.tables import TABLES
from features.home import Home
from features.push import Settled, owing, settle

REFUSALS_PRINTED = 3


@click.command(
    "ingest",
    epilog="Example: playcall ingest transactions january.csv february.parquet more/",
    short_help="Bring event tables into the lake.",
)
@click.argument("arguments", nargs=-1, metavar="[TABLE] [FILE]...")
@click.option("--adapter", type=click.Choice(sorted(ADAPTERS)), help="Read foreign files through this adapter instead; no TABLE then.")
@click.option("--first-row", type=click.IntRange(min=1), default=1, show_default=True, help="Number of the file's first row (adapters).")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of times without offset, like Asia/Shanghai.")
@click.option("--push", is_flag=True, help="Bring the customers concerned online at once, and nobody else.")
@click.option(
    "--clock", type=click.Choice([kind.value for kind in ClockKind]), default="now", show_default=True, help="What 'now' means for --push."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.pass_obj
def ingest_command(
    home: Home, arguments: tuple[str, ...], *, adapter: str | None, first_row: int, zone: str, push: bool, clock: str, as_json: bool
) -> None:
    """Check the rows of CSV and Parquet files (or folders of them) and keep the good ones; the same file twice changes nothing.

    \b
    TABLE is customers, identities, transactions, contacts, channel_events, proposals or outcomes.
    Bad rows go to quarantine with their reason and stop nothing else.
    """
    lake = Lake(home)
    committing = owing(home) if push else None
    if adapter is not None:
        reports = _through_adapter(lake, adapter, [Path(argument) for argument in arguments], first_row, committing)
    else:
        reports = [_own_files(lake, arguments, zone, committing, quiet=as_json)]
    online = settle(home, open_clock(ClockKind(clock), lake.newest_event)) if push else None
    tell(reports, online, as_json=as_json)


def tell(reports: Sequence[IngestReport], online: Settled | None, *, as_json: bool) -> None:
    """Print the reports; warnings go to standard error."""
    for warning in [warning for report in reports for warning in report.warnings]:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        told = {"tables": [_as_json(report) for report in reports]} | ({"online": asdict(online)} if online else {})
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for report in reports:
        click.echo(
            f"{report.table}: {report.read:,} rows read, {report.added:,} added, {report.unchanged:,} there already, "
            f"{report.corrected:,} corrected, {report.quarantined:,} in quarantine"
        )
        for refused in report.refused[:REFUSALS_PRINTED]:
            click.echo(f"  {refused.file} row {refused.row}: {refused.reason}")
        if report.quarantined > REFUSALS_PRINTED:
            click.echo(f"  ... and {report.quarantined - REFUSALS_PRINTED:,} more; all of them are in the lake's quarantine folder")
    click.echo(_told_online(online) if online else "Next: playcall features build")


def _told_online(online: Settled) -> str:
    if online.waiting:
        return f"Not online yet, and kept until the online store answers: {online.waiting}"
    return f"{online.customers:,} customers and {online.identities:,} identities are up to date online."


def _own_files(lake: Lake, arguments: Sequence[str], zone: str, committing: Committing | None, *, quiet: bool) -> IngestReport:
    if not arguments or arguments[0] not in TABLES:
        said = f"'{arguments[0]}' is not an event table" if arguments else "no TABLE named"
        raise click.UsageError(f"{said}; the tables are {', '.join(TABLES)}")
    if len(arguments) < 2:
        raise click.UsageError(f"no file named for {arguments[0]}; name CSV or Parquet files, or folders of them")
    return ingest_files(
        lake,
        arguments[0],
        [Path(argument) for argument in arguments[1:]],
        now=WallClock().now(),
        zone=zone,
        show_progress=sys.stderr.isatty() and not quiet,
        committing=committing,
    )


def _through_adapter(lake: Lake, name: str, files: Sequence[Path], first_row: int, committing: Committing | None) -> list[IngestReport]:
    adapter = ADAPTERS[name]
    if files:
        deliveries: Iterable[tuple[str, dict[str, pa.Table]]] = ((str(file), adapter.adapt(file, first_row)) for file in files)
    elif adapter.fetch is not None:
        deliveries = [(name, adapter.fetch(first_row))]
    else:
        raise AdapterError(f"--adapter {name}: no file named, and it has no public source to fetch from; name the file")
    now = WallClock().now()
    return [report for label, tables in deliveries for report in ingest_tables(lake, tables, now=now, label=label, committing=committing)]


def _as_json(report: IngestReport) -> dict[str, object]:
    counts = {name: getattr(report, name) for name in ("table", "read", "added", "unchanged", "corrected", "quarantined")}
    refused = [{"file": row.file, "row": row.row, "reason": row.reason} for row in report.refused]
    return {**counts, "warnings": list(report.warnings), "refused": refused}
