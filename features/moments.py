"""The moments features are asked for: every proposal's, and one 'now' for every customer."""

from collections.abc import Mapping
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

_CUSTOMERS = """
SELECT customer_id FROM customers UNION SELECT customer_id FROM transactions UNION SELECT customer_id FROM contacts
UNION SELECT customer_id FROM channel_events UNION SELECT customer_id FROM proposals
"""
_PERSONS = f"""
SELECT customer_id FROM ({_CUSTOMERS})
LEFT JOIN (SELECT DISTINCT customer_id, person_id FROM same_person WHERE since < $at AND (until IS NULL OR until >= $at)) USING (customer_id)
QUALIFY row_number() OVER (PARTITION BY coalesce(person_id, customer_id) ORDER BY customer_id IS DISTINCT FROM person_id, customer_id) = 1
ORDER BY customer_id
"""


def naive_utc(at: datetime) -> datetime:
    """The tables' way to write a time. Raises ValueError for a time without zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone; give one.")
    return at.astimezone(UTC).replace(tzinfo=None)


def everyone_at(connection: duckdb.DuckDBPyConnection, at: datetime) -> pa.Table:
    """Every customer any table names, at one moment: customer_id, at."""
    query = f'SELECT customer_id, $at::TIMESTAMP AS "at" FROM ({_CUSTOMERS}) ORDER BY customer_id'
    return connection.sql(query, params={"at": naive_utc(at)}).to_arrow_table()


def persons_at(connection: duckdb.DuckDBPyConnection, at: datetime) -> list[str]:
    """One customer id for every person at the moment: of several the one they are counted under, where a table names it."""
    return [who for (who,) in connection.execute(_PERSONS, {"at": naive_utc(at)}).fetchall()]


def proposals_before(connection: duckdb.DuckDBPyConnection, at: datetime) -> pa.Table:
    """The distinct moments of the proposals made before `at`: customer_id, at."""
    query = 'SELECT DISTINCT customer_id, proposed_at AS "at" FROM proposals WHERE proposed_at < $at::TIMESTAMP'
    return connection.sql(query, params={"at": naive_utc(at)}).to_arrow_table()


def each_at(moments: Mapping[str, datetime]) -> pa.Table:
    """Each customer at a moment of their own: customer_id, at."""
    at = pa.array([naive_utc(moment) for moment in moments.values()], pa.timestamp("us"))
    return pa.table({"customer_id": pa.array(moments.keys(), pa.string()), "at": at})
