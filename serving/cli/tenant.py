"""playcall tenant: further client companies on one installation, each with a home of its own."""

import json
import re

import click

from features.clock import WallClock
from features.home import Home
from serving.bootstrap import open_records
from serving.records.keys import DEFAULT_TENANT, ensure_keys
from serving.settings import read_settings

NAME = re.compile("[a-z0-9][a-z0-9_-]{0,39}")


@click.group("tenant")
def tenant_group() -> None:
    """Add and list tenants."""


@tenant_group.command("add")
@click.argument("name")
@click.pass_obj
def add(home: Home, name: str) -> None:
    """Make the home of the tenant NAME with a key for every role; done twice it changes nothing.

    Example: playcall tenant add acme
    """
    if not NAME.fullmatch(name) or name == DEFAULT_TENANT:
        raise click.UsageError(f"'{name}' cannot name a tenant; use lower-case letters, digits, _ and -, and not '{DEFAULT_TENANT}'")
    theirs = home.tenant(name)
    theirs.root.mkdir(parents=True, exist_ok=True)
    store = open_records(read_settings())
    try:
        ensure_keys(store, theirs, WallClock().now(), name)
    finally:
        store.close()
    click.echo(
        f"{theirs.root}: put the book in {theirs.root / 'playbook'}, bring the tables with PLAYCALL_HOME={theirs.root}, and start serving anew"
    )
    click.echo(f"Keys of all roles: {theirs.keys}")


@tenant_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.pass_obj
def show(home: Home, *, as_json: bool) -> None:
    """The tenants of this installation, its own first.

    Example: playcall tenant list
    """
    names = [DEFAULT_TENANT, *home.tenants()]
    click.echo(json.dumps(names) if as_json else "\n".join(names))
