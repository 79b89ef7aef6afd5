"""Small pieces of SQL text: quoting, and files as relations."""

from collections.abc import Iterable
from pathlib import Path


def text(value: str) -> str:
    """A string literal."""
    return "'" + value.replace("'", "''") + "'"


def name(column: str) -> str:
    """A quoted identifier."""
    return '"' + column.replace('"', '""') + '"'


def names(columns: Iterable[str], prefix: str = "") -> str:
    return ", ".join(prefix + name(column) for column in columns)


def parquet(files: Iterable[Path]) -> str:
    """The files as one relation."""
    return f"read_parquet([{', '.join(text(str(file)) for file in files)}])"
