"""The tenant's scope: the only place where a query is narrowed to one tenant. No query of the records leaves without it."""

from sqlalchemy import ColumnElement, Table, bindparam


def of_tenant(table: Table, tenant: str) -> ColumnElement[bool]:
    """The rows of `table` this tenant may see."""
    return table.c.tenant == tenant


def tenant_given(table: Table) -> ColumnElement[bool]:
    """The same for a statement compiled once: the tenant is its parameter `tenant`."""
    return table.c.tenant == bindparam("tenant")
