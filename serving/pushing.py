"""Pushed rows on their way down: what several requests bring at the same moment goes to the lake and online in one step, each answered after it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from features.errors import FeatureError
from features.events.ingest import REFUSALS_SHOWN, IngestReport
from features.push import Pushed
from serving.errors import Overloaded

Rows = list[dict[str, Any]]
Push = Callable[[Mapping[str, Rows]], Pushed]


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of one request's rows. refused: number (from 0) -> why. waiting: why they are not online yet, though in the lake."""

    refused: Mapping[int, str]
    waiting: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request on its way; one step takes as many rows as the lake names refusals for, so that no refusal is lost."""

    table: str
    rows: Rows
    landed: "asyncio.Future[Landed]"


@dataclass(slots=True)
class Pusher:
    """Lives in one event loop and pushes from one thread. capacity: requests waiting at once before new ones are refused with Overloaded."""

    push: Push
    capacity: int = 256
    _waiting: list[Waiting] = field(default_factory=list)
    _draining: "asyncio.Task[None] | None" = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pushing"))

    async def land(self, table: str, rows: Rows) -> Landed:
        """Return once the rows are in the lake and, if it can be reached, online. Raises Overloaded or FeatureError; then the rows may be sent again."""
        if len(self._waiting) >= self.capacity:
            raise Overloaded("more events are waiting than the lake can take; try again shortly")
        loop = asyncio.get_running_loop()
        landed: asyncio.Future[Landed] = loop.create_future()
        self._waiting.append(Waiting(table, rows, landed))
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
        return await landed

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group = self._next_group()
            try:
                pushed = await loop.run_in_executor(self._thread, self.push, _together(group))
            except FeatureError as error:
                for one in group:
                    if not one.landed.done():
                        one.landed.set_exception(error)
            else:
                _tell(group, pushed)

    def _next_group(self) -> list[Waiting]:
        """The oldest, and those behind it while there is room; a request comes alone when it fills the step by itself."""
        first, *rest = self._waiting
        room = REFUSALS_SHOWN - len(first.rows)

        def fits(one: Waiting) -> bool:
            nonlocal room
            room -= len(one.rows)
            return room >= 0

        group = [first, *takewhile(fits, rest)]
        self._waiting = self._waiting[len(group) :]
        return group

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def _together(group: Sequence[Waiting]) -> dict[str, Rows]:
    tables: dict[str, Rows] = {}
    for one in group:
        tables.setdefault(one.table, []).extend(one.rows)
    return tables


def _tell(group: Sequence[Waiting], pushed: Pushed) -> None:
    """Give each request its own refusals, under its own numbers."""
    reports = {report.table: report for report in pushed.reports}
    start = dict.fromkeys(reports, 0)
    for one in group:
        first = start[one.table]
        start[one.table] = first + len(one.rows)
        if not one.landed.done():
            one.landed.set_result(Landed(_refused(reports[one.table], first, len(one.rows)), pushed.online.waiting))


def _refused(report: IngestReport, first: int, count: int) -> dict[int, str]:
    return {refused.row - first: refused.reason for refused in report.refused if first <= refused.row < first + count}
