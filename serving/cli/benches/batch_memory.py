"""What the making of a list holds in memory: a process of its own decides for a crowd and plans, and says how much more it had than before."""

import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from features.compact import CompactStore
from features.customer import CustomerFeatures, FeatureSchema
from features.home import Home
from serving.bootstrap import bootstrap
from serving.decision.decide import Decider
from serving.ids import Ids
from serving.outbound.campaign import campaign
from serving.outbound.canvass import Canvass, Terms, slots_after
from serving.outbound.kept import Kept
from serving.outbound.options import options_of
from serving.outbound.plan import Limits
from serving.settings import read_settings
from training.reach import PARTS, Reach
from training.together import together

CHANNELS = ("voice", "sms", "wechat", "app")


@dataclass(frozen=True, slots=True)
class Cycled:
    """As many customers as one likes: the known ones again and again, under ids of their own."""

    store: CompactStore
    known: int

    @property
    def schema(self) -> FeatureSchema:
        return self.store.schema

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:
        return replace(self.store.read(f"c{int(customer_id[1:]) % self.known + 1:06d}", at), customer_id=customer_id, ids=())


def in_a_process(measure: Callable[[Home, int], float], home: Home, customers: int) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (home, customers))


def listed(known: int, home: Home, customers: int) -> float:
    """Megabytes to decide for everybody on four channels through `playcall batch`'s own way, and to plan; the list is not written."""
    service = bootstrap(read_settings({"PLAYCALL_HOME": str(home.root), "PLAYCALL_CLOCK": "data"}))
    book, now = service.playbook(service.tenant), service.clock.now()
    reader = Cycled(service.customers, known)
    decider = Decider(service.books.of, reader, lambda: service.models, service.history, Ids("dec"), service.styles.of)
    reach = np.full((customers, len(CHANNELS), len(PARTS)), 0.5)
    canvass = Canvass(
        book,
        Reach(tuple(f"x{number}" for number in range(customers)), CHANNELS, reach, frozenset()),
        Terms(CHANNELS, frozenset(), 0.1, 6.0),
        slots_after(now.astimezone(ZoneInfo(book.timezone)), 1),
        service.tenant,
        Ids("dec")(),
    )
    decide = partial(decider.decide_all, together=together)
    with Kept() as kept:
        return peak(lambda: campaign(options_of(decide, canvass), kept, limits=Limits(), name="bench", control=0.05))


def peak(work: Callable[[], object]) -> float:
    """Megabytes this process had at most during the work above what it had before; what the work gives back is kept until then."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak from here on
    start = _memory("VmRSS")
    given = work()
    grown = round(_memory("VmHWM") - start, 1)
    del given
    return grown


def _memory(name: str) -> float:
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines())
    return float(lines[name].split()[0]) / 1024
