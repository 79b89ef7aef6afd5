"""Files and folders as relations of text or typed columns, with the names and types they really have."""

import csv
import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.errors import TableError
from features.events import sql
from features.events.tables import Table

ENDINGS = (".csv", ".csv.gz", ".parquet")
DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Source:
    """One delivery to read: what it is called in messages, the relation, its columns with their DuckDB types.

    rejects: lines the reader itself cannot split are noted by DuckDB in reject_errors (CSV only).
    first_row: the number of the first row, as reports count.
    """

    label: str
    relation: str
    columns: dict[str, str]
    rejects: bool = False
    first_row: int = 1


def gather(paths: Iterable[Path]) -> list[Path]:
    """The files, folders opened, in the order given and by name in a folder. Raises TableError for what is missing or of another kind."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(file for file in path.iterdir() if file.name.endswith(ENDINGS))
            if not found:
                raise TableError(
                    f"{path}: no {', '.join('*' + ending for ending in ENDINGS)} in this folder; name the folder with the files"
                )
            files += found
        elif not path.is_file():
            raise TableError(f"{path}: no such file or folder; check the path")
        elif not path.name.endswith(ENDINGS):
            raise TableError(
                f"{path}: not one of {', '.join('*' + ending for ending in ENDINGS)}; convert it, or name an --adapter that reads it"
            )
        else:
            files.append(path)
    return files


def open_source(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> Source:
    """The file as a relation. Raises TableError naming table, column and the columns found when a required column is missing."""
    source = _open_parquet(connection, path) if path.name.endswith(".parquet") else _open_csv(table, path)
    missing = [column for column in table.required if column not in source.columns]
    if missing:
        raise TableError(
            f"{path}: table {table.name} needs the column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
            f"found: {', '.join(source.columns) or 'no column at all'}; add {'them' if len(missing) > 1 else 'it'} or rename"
        )
    return source


def _open_parquet(connection: duckdb.DuckDBPyConnection, path: Path) -> Source:
    relation = f"read_parquet({sql.text(str(path))})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    except duckdb.Error as error:
        raise TableError(f"{path}: cannot be read as Parquet ({str(error).splitlines()[0]}); write the file again") from error
    return Source(str(path), relation, {row[0]: row[1] for row in described})


def _open_csv(table: Table, path: Path) -> Source:
    delimiter, columns = _header(table, path)
    alike = [column.casefold() for column in columns]
    if len(set(alike)) < len(columns):
        twice = sorted({column for column in columns if alike.count(column.casefold()) > 1})
        raise TableError(
            f"{path}: the header names {', '.join(twice)} twice, whatever the case of their letters; every column needs a name of its own"
        )
    typed = ", ".join(f"{sql.text(column)}: 'VARCHAR'" for column in columns)
    # The dialect is said in full: a sniffer that looks at the first rows can be misled by a bad one.
    relation = (
        f"read_csv({sql.text(str(path))}, auto_detect=false, header=true, delim={sql.text(delimiter)}, quote='\"', escape='\"', "
        f"columns={{{typed}}}, store_rejects=true, rejects_limit=0)"
    )
    return Source(str(path), relation, dict.fromkeys(columns, "VARCHAR"), rejects=True)


def _header(table: Table, path: Path) -> tuple[str, list[str]]:
    """The delimiter under which most of the table's columns appear, and the names."""
    try:
        # Only the header is decoded here: a bad byte further down is the matter of its own row.
        with gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb") as file:
            line = file.readline().decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise TableError(
            f"{path}: the first line cannot be read ({error}); the file must be UTF-8 text, gzipped when it ends in .gz"
        ) from error
    wanted = {column.name for column in table.columns}
    if not line.strip():
        raise TableError(f"{path}: empty, not even a header; table {table.name} needs the columns {', '.join(table.required)}")
    try:
        splits = [(delimiter, next(csv.reader([line], delimiter=delimiter))) for delimiter in DELIMITERS]
    except csv.Error as error:
        raise TableError(f"{path}: the first line is no line of CSV ({error}); end the lines with LF or CRLF") from error
    delimiter, columns = max(splits, key=lambda split: (len(wanted & set(split[1])), len(split[1])))
    return delimiter, [column or f"column{number}" for number, column in enumerate(columns, 1)]
