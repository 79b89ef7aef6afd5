"""playcall keys: API keys are shown once, kept as hashes, and refused a second after they were revoked."""

import json

import click

from features.clock import WallClock
from features.home import Home
from serving.bootstrap import open_records
from serving.records.keys import DEFAULT_TENANT, ROLES, give_key, list_keys, revoke_key
from serving.settings import read_settings

_tenant = click.option("--tenant", default=DEFAULT_TENANT, show_default=True, help="Whose key.")


@click.group("keys")
def keys_group() -> None:
    """Give out, list and revoke API keys."""


@keys_group.command("give")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--name", required=True, help="Who or what uses it, as the audit trail will say.")
@click.option("--certificate", "certificates", multiple=True, help="One the key vouches for; these outrank what a request says.")
@_tenant
@click.pass_obj
def give(home: Home, role: str, name: str, certificates: tuple[str, ...], tenant: str) -> None:
    """Make a key of ROLE and print it: the only time it is seen.

    Example: playcall keys give agent --name desk-7 --certificate insurance
    """
    if tenant != DEFAULT_TENANT and tenant not in home.tenants():
        raise click.UsageError(f"there is no tenant '{tenant}'; make it with `playcall tenant add {tenant}`")
    store = open_records(read_settings())
    try:
        click.echo(give_key(store, name, tenant, role, certificates, WallClock().now()))
    finally:
        store.close()


@keys_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@_tenant
def show(tenant: str, *, as_json: bool) -> None:
    """Every key ever given, without the keys themselves.

    Example: playcall keys list --tenant acme
    """
    store = open_records(read_settings())
    try:
        found = list_keys(store, tenant)
    finally:
        store.close()
    rows = [
        {
            "name": key.key_id,
            "role": key.role,
            "certificates": list(key.certificates),
            "created_at": key.created_at.isoformat(),
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        }
        for key in found
    ]
    lines = (
        f"{row['name']:24} {row['role']:18} {row['created_at']}" + (f"  revoked {row['revoked_at']}" if row["revoked_at"] else "")
        for row in rows
    )
    click.echo(json.dumps(rows) if as_json else "\n".join(lines))


@keys_group.command("revoke")
@click.argument("name")
@_tenant
def revoke(name: str, tenant: str) -> None:
    """Refuse the key NAME from now on; running workers hear of it within a second.

    Example: playcall keys revoke desk-7
    """
    store = open_records(read_settings())
    try:
        revoke_key(store, name, tenant, WallClock().now())
    finally:
        store.close()
    click.echo(f"{name} is revoked")
