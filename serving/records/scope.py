"""The tenant's scope: the only place where a query is narrowed to one tenant. No query of the records leaves without it."""

from sqlalchemy import ColumnElement, Table, bindparam, func


def of_tenant(table: Table, tenant: str) -> ColumnElement[bool]:
    """The rows of `table` this tenant may see."""
    return table.c.tenant == tenant


def of_tenant_by_key(table: Table, tenant: str) -> ColumnElement[bool]:
    """The same for rows that are named by their keys: no index answers it, so that no database goes through all rows of the tenant to find a few.

    SQLite, asked for twenty keys and more, would otherwise take an index that begins with the tenant.
    """
    return func.coalesce(table.c.tenant, "") == tenant


def tenant_given(table: Table) -> ColumnElement[bool]:
    """The same for a statement compiled once: the tenant is its parameter `tenant`."""
    return table.c.tenant == bindparam("tenant")
