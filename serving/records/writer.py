"""Group commit: what many requests want to keep goes to disk in one transaction, and each is answered only after it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from serving.errors import Overloaded, RecordError
from serving.records.lines import Line, insert_lines
from serving.records.store import Store


@dataclass(frozen=True, slots=True)
class Work:
    """What one request wants kept, all of it or nothing. Steps run after the lines, in the same transaction, and may raise AlreadyKept."""

    lines: Sequence[Line] = ()
    steps: Sequence[Callable[[Connection], None]] = ()


class AlreadyKept(RecordError):
    """A row with this key was kept by somebody else first."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """until: by the loop's clock."""

    work: Work
    done: "asyncio.Future[None]"
    until: float


_SLOW = "the record store takes too long; nothing of the request was recorded, so it may be sent again"


def perform(connection: Connection, works: Sequence[Work]) -> None:
    """Run the works in the open transaction."""
    insert_lines(connection, (line for work in works for line in work.lines))
    for work in works:
        for step in work.steps:
            step(connection)


@dataclass(slots=True)
class Writer:
    """Collects the works of one event loop and commits them in groups from one thread.

    capacity: works waiting at once before new ones are refused with Overloaded. patience: seconds a work may wait for its commit to begin.
    """

    store: Store
    capacity: int = 4096
    patience: float = 2.0
    _waiting: list["_Waiting"] = field(default_factory=list)
    _draining: "asyncio.Task[None] | None" = None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "records"))

    async def write(self, work: Work) -> None:
        """Return once the work is on disk. Raises AlreadyKept, Overloaded or RecordError; then nothing of it was kept."""
        if len(self._waiting) >= self.capacity:
            raise Overloaded("more is waiting to be kept than the record store can take; try again shortly")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append(_Waiting(work, done, loop.time() + self.patience))
        if self._draining is None or self._draining.done():
            self._draining = loop.create_task(self._drain())
            loop.call_later(self.patience, self._give_up)
        await done

    def _give_up(self) -> None:
        """Refuse what waited too long while one commit took its time. What is in that commit waits for its end: nobody knows yet how it goes."""
        loop = asyncio.get_running_loop()
        late = [waiting for waiting in self._waiting if waiting.until <= loop.time()]
        self._waiting = [waiting for waiting in self._waiting if waiting.until > loop.time()]
        for waiting in late:
            if not waiting.done.done():
                waiting.done.set_exception(Overloaded(_SLOW))
        if self._draining is not None and not self._draining.done():
            loop.call_later(self.patience / 4, self._give_up)

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            errors = await loop.run_in_executor(self._thread, self.commit, [waiting.work for waiting in group])
            for waiting, error in zip(group, errors, strict=True):
                if waiting.done.done():
                    continue
                if error is None:
                    waiting.done.set_result(None)
                else:
                    waiting.done.set_exception(error)

    def commit(self, works: Sequence[Work]) -> list[Exception | None]:
        """One transaction for all; if one work cannot be kept, one for each, so that only that work is refused."""
        try:
            with self.store.transaction() as connection:
                perform(connection, works)
        except (IntegrityError, AlreadyKept) as error:
            if len(works) > 1:
                return [self.commit([work])[0] for work in works]
            return [error if isinstance(error, AlreadyKept) else _clash(error)]
        except RecordError as error:
            return [_lost(error)] * len(works)
        except Exception as error:  # noqa: BLE001 (a work the driver chokes on must not take its neighbours along, nor leave them waiting)
            return [error] if len(works) == 1 else [self.commit([work])[0] for work in works]
        return [None] * len(works)

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def _clash(error: IntegrityError) -> AlreadyKept:
    clash = AlreadyKept("a record with this key is kept already")
    clash.__cause__ = error
    return clash


def _lost(error: RecordError) -> RecordError:
    lost = RecordError("the record store did not keep this; nothing of the request was recorded, so it may be sent again")
    lost.__cause__ = error
    return lost
