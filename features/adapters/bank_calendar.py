"""When the calls of the UCI Bank Marketing file were made: the file says month and weekday, its order and the interest rate say the rest."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEARS = (2008, 2009, 2010)
LAST_YEAR = YEARS[-1]
# The three-month Euribor, monthly average in percent, January to December (published by the European Central Bank, rounded).
EURIBOR = {
    2008: (4.48, 4.36, 4.60, 4.78, 4.86, 4.94, 4.96, 4.97, 5.02, 5.11, 4.24, 3.29),
    2009: (2.46, 1.94, 1.64, 1.42, 1.28, 1.23, 0.98, 0.86, 0.77, 0.74, 0.72, 0.71),
    2010: (0.68, 0.66, 0.64, 0.64, 0.69, 0.73, 0.85, 0.90, 0.88, 1.00, 1.04, 1.02),
}
OPENING = timedelta(hours=9)
WORKDAY_SECONDS = 8 * 3600
LONGEST_STEP = 300


def call_times(months: Sequence[str], weekdays: Sequence[str], euribor: Sequence[float], *, whole: bool) -> list[datetime]:
    """One aware UTC time per row, never falling, the same at every run.

    A new month is the next such month of the calendar; the first year is the one under which the rows' Euribor lies nearest to the
    published monthly averages, so a late slice of the file finds its years without the rows before it. A new weekday is the next such
    day of the month. Inside a day the calls follow each other from 09:00 on.
    whole: the rows begin where the file begins. Otherwise the first month is taken for the rest of a month and filled from its end.
    """
    runs = [(month, len(list(rows))) for month, rows in groupby(months)]
    times: list[datetime] = []
    for place, (year, month, rows) in enumerate(_dated(runs, euribor)):
        start = len(times)
        days = _days(year, month, weekdays[start : start + rows], from_end=place == 0 and not whole)
        times += _spread(days)
    return times


def _dated(runs: Sequence[tuple[str, int]], euribor: Sequence[float]) -> list[tuple[int, int, int]]:
    """(year, month, rows) of every run of equal months."""
    walks = [_walk(runs, first_year) for first_year in YEARS]
    return min(walks, key=lambda walk: _distance(walk, euribor)) if runs else []


def _walk(runs: Sequence[tuple[str, int]], year: int) -> list[tuple[int, int, int]]:
    walk, last = [], 0
    for name, rows in runs:
        month = MONTHS.index(name) + 1
        year += month < last
        walk.append((year, month, rows))
        last = month
    return walk


def _distance(walk: Sequence[tuple[int, int, int]], euribor: Sequence[float]) -> float:
    """Percentage points off the published averages, summed over the rows; a year after the last published one is never right."""
    total, start = 0.0, 0
    for year, month, rows in walk:
        if year > LAST_YEAR:
            return float("inf")
        total += sum(abs(rate - EURIBOR[year][month - 1]) for rate in euribor[start : start + rows])
        start += rows
    return total


def _days(year: int, month: int, weekdays: Sequence[str], *, from_end: bool) -> list[tuple[date, int]]:
    """(day, rows) of every run of equal weekdays; a run that no longer fits into the month joins the day before it."""
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    runs = [(WEEKDAYS.index(name), len(list(rows))) for name, rows in groupby(weekdays)]
    if not from_end:
        return [(day, rows) for day, (_, rows) in zip(_forward(first, after, [weekday for weekday, _ in runs]), runs, strict=True)]
    backward = reversed(list(_backward(first, after, [weekday for weekday, _ in reversed(runs)])))
    return [(day, rows) for day, (_, rows) in zip(backward, runs, strict=True)]


def _forward(first: date, after: date, weekdays: Sequence[int]) -> Iterator[date]:
    day, free = first, first
    for weekday in weekdays:
        candidate = free + timedelta(days=(weekday - free.weekday()) % 7)
        if candidate < after:
            day, free = candidate, candidate + timedelta(days=1)
        yield day


def _backward(first: date, after: date, weekdays: Sequence[int]) -> Iterator[date]:
    day = free = after - timedelta(days=1)
    for weekday in weekdays:
        candidate = free - timedelta(days=(free.weekday() - weekday) % 7)
        if candidate >= first:
            day, free = candidate, candidate - timedelta(days=1)
        yield day


def _spread(days: Sequence[tuple[date, int]]) -> Iterator[datetime]:
    for day, runs in groupby(days, key=lambda run: run[0]):
        rows = sum(count for _, count in runs)
        step = min(LONGEST_STEP, WORKDAY_SECONDS / rows)
        opening = datetime(day.year, day.month, day.day, tzinfo=UTC) + OPENING
        yield from (opening + timedelta(seconds=int(step * place)) for place in range(rows))
