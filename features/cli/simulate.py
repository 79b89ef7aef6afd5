"""playcall simulate: write the event tables of a simulated card centre."""

import json
import sys
from pathlib import Path

import click

from features.home import Home
from features.simulator.world import TABLES_WRITTEN, SimulateReport, simulate


@click.command(
    "simulate",
    epilog="Example: playcall simulate --customers 2000 --months 12 --seed 7",
    short_help="Write the event tables of a simulated card centre.",
)
@click.option("--customers", type=click.IntRange(min=1), default=2000, show_default=True, help="How many customers live in the world.")
@click.option("--months", type=click.IntRange(min=1, max=120), default=12, show_default=True, help="How many months they live.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Folder for the files [default: world in the home]."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
@click.pass_obj
def simulate_command(home: Home, customers: int, months: int, seed: int, *, out: Path | None, as_json: bool) -> None:
    """Write customers, identities, transactions, contacts, channel events, proposals and outcomes of a simulated card centre as Parquet."""
    folder = out or home.root / "world"
    report = _simulate(folder, customers, months, seed, quiet=as_json)
    if as_json:
        click.echo(json.dumps(_as_json(report)))
        return
    for name in TABLES_WRITTEN:
        click.echo(f"{name:<15} {report.rows[name]:>12,}  {report.files[name]}")
    click.echo(f"The world ends at {report.end:%Y-%m-%dT%H:%MZ}; use --clock data where a command has it, to live in its time.")
    click.echo("Next:")
    for name in TABLES_WRITTEN:
        click.echo(f"  playcall ingest {name} {report.files[name]}")


def _simulate(folder: Path, customers: int, months: int, seed: int, *, quiet: bool) -> SimulateReport:
    if quiet:
        return simulate(folder, customers, months, seed)
    with click.progressbar(length=len(TABLES_WRITTEN), label="Living", file=sys.stderr) as bar:
        return simulate(folder, customers, months, seed, told=lambda _: bar.update(1))


def _as_json(report: SimulateReport) -> dict[str, object]:
    return {
        "folder": str(report.folder),
        "rows": report.rows,
        "files": {name: str(path) for name, path in report.files.items()},
        "start": report.start.isoformat(),
        "end": report.end.isoformat(),
    }
