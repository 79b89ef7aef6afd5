"""Every rule a row must pass, as SQL: one expression per column for its value, one for what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass

from features.events import sql
from features.events.layout import ATTRIBUTES, KNOWN_AT
from features.events.tables import Column, Table, Type

EARLIEST = "TIMESTAMP '1900-01-01'"
LATEST = "TIMESTAMP '2200-01-01'"
TRUE_WORDS = ("true", "t", "yes", "y", "1", "1.0")
FALSE_WORDS = ("false", "f", "no", "n", "0", "0.0")
# The end of a time that says its offset; a bare date has none.
OFFSET = r"(Z|z|UTC|[0-9]:?[0-9]{2}(\.[0-9]+)? ?[+-][0-9]{2}(:?[0-9]{2})?)$"

# DuckDB's words for times that know their instant: of microseconds, and of nanoseconds, as pandas writes them.
AWARE = frozenset({"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"})


@dataclass(frozen=True, slots=True)
class CheckedColumn:
    """SQL over a source's columns: the typed value, the reason it is refused (NULL when fine), and whether a time has no offset."""

    column: Column
    value: str
    refusal: str | None = None
    naive: str | None = None


def checked_columns(table: Table, found: dict[str, str]) -> list[CheckedColumn]:
    """The table's columns, then known_at, over a source whose columns and DuckDB types are `found`."""
    return [_checked(column, found.get(column.name)) for column in (*table.columns, KNOWN_AT)]


def attributes(table: Table, found: dict[str, str]) -> str:
    """Every further column as one MAP of VARCHAR, sorted by name; empty values are left out."""
    known = {column.name for column in (*table.columns, KNOWN_AT)}
    ready = found.get("attributes", "").startswith("MAP(")
    extra = sorted(column for column in found if column not in known and not (ready and column == "attributes"))
    pairs = ", ".join(f"{{'key': {sql.text(column)}, 'value': {_text(column)}}}" for column in extra)
    pair = own_name("pair", found)
    kept = f"list_filter([{pairs}], lambda {pair}: {pair}.value IS NOT NULL)"
    if ready:
        own = f"coalesce(map_entries(attributes::{ATTRIBUTES}), [])"
        kept = f"list_sort(list_concat({own}, {kept}))" if extra else f"list_sort({own})"
    elif not extra:
        return f"MAP {{}}::{ATTRIBUTES}"
    return f"map_from_entries({kept})::{ATTRIBUTES}"


def own_name(word: str, found: Iterable[str]) -> str:
    """A name longer than any of the source's, so that none of them can be mistaken for it."""
    return "_" * max((len(column) for column in found), default=0) + word


def _checked(column: Column, found: str | None) -> CheckedColumn:
    if found is None:
        return CheckedColumn(column, f"NULL::{column.type}")
    match column.type:
        case Type.TEXT:
            return _checked_text(column)
        case Type.NUMBER | Type.INTEGER:
            return _checked_number(column)
        case Type.FLAG:
            return _checked_flag(column)
        case Type.TIME:
            return _checked_time(column, found)


def _checked_text(column: Column) -> CheckedColumn:
    value = _text(column.name)
    wrong = "NULL"
    if column.allowed:
        words = ", ".join(sql.text(word) for word in column.allowed)
        said = f"' is not one of {', '.join(column.allowed)}'"
        wrong = f"CASE WHEN {value} NOT IN ({words}) THEN {_quoted(column, value)} || {said} END"
    if column.required:
        wrong = f"CASE WHEN {value} IS NULL OR trim({value}) = '' THEN {_empty(column)} ELSE {wrong} END"
    return CheckedColumn(column, value, None if wrong == "NULL" else wrong)


def _checked_number(column: Column) -> CheckedColumn:
    value = _text(column.name)
    number = f"TRY_CAST({value} AS DOUBLE)"
    kind, broken = "number", f"{number} IS NULL OR NOT isfinite({number}) OR contains({value}, '_')"
    typed = number
    if column.type is Type.INTEGER:
        kind, broken = "whole number", f"{broken} OR {number} != floor({number}) OR abs({number}) > 9e15"
        typed = f"TRY_CAST({number} AS BIGINT)"
    cases = [f"WHEN {broken} THEN {_quoted(column, value)} || ' is not a {kind}'"]
    if column.low is not None and column.high is not None:
        cases.append(f"WHEN {number} NOT BETWEEN {column.low} AND {column.high} THEN {_quoted(column, value)} || {_bounds(column)}")
    elif column.low is not None:
        cases.append(f"WHEN {number} < {column.low} THEN {_quoted(column, value)} || {_bounds(column)}")
    return CheckedColumn(column, typed, _refusal(column, value, cases))


def _checked_flag(column: Column) -> CheckedColumn:
    value = _text(column.name)
    yes, no = (", ".join(sql.text(word) for word in words) for words in (TRUE_WORDS, FALSE_WORDS))
    typed = f"CASE WHEN lower({value}) IN ({yes}) THEN true WHEN lower({value}) IN ({no}) THEN false END"
    broken = f"lower({value}) NOT IN ({yes}, {no})"
    return CheckedColumn(
        column, typed, _refusal(column, value, [f"WHEN {broken} THEN {_quoted(column, value)} || ' is not true or false'"])
    )


def _checked_time(column: Column, found: str) -> CheckedColumn:
    """Times without offset are read in the session's zone."""
    value = _text(column.name)
    aware = found in AWARE
    stamped = found.startswith("TIMESTAMP") or found == "DATE"
    instant = f"{sql.name(column.name)}::TIMESTAMP::TIMESTAMPTZ" if stamped and not aware else f"TRY_CAST({value} AS TIMESTAMPTZ)"
    if aware:
        instant = f"{sql.name(column.name)}::TIMESTAMPTZ"
    typed = f"timezone('UTC', {instant})"
    cases = [
        f"WHEN {typed} IS NULL OR lower(trim({value})) = 'epoch' THEN {_quoted(column, value)} || ' is not an ISO 8601 time'",
        f"WHEN {typed} NOT BETWEEN {EARLIEST} AND {LATEST} THEN {_quoted(column, value)} || ' is outside the years 1900 to 2200'",
    ]
    naive = "false" if aware else f"{value} IS NOT NULL" if stamped else f"NOT regexp_matches({value}, {sql.text(OFFSET)})"
    return CheckedColumn(column, typed, _refusal(column, value, cases), naive)


def _refusal(column: Column, value: str, cases: list[str]) -> str:
    missing = f"THEN {_empty(column)}" if column.required else "THEN NULL"
    return f"CASE WHEN {value} IS NULL {missing} {' '.join(cases)} END"


def _text(column: str) -> str:
    return f"nullif({sql.name(column)}::VARCHAR, '')"


def _empty(column: Column) -> str:
    return sql.text(f"{column.name}: empty, and the table needs it")


def _quoted(column: Column, value: str) -> str:
    """The start of a refusal: the column and the value as it came, cut short."""
    if column.name == "value":
        return sql.text("value: ")
    return f"{sql.text(column.name + ': ' + chr(39))} || left({value}, 60) || ''''"


def _bounds(column: Column) -> str:
    low = f"{column.low:g}" if column.low is not None else ""
    return sql.text(f" is not between {low} and {column.high:g}" if column.high is not None else f" is below {low}")
