"""playcall batch: outbound lists."""

import importlib
import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from features.cli.finite import Finite
from features.clock import ClockKind
from features.events.lake import Lake
from features.home import Home
from features.moments import persons_at
from playbooks.schema.playbook import Playbook
from playbooks.schema.words import ActionKind
from serving.api.answer import decision_bytes
from serving.bootstrap import bootstrap
from serving.chosen import chosen_book
from serving.cli.exports.person import home_of
from serving.decision.moment import Waiting
from serving.errors import PlanError
from serving.ids import Ids
from serving.outbound.campaign import Campaign, as_table, campaign
from serving.outbound.canvass import Canvass, Terms, slots_after
from serving.outbound.engine import Engine, here
from serving.outbound.kept import Kept
from serving.outbound.plan import Limits
from serving.records.decisions import decision_lines
from serving.records.keys import DEFAULT_TENANT
from serving.records.writer import Work
from serving.service import Service
from serving.settings import read_settings
from training.reach import PARTS, START, Reach

SLOT_MINUTES = 180.0
"""How long a part of a day lasts for an agent on the phone."""
_GROUP = 500
new_run = Ids("dec")
"""Makes the id that the ids of a run's decisions follow from."""


@click.command("batch")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The list, .parquet or .csv.")
@click.option("--name", default="outbound", show_default=True, help="Of the campaign: the salt of its control group.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in ActionKind]), help="Only actions of this kind.")
@click.option("--channel", "channels", multiple=True, help="Only these channels; default: every declared one we can contact on.")
@click.option("--agents", default=None, type=Finite(min=0), help="Agents on the phone; default: no limit.")
@click.option("--talk-minutes", default=6.0, show_default=True, type=Finite(min=0.1), help="Of a talk that reaches somebody.")
@click.option("--budget", default=None, type=Finite(min=0), help="Money for attempts; default: no limit.")
@click.option("--days", default=1, show_default=True, type=click.IntRange(1, 14), help="Days to plan ahead, three parts each.")
@click.option("--least-reach", default=0.1, show_default=True, type=Finite(0, 1), help="Contacts less likely to reach anybody fall.")
@click.option("--control", default=0.05, show_default=True, type=Finite(0, 1), help="Share held back to measure what the contacts bring.")
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose customers and playbook.")
@click.option("--record/--no-record", default=True, help="Keep the decisions, so that outcomes can be reported.")
@click.option("--playbook", type=click.Path(path_type=Path), default=None, help="Folder of the playbook; default: the published version.")
@click.option("--clock", type=click.Choice([kind.value for kind in ClockKind]), default="now", show_default=True, help="What 'now' means.")
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Decide here, or on a Ray cluster.")
@click.option("--ray-address", default=None, help="The cluster, like host:6399 or auto; without it one is started here for this list.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@click.pass_obj
def batch_command(
    home: Home,
    out: Path,
    name: str,
    kinds: tuple[str, ...],
    channels: tuple[str, ...],
    agents: float | None,
    talk_minutes: float,
    budget: float | None,
    days: int,
    least_reach: float,
    control: float,
    tenant: str,
    playbook: Path | None,
    clock: str,
    engine: str,
    ray_address: str | None,
    *,
    record: bool,
    as_json: bool,
) -> None:
    """Whom to contact, about what, on which channel, when - within the agents' time and the budget, without useless contacts.

    Example: playcall batch --kind reactivate --agents 5 --budget 2000 --out wake.csv --clock data
    """
    _refuse(out)
    decided = _engine(engine, ray_address)
    home_of(home, tenant)
    settings = replace(read_settings(), home=home, clock=ClockKind(clock))
    service = bootstrap(settings, tenant, chosen_book(settings, playbook, tenant))
    try:
        limits = Limits(None if agents is None else agents * SLOT_MINUTES, budget)
        terms = Terms(_channels(service.playbook(tenant), channels), frozenset(kinds), least_reach, talk_minutes)
        canvass = _canvass(service, terms, days, tenant)
        with Kept() as kept:
            with click.progressbar(length=len(canvass.reach.customers), label="deciding", file=sys.stderr) as bar:
                found = decided(service, canvass)
                made = campaign(found, kept, limits=limits, name=name, control=control, told=lambda _: bar.update(1))
            arriving = out.with_name(f".{out.stem}.arriving{out.suffix}")
            try:
                _write(as_table(made), arriving)
                if record:
                    _record(service, made)
                arriving.replace(out)
            finally:
                arriving.unlink(missing_ok=True)
    finally:
        service.store.close()
    _say(made, out, as_json=as_json)


def _refuse(out: Path) -> None:
    """Before anything is decided and recorded."""
    if out.suffix not in {".parquet", ".csv"}:
        raise click.UsageError(f"--out {out}: the list is written as .parquet or .csv; name the file so")
    if not out.parent.is_dir():
        raise click.UsageError(f"--out {out}: {out.parent} is no folder; make it, or name another one")


def _channels(playbook: Playbook, asked: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [channel for channel in asked if channel not in playbook.channels]
    if unknown:
        raise PlanError(f"--channel {unknown[0]}: the playbook declares no such channel; choose of {', '.join(playbook.channels)}")
    return asked or tuple(channel for channel in playbook.channels if channel in START)


def _canvass(service: Service, terms: Terms, days: int, tenant: str) -> Canvass:
    """Everybody there is, with how likely they are to be reached when."""
    lake, now, playbook = Lake(service.settings.home), service.clock.now(), service.playbook(tenant)
    zone = ZoneInfo(playbook.timezone)
    with lake.connect() as connection:
        customers = persons_at(connection, now)
    reach = Reach.learn(lake, customers, terms.channels, now, zone)
    return Canvass(playbook, reach, terms, slots_after(now.astimezone(zone), days), tenant, new_run())


def _engine(engine: str, address: str | None) -> Engine:
    if engine == "local":
        return here
    if importlib.util.find_spec("ray") is None:
        raise click.UsageError("--engine ray needs Ray; install it with `pip install playcall[ray]`.")
    cluster: Engine = importlib.import_module("serving.outbound.engine_ray").on_ray(address)
    return cluster


def _record(service: Service, made: Campaign) -> None:
    """The decisions of those who will be contacted, so that what becomes of them can be told."""
    for start in range(0, len(made.contacted), _GROUP):
        decisions = [made.kept.read(one.decision_id) for one in made.contacted[start : start + _GROUP]]
        works = [Work(decision_lines(decision, decision_bytes(decision), Waiting(), "batch")) for decision in decisions]
        for error in service.writer.commit(works):
            if error is not None:
                raise error


def _write(table: pa.Table, out: Path) -> None:
    if out.suffix == ".parquet":
        pq.write_table(table, out)
    else:
        pacsv.write_csv(table, out)


def _say(made: Campaign, out: Path, *, as_json: bool) -> None:
    report = made.report()
    if as_json:
        click.echo(json.dumps(report | {"out": str(out)}))
        return
    click.echo(f"{out}: {report['contacts']} contacts of {made.customers:,} customers, {report['control']} held back as control group")
    click.echo(
        f"expected: {report['expected_reached']:.0f} reached, {report['expected_accepted']:.0f} accepted, value {report['expected_value']:.0f} net, "
        f"attempts cost {report['cost']:.0f}, agents talk {report['agent_minutes']:.0f} minutes in {len(PARTS)} parts a day"
    )
    click.echo(
        f"the plan is within {made.plan.gap:.2%} of the best there is; best-first would bring {made.plan.greedy:.0f} of {made.plan.value:.0f}"
    )
    click.echo("Next: contact the rows of group 'contact', report outcomes to POST /v1/outcomes, compare with group 'control'")
