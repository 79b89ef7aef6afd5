"""Reading a foreign CSV file whole, as text, with its columns checked: what every adapter starts with."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from features.errors import AdapterError

Columns = Mapping[str, Sequence[str]]


def read_columns(path: Path, adapter: str, needed: Sequence[str], *, delimiters: str = ",") -> dict[str, list[str]]:
    """Every column of a .csv or .csv.gz file as text, in file order.

    Raises AdapterError when the file is missing, is not text, lacks a needed column, or has a line of another length.
    """
    if not path.is_file():
        raise AdapterError(f"{path}: no such file; name the file for --adapter {adapter}")
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8-sig", newline="") as file
        ):
            return _columns(file, path, adapter, needed, delimiters=delimiters)
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise AdapterError(f"{path}: cannot be read as text ({error}); --adapter {adapter} reads .csv and .csv.gz in UTF-8") from error


def number(text: str, column: str, row: int, place: str) -> float:
    """Raises AdapterError naming file, row and column."""
    try:
        return float(text)
    except ValueError as error:
        raise AdapterError(f"{place}: row {row}, column {column}: '{text}' is not a number; mend the row") from error


def _columns(file: TextIO, path: Path, adapter: str, needed: Sequence[str], *, delimiters: str) -> dict[str, list[str]]:
    header = file.readline()
    delimiter = max(delimiters, key=header.count)
    names = next(csv.reader([header], delimiter=delimiter), [])
    missing = [name for name in needed if name not in names]
    if missing:
        raise AdapterError(f"{path}: --adapter {adapter} needs the columns {', '.join(missing)}; found: {', '.join(names) or 'none'}")
    rows = [row for row in csv.reader(file, delimiter=delimiter) if row]
    for row_number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise AdapterError(f"{path}: row {row_number} has {len(row)} fields, the header {len(names)}; mend the row")
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}
