"""A judged delivery against the lake: what is new, what was there already, what corrects something, and since when."""

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from features.events import sql
from features.events.tables import Table

FEW_KEYS = 256
# Tables whose rows say themselves which version they are; elsewhere what was known last counts.
VERSIONED_BY_OWN_TIME = ("customers", "identities")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Counts of a resolved delivery. Its rows are in the relations `new_rows` (stored columns, seq) and `outdated` (seq, superseded_at)."""

    added: int
    unchanged: int
    corrected: int
    events: int


def resolve(connection: duckdb.DuckDBPyConnection, table: Table, staged: str, stored: str, *, next_seq: int, now: datetime) -> Resolved:
    """Split the good rows of `staged` (a relation) by what `stored` (a SELECT of stored rows) holds of their keys.

    Keys seen once and never before take the short way. The others are compared by whole rows: a row that is there already,
    in whatever version, changes nothing. Without a known time of its own a row is known at its event's time; a row for a key that
    is there already, at `now`. Of several rows of one key in one delivery the last counts and the earlier ones are out of date at once.
    """
    _name_relations(connection, table, staged, stored)
    connection.execute("CREATE TEMP TABLE repeated AS SELECT key_hash FROM good GROUP BY key_hash HAVING count(*) > 1")
    connection.execute(
        f"CREATE TEMP TABLE standing AS SELECT key_hash, {sql.names(_kept_of_standing(table))}, hash({_content(table)}) AS content, "
        f"{table.happened_at} AS happened, known_at, superseded_at, seq FROM held WHERE key_hash IN (SELECT key_hash FROM good)"
    )
    connection.execute("CREATE TEMP VIEW disputed AS SELECT key_hash FROM repeated UNION ALL SELECT key_hash FROM standing")
    connection.execute("CREATE TEMP TABLE contested AS SELECT * FROM good WHERE key_hash IN (FROM disputed)")
    connection.execute(f"CREATE TEMP TABLE fresh AS {_fresh(table)}")
    _date_versions(connection, table, next_seq=next_seq, now=now)
    connection.execute(
        f"CREATE TEMP VIEW new_rows AS {_plain_rows(table, next_seq)} UNION ALL SELECT {_stored(table)} FROM dated WHERE is_new"
    )
    connection.execute(
        "CREATE TEMP VIEW outdated AS SELECT seq, superseded_at FROM dated WHERE NOT is_new AND superseded_at IS DISTINCT FROM was"
    )
    return _count(connection, table)


def has_customer(table: Table) -> bool:
    return any(column.name == "customer_id" for column in table.columns)


def _kept_of_standing(table: Table) -> tuple[str, ...]:
    return table.key if "customer_id" in table.key or not has_customer(table) else (*table.key, "customer_id")


def _name_relations(connection: duckdb.DuckDBPyConnection, table: Table, staged: str, stored: str) -> None:
    key = f"hash({sql.names(table.key)})"
    connection.execute(f"CREATE TEMP VIEW good AS SELECT *, {key} AS key_hash FROM {staged} WHERE refusal IS NULL")
    first = sql.name(table.key[0])
    few = connection.execute(f"SELECT DISTINCT {first} FROM good LIMIT {FEW_KEYS + 1}").fetchall()
    # A push of few rows into a long table: ids written out are looked for while the file is read, hashes only afterwards.
    sought = f"WHERE {first} IN ({', '.join(sql.text(value) for (value,) in few)})" if 0 < len(few) <= FEW_KEYS else ""
    connection.execute(f"CREATE TEMP VIEW held AS SELECT *, {key} AS key_hash FROM ({stored}) {sought}")


def _content(table: Table) -> str:
    return sql.names([*(column.name for column in table.columns), "attributes"])


def _own_time(table: Table) -> str:
    return f"coalesce({', '.join(table.known_at)})"


def _fresh(table: Table) -> str:
    """Contested rows that are in no version of their key yet, each content once."""
    same = " AND ".join(f"standing.{sql.name(column)} = rows.{sql.name(column)}" for column in table.key)
    return (
        f"SELECT * FROM (SELECT *, hash({_content(table)}) AS content FROM contested) AS rows "
        f"WHERE NOT EXISTS (FROM standing WHERE standing.content = rows.content AND {same}) "
        f"QUALIFY row_number() OVER (PARTITION BY {sql.names(table.key)}, content ORDER BY ordinal DESC) = 1"
    )


def _date_versions(connection: duckdb.DuckDBPyConnection, table: Table, *, next_seq: int, now: datetime) -> None:
    """The table `dated`: fresh rows beside the standing rows of their keys, each with the time it is out of date."""
    key = sql.names(table.key)
    own = table.name in VERSIONED_BY_OWN_TIME
    matched = f"{key}, {table.happened_at}" if own else key
    standing_key = f"{key}, happened AS {sql.name(table.happened_at)}" if own else key
    first_known = (
        _own_time(table)
        if own
        else f"last({_own_time(table)}) OVER (PARTITION BY {key} ORDER BY ordinal ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    )
    moment = f"TIMESTAMP {sql.text(str(now.astimezone(UTC).replace(tzinfo=None)))}"
    order = "happened, seq" if own else "known_at, seq"
    columns = sql.names(column.name for column in table.columns)
    connection.execute(
        f"""CREATE TEMP TABLE dated AS
        WITH latest AS (SELECT {standing_key}, max(known_at) AS latest FROM standing GROUP BY ALL),
        arriving AS (
            SELECT {columns}, attributes, {table.happened_at} AS happened,
                coalesce(known_given, CASE WHEN latest IS NULL THEN {first_known} ELSE greatest({moment}, latest) END) AS known_at,
                NULL::TIMESTAMP AS was, {next_seq} + ordinal AS seq, true AS is_new
            FROM fresh LEFT JOIN latest USING ({matched})
        ),
        versions AS (
            FROM arriving UNION ALL BY NAME
            SELECT {key}, happened, known_at, superseded_at AS was, seq, false AS is_new FROM standing
            WHERE ({key}) IN (SELECT ({key}) FROM fresh)
        )
        SELECT *, min(known_at) OVER later AS superseded_at FROM versions
        WINDOW later AS (PARTITION BY {key} ORDER BY {order} ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)"""
    )


def _plain_rows(table: Table, next_seq: int) -> str:
    columns = sql.names(column.name for column in table.columns)
    known = f"coalesce(known_given, {_own_time(table)})"
    return (
        f"SELECT {columns}, attributes, {known} AS known_at, NULL::TIMESTAMP AS superseded_at, {next_seq} + ordinal AS seq FROM good "
        "WHERE key_hash NOT IN (FROM disputed)"
    )


def _stored(table: Table) -> str:
    return f"{sql.names(column.name for column in table.columns)}, attributes, known_at, superseded_at, seq"


def _count(connection: duckdb.DuckDBPyConnection, table: Table) -> Resolved:
    key = sql.names(table.key)
    row = connection.execute(
        f"""SELECT (SELECT count(*) FROM good), (SELECT count(*) FROM contested), (SELECT count(*) FROM dated WHERE is_new),
        (SELECT count(*) FROM (SELECT DISTINCT {key} FROM dated) AS keys WHERE ({key}) NOT IN (SELECT ({key}) FROM standing))"""
    ).fetchone()
    good, contested, kept, new_keys = row or (0, 0, 0, 0)
    plain = good - contested
    return Resolved(plain + new_keys, contested - kept, kept - new_keys, plain + new_keys)
