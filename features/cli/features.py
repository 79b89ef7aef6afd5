"""playcall features: build what is known of customers, bring it online, look at it, watch over it."""

import importlib
import importlib.util
import json
import math
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import click

from features.build import build, materialize
from features.built_rows import ComputeRows, write_rows
from features.catalogue import markdown
from features.cli.finite import Finite
from features.clock import ClockKind, open_clock
from features.compact import open_reader
from features.customer import CustomerFeatures
from features.events.lake import Lake
from features.freshness import Limits, ViewHealth, check
from features.home import Home

_CLOCK = click.option(
    "--clock", type=click.Choice([kind.value for kind in ClockKind]), default="now", show_default=True, help="What 'now' means."
)
_AT = click.option("--at", default=None, help="Another moment than now, ISO 8601 with offset.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")


class _Verbs(click.Group):
    """Loads `apply` only when it is asked for: Feast takes seconds to import, and no other verb needs it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "apply"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "apply":
            command: click.Command = importlib.import_module("features.cli.apply").apply_command
            return command
        return super().get_command(ctx, cmd_name)


@click.group("features", cls=_Verbs, short_help="Build, bring online, show and check the features.")
def features_group() -> None:
    """What is known of a customer, at any moment."""


@features_group.command("build", epilog="Example: playcall features build --clock data")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Compute here, or as tasks of Ray.")
@click.option("--ray-address", default=None, help="The cluster, like host:6399 or auto; without it one is started here for this build.")
@_CLOCK
@_AT
@_JSON
@click.pass_obj
def build_command(home: Home, engine: str, ray_address: str | None, clock: str, at: str | None, *, as_json: bool) -> None:
    """Write every view's rows for the moments of the proposals and for every customer now, as Parquet for Feast and training."""
    report = build(home, _moment(home, clock, at), _teller(quiet=as_json), _engine(home, engine, ray_address))
    if as_json:
        click.echo(
            json.dumps({"at": report.at.isoformat(), "moments": report.moments, "views": list(report.views), "features": report.features})
        )
        return
    click.echo(
        f"Built {report.features} features in {len(report.views)} views for {report.moments:,} moments before {report.at:%Y-%m-%d %H:%MZ}."
    )
    click.echo("Next: playcall train, or playcall features materialize")


@features_group.command("materialize", epilog="Example: playcall features materialize --clock data")
@_CLOCK
@_AT
@_JSON
@click.pass_obj
def materialize_command(home: Home, clock: str, at: str | None, *, as_json: bool) -> None:
    """Write what is known of every customer to the online store, with history and channel trail."""
    report = materialize(home, _moment(home, clock, at), _teller(quiet=as_json))
    if as_json:
        click.echo(json.dumps({"at": report.at.isoformat(), "customers": report.customers}))
        return
    click.echo(f"{report.customers:,} customers are online as known at {report.at:%Y-%m-%d %H:%MZ}.")
    click.echo("Next: playcall serve")


@features_group.command("show", epilog="Example: playcall features show c000001 --clock data")
@click.argument("customer_id", required=False)
@click.option(
    "--markdown",
    "page",
    is_flag=False,
    flag_value="-",
    default=None,
    help="Write the catalogue of all features to this file instead, or print it.",
)
@_CLOCK
@_AT
@_JSON
@click.pass_obj
def show_command(home: Home, customer_id: str | None, page: str | None, clock: str, at: str | None, *, as_json: bool) -> None:
    """Show what the online store knows of one customer, or the catalogue of all features."""
    if page is not None:
        with click.open_file(page, "w", encoding="utf-8") as file:
            file.write(markdown())
        return
    if customer_id is None:
        raise click.UsageError("name a customer, or ask for the catalogue with --markdown.")
    reader = open_reader(home)
    customer = reader.read(customer_id, _moment(home, clock, at))
    reader.close()
    click.echo(json.dumps(_plain(customer), ensure_ascii=False) if as_json else _told(customer))


@features_group.command("check", epilog="Example: playcall features check --max-age-hours 48")
@click.option("--max-age-hours", type=Finite(0, 1e6), default=48.0, show_default=True, help="Age of the newest built row.")
@click.option("--max-psi", type=float, default=0.25, show_default=True, help="Drift of a feature against the build before.")
@click.option("--max-null-rise", type=float, default=0.2, show_default=True, help="Rise of a feature's null rate against the build before.")
@_CLOCK
@_AT
@_JSON
@click.pass_context
def check_command(
    context: click.Context, max_age_hours: float, max_psi: float, max_null_rise: float, clock: str, at: str | None, *, as_json: bool
) -> None:
    """Report staleness, drift (PSI) and null rates per view; exit 1 past a limit."""
    home: Home = context.obj
    limits = Limits(timedelta(hours=max_age_hours), max_psi, max_null_rise)
    health = check(home, _moment(home, clock, at), limits)
    if as_json:
        click.echo(json.dumps([_plain_health(view) for view in health]))
    else:
        for view in health:
            click.echo(_told_health(view))
    if any(view.complaints for view in health):
        context.exit(1)


def _engine(home: Home, engine: str, ray_address: str | None) -> ComputeRows:
    if engine == "local":
        return write_rows
    if importlib.util.find_spec("ray") is None:
        raise click.UsageError("--engine ray needs Ray; install it with `pip install playcall[ray]`.")
    compute: ComputeRows = importlib.import_module("features.engine_ray").on_ray(home, ray_address)
    return compute


def _moment(home: Home, clock: str, at: str | None) -> datetime:
    if at is None:
        return open_clock(ClockKind(clock), Lake(home).newest_event).now()
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.BadParameter(f"{at} is no ISO 8601 time; write it like 2026-06-30T12:00:00+08:00.", param_hint="--at") from error
    raise click.BadParameter(f"{at} has no offset; write it like 2026-06-30T12:00:00+08:00.", param_hint="--at")


def _teller(*, quiet: bool) -> Callable[[int], None]:
    """Says how many moments are done, on the error stream."""
    done = 0

    def tell(moments: int) -> None:
        nonlocal done
        done += moments
        if not quiet:
            click.echo(f"{done:,} done", err=True)

    return tell


def _plain(customer: CustomerFeatures) -> dict[str, object]:
    numbers = {
        name: None if math.isnan(value) else float(value) for name, value in zip(customer.schema.numbers, customer.numbers, strict=True)
    }
    texts = dict(zip(customer.schema.texts, customer.texts, strict=True))
    trail = [asdict(step) | {"occurred_at": step.occurred_at.isoformat()} for step in customer.trail]
    return {"customer_id": customer.customer_id, "known": customer.known, "features": numbers | texts, "trail": trail}


def _told(customer: CustomerFeatures) -> str:
    known = "known" if customer.known else "never seen: these are the defaults"
    plain = {
        **dict(zip(customer.schema.numbers, customer.numbers, strict=True)),
        **dict(zip(customer.schema.texts, customer.texts, strict=True)),
    }
    lines = [f"  {name:<32} {value:.4g}" if isinstance(value, float) else f"  {name:<32} {value}" for name, value in plain.items()]
    steps = [f"  {step.occurred_at:%Y-%m-%d %H:%MZ} {step.channel:<9} {step.event} {step.topic or ''}" for step in customer.trail]
    return "\n".join([f"{customer.customer_id} ({known})", *lines, "Trail, newest first:", *steps])


def _plain_health(view: ViewHealth) -> dict[str, object]:
    return asdict(view) | {"age": view.age.total_seconds()}


def _told_health(view: ViewHealth) -> str:
    drift = "no build before" if view.psi is None else f"PSI {view.psi:.3f} ({view.worst})"
    head = f"{view.view:<18} age {view.age}  null {view.null_rate:.2f}  {drift}"
    return "\n".join([head, *(f"  past its limit: {complaint}" for complaint in view.complaints)])
