"""playcall bench: figures on real data and known truth, with peers in the same run."""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from pathlib import Path

import click

BENCHES = {
    "bank-marketing": "serving.cli.benches.bank_marketing",
    "hillstrom": "serving.cli.benches.hillstrom",
    "open-bandit": "serving.cli.benches.open_bandit",
    "online-store": "serving.cli.benches.online_store",
    "point-in-time": "serving.cli.benches.point_in_time",
    "scoring": "serving.cli.benches.scoring",
    "decision": "serving.cli.benches.decision",
    "workers": "serving.cli.benches.workers",
    "policy-value": "serving.cli.benches.policy_value",
    "render": "serving.cli.benches.render",
    "search": "serving.cli.benches.search",
    "simulation": "serving.cli.benches.simulation",
    "batch": "serving.cli.benches.batch",
    "build-cost": "serving.cli.benches.build_cost",
    "training": "serving.cli.benches.training",
    "training-shares": "serving.cli.benches.training_shares",
}
"""A file each, with `measure(train, test)`: two files or None -> figures that JSON can hold. A bench that needs no file takes none."""
SIZED = {"training": ("rows", "features"), "training-shares": ("rows",)}
"""What the `measure` of some takes besides."""

Figures = dict[str, object]


def benches() -> list[str]:
    """The benches there are."""
    return [name for name, module in BENCHES.items() if find_spec(module) is not None]


@click.command("bench")
@click.argument("name")
@click.option("--train", type=click.Path(path_type=Path, exists=True), default=None, help="The older slice, or the log to learn from.")
@click.option("--test", type=click.Path(path_type=Path, exists=True), default=None, help="The newer slice, or the log to compare with.")
@click.option("--rows", type=click.IntRange(2_000), default=None, help="How many rows to make up, for bench training and training-shares.")
@click.option("--features", type=click.IntRange(1), default=None, help="Of how many columns, for bench training.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object and nothing else on stdout.")
def bench_command(name: str, train: Path | None, test: Path | None, rows: int | None, features: int | None, *, as_json: bool) -> None:
    """Measure NAME beside its peers in the same run; `list` names the benches, `all` runs each that can run here.

    Example: playcall bench bank-marketing --train first.csv.gz --test later.csv.gz --json
    """
    if name == "list":
        click.echo(json.dumps(benches()) if as_json else "\n".join(benches()))
        return
    if name != "all" and name not in benches():
        raise click.UsageError(f"there is no bench '{name}'; choose list, all, {', '.join(benches())}")
    size = {option: value for option, value in (("rows", rows), ("features", features)) if value is not None}
    for option in size:
        if option not in SIZED.get(name, ()):
            raise click.UsageError(f"bench {name} takes no --{option}; {', '.join(one for one in SIZED if option in SIZED[one])} does")
    figures = _all() if name == "all" else _measure(name, train, test, **size)
    click.echo(json.dumps(figures, indent=None if as_json else 1))


def _all() -> Figures:
    """Every bench's figures, or why it could not run: one without its data here does not stop the others."""
    figures: Figures = {}
    for name in benches():
        click.echo(f"bench {name} ...", err=True)
        try:
            figures[name] = _measure(name, None, None)
        except click.UsageError as missing:
            click.echo(f"bench {name} SKIPPED: {missing.message}", err=True)
            figures[name] = {"skipped": missing.message}
    return figures


def _measure(name: str, train: Path | None, test: Path | None, **size: int) -> Figures:
    module = importlib.import_module(BENCHES[name])
    with _chatter_to_stderr():
        figures: Figures = module.measure(train, test, **size)
    return figures


@contextmanager
def _chatter_to_stderr() -> Iterator[None]:
    """What libraries and their child processes print goes to stderr, so that stdout holds the figures and nothing else."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
