"""A person leaves the lake: every file that names them is written anew without them, and the old one is deleted at once."""

import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb

from features.events import sql
from features.events.lake import Lake
from features.events.layout import sort_columns
from features.events.manifest import QUARANTINE, Manifest, Part, TableState, commit_manifest, read_manifest, writer_lock
from features.events.tables import IDENTITIES, OUTCOMES_TABLE, SAME_PERSON, TABLES
from features.events.versions import has_customer
from features.events.writing import bounded_connection, staging_folder, write_part


def erase_from_lake(lake: Lake, customer_id: str) -> dict[str, int]:
    """Returns how many rows went, by table, all their versions counted; quarantined rows that name the person go too.

    One commit: a reader sees the person everywhere or nowhere. Whoever still reads the state before may find its files gone and reads again.
    """
    with writer_lock(lake.folder), staging_folder(lake.folder) as folder, bounded_connection(folder) as connection:
        before = read_manifest(lake.folder)
        decisions = _decisions(connection, lake.folder, before, customer_id)
        after, gone = before, {}
        for name, state in before.tables.items():
            kept, gone[name] = _without(connection, lake.folder, name, state, _naming(name, customer_id, decisions), before.generation + 1)
            after = replace(after, tables={**after.tables, name: kept})
        if any(gone.values()):
            _commit(lake.folder, before, after, gone)
    return {name: rows for name, rows in gone.items() if rows}


def identities_of(lake: Lake, customer_id: str) -> list[str]:
    """The hashed values the customer owns or owned."""
    with lake.connect(customers=[customer_id]) as connection:
        return [row[0] for row in connection.execute(f"SELECT DISTINCT value FROM {IDENTITIES.name} ORDER BY value").fetchall()]


def _commit(folder: Path, before: Manifest, after: Manifest, gone: dict[str, int]) -> None:
    mark = hashlib.sha256(f"{before.fingerprint}|erased|{sorted(gone.items())}".encode()).hexdigest()
    # Retired files may hold the person, too: nothing of them may be left.
    commit_manifest(folder, replace(after, generation=before.generation + 1, fingerprint=mark, retired=()))
    for file in (before.files() | set(before.retired)) - after.files():
        (folder / file).unlink(missing_ok=True)


def _decisions(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: Manifest, customer_id: str) -> list[str]:
    """Outcomes carry no customer: they are the person's by the decision."""
    parts = manifest.table("proposals").parts
    if not parts:
        return []
    asked = f"SELECT DISTINCT decision_id FROM {sql.parquet(folder / part.file for part in parts)} WHERE customer_id = $1"
    return [row[0] for row in connection.execute(asked, [customer_id]).fetchall()]


def _naming(table: str, customer_id: str, decisions: list[str]) -> str:
    """The condition for a row of the person."""
    if table == QUARANTINE:
        # The raw text is of any form; the id counts where no letter or digit goes on.
        return f"regexp_matches(raw, '(^|[^A-Za-z0-9_-])' || regexp_escape({sql.text(customer_id)}) || '([^A-Za-z0-9_-]|$)')"
    if table == OUTCOMES_TABLE.name:
        return f"decision_id IN ({', '.join(map(sql.text, decisions))})" if decisions else "false"
    mine = f"customer_id = {sql.text(customer_id)}"
    if table == IDENTITIES.name:
        return f"({mine} OR kind = {sql.text(SAME_PERSON)} AND value = {sql.text(customer_id)})"
    return mine if has_customer(TABLES[table]) else "false"


def _without(
    connection: duckdb.DuckDBPyConnection, folder: Path, table: str, state: TableState, naming: str, generation: int
) -> tuple[TableState, int]:
    parts: list[Part] = []
    events = rows = 0
    key = sql.names(TABLES[table].key) if table in TABLES else "table_name, file, row"
    for number, part in enumerate(state.parts):
        source = sql.parquet([folder / part.file])
        found = connection.execute(f"SELECT count(*), count(DISTINCT ({key})) FROM {source} WHERE {naming}").fetchone() or (0, 0)
        if not found[0]:
            parts.append(part)
            continue
        order = sql.names(sort_columns(TABLES[table])) if table in TABLES else "file, row"
        file = f"{table}/{generation:08d}-without-{number}.parquet"
        parts += write_part(connection, folder, file, f"SELECT * FROM {source} WHERE NOT coalesce({naming}, false) ORDER BY {order}")
        rows, events = rows + found[0], events + found[1]
    return replace(state, parts=tuple(parts), events=max(state.events - events, 0)), rows
