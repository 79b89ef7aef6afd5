"""Who is listening to which talk on this worker, and the bell that wakes them: at once for what this worker wrote, soon for the others."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from serving.errors import RecordError
from serving.records.stream import OVERLAP, Stream

LOOK_SECONDS = 0.04
Talk = tuple[str, str]
"""tenant, interaction_id."""


@dataclass(slots=True)
class Bell:
    """Lives in one event loop. One look at the records wakes all listeners; without a listener there is no look."""

    stream: Stream
    _listening: dict[Talk, set[asyncio.Event]] = field(default_factory=dict)
    _looking: "asyncio.Task[None] | None" = None

    @asynccontextmanager
    async def listen(self, talk: Talk) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever something new may be there."""
        rung = asyncio.Event()
        self._listening.setdefault(talk, set()).add(rung)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            yield rung
        finally:
            self._leave(talk, rung)

    def _leave(self, talk: Talk, rung: asyncio.Event) -> None:
        here = self._listening[talk]
        here.discard(rung)
        if not here:
            del self._listening[talk]
        if not self._listening and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def ring(self, tenant: str, interaction_id: str) -> None:
        """Wake the listeners of this talk."""
        for rung in self._listening.get((tenant, interaction_id), ()):
            rung.set()

    async def _look(self) -> None:
        """A store that is away for a while is looked at again; the listeners read for themselves what they missed."""
        seen: set[int] | None = None
        after = 0
        while True:
            with suppress(RecordError):
                after = after or await asyncio.to_thread(self.stream.newest)
                found = await asyncio.to_thread(self.stream.spoken_in, after - OVERLAP)
                # At the first look everything is new: it may have come in after a listener's first read.
                self._wake(talk for number, talk in found if seen is None or number not in seen)
                seen = {number for number, _ in found}
                after = max(seen, default=after)
            await asyncio.sleep(LOOK_SECONDS)

    def _wake(self, talks: Iterable[Talk]) -> None:
        for tenant, interaction_id in set(talks):
            self.ring(tenant, interaction_id)
