"""Rows as they are written: a statement compiled once per table, and plain values for the driver."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import Insert

from serving.records.tables import KEPT_FIRST, to_instant


class Keep(StrEnum):
    """What happens when the key is there already: refuse, leave the first, or put the new one in its place (but for columns kept first)."""

    NEW = "new"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Line:
    """One row for one table. `values` names every column but the sequence."""

    table: Table
    values: dict[str, object]
    keep: Keep = Keep.NEW


@dataclass(frozen=True, slots=True)
class Compiled:
    """SQL in the driver's own words: SQLAlchemy's way to it costs more than the row. names: the columns in the order of the placeholders."""

    sql: str
    names: tuple[str, ...]
    positional: bool

    def row(self, values: Mapping[str, object]) -> Any:
        plain = [to_instant(value) if type(value) is datetime else value for value in [values[name] for name in self.names]]
        return tuple(plain) if self.positional else dict(zip(self.names, plain, strict=True))


def insert_lines(connection: Connection, lines: Iterable[Line]) -> None:
    """One statement for all lines of a table, in the order in which each was first named."""
    kinds: dict[tuple[Table, Keep], list[Mapping[str, object]]] = {}
    for line in lines:
        kinds.setdefault((line.table, line.keep), []).append(line.values)
    for (table, keep), values in kinds.items():
        compiled = _compiled(table, keep, connection.dialect)
        rows: Sequence[Any] = [compiled.row(one) for one in values]
        connection.exec_driver_sql(compiled.sql, rows)


@lru_cache(maxsize=256)
def _compiled(table: Table, keep: Keep, dialect: Dialect) -> Compiled:
    columns = [column.name for column in table.columns if column is not table.autoincrement_column]
    compiled = statement(table, keep, dialect.name).compile(dialect=dialect, column_keys=columns, for_executemany=True)
    return Compiled(str(compiled), tuple(compiled.positiontup or compiled.params), bool(compiled.positional))


def statement(table: Table, keep: Keep, dialect: str) -> Insert:
    if keep is Keep.NEW:
        return table.insert()
    build: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    insert = build(table)
    key = list(table.primary_key.columns)
    if keep is Keep.FIRST:
        kept: Insert = insert.on_conflict_do_nothing(index_elements=key)
        return kept
    changed = {
        column.name: insert.excluded[column.name] for column in table.columns if not (column.primary_key or KEPT_FIRST in column.info)
    }
    kept = insert.on_conflict_do_update(index_elements=key, set_=changed)
    return kept
