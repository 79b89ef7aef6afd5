"""What one worker decides with: the ports, put together by the bootstrap and used by the routes."""

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from features.clock import Clock, ClockKind, open_clock
from features.compact import CompactStore
from features.events.lake import Lake
from features.push import Pushed, push_tables
from playbooks.schema.playbook import Playbook
from serving.bell import Bell
from serving.books import Books
from serving.callers import Callers
from serving.courier import Courier
from serving.decision.book import CompiledBook
from serving.decision.decide import Decider, Models
from serving.errors import MomentError
from serving.finding import Finder
from serving.pushing import Pusher, Rows
from serving.records.history import History
from serving.records.idempotency import forget_old
from serving.records.interactions import Remembered
from serving.records.outbox import Delivery, deliver, news_waits, waiting_decisions
from serving.records.proposals import Unseen
from serving.records.shadow import Shadow
from serving.records.store import Store
from serving.records.stream import Stream
from serving.records.writer import Writer
from serving.settings import Settings
from serving.styles import Styles
from serving.timeline import Timeline
from training.errors import NoModel, NotTrusted
from training.registry import CHALLENGER, CHAMPION, Registry
from training.scorer import Scorer

GATHERING_SECONDS = 10.0
"""How long decisions alone gather before they go to the lake: what was proposed to a customer is read from the records at once."""
MISSING_SECONDS = 300.0
"""How long decisions do without a challenger whose files are gone before they are looked for again."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Service:
    """Everything one worker decides with for one tenant. courier: who brings the records to the lake; None, this process does it itself."""

    tenant: str
    settings: Settings
    clock: Clock
    books: Books
    store: Store
    writer: Writer
    history: History
    customers: CompactStore
    registry: Registry
    decider: Decider
    callers: Callers
    timeline: Timeline
    remembered: Remembered
    stream: Stream
    bell: Bell
    styles: Styles
    courier: Courier | None = None
    pusher: Pusher = field(init=False)
    finder: Finder = field(default_factory=Finder)
    models: Models = field(default_factory=lambda: Models(None))
    modelless: bool = False
    refused: str | None = None
    refused_until: float = math.inf
    delivered_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.pusher = Pusher(self.push)

    def push(self, tables: Mapping[str, Rows]) -> Pushed:
        """Bring rows of events to the lake and online."""
        return push_tables(self.settings.home, tables, self.clock, self.customers)

    def playbook(self, tenant: str) -> Playbook:
        """The book this tenant decides with now."""
        return self.books.of(tenant).playbook

    def known_fields(self) -> frozenset[str]:
        """`customer.<name>` of every feature that can be read."""
        schema = self.customers.schema
        return frozenset(f"customer.{name}" for name in (*schema.numbers, *schema.texts))

    def fresher_books(self) -> dict[str, CompiledBook]:
        """The book that waits to be taken up, if there is one."""
        return self.books.fresher([self.tenant])

    def learn_styles(self) -> None:
        """Count what customers answered to each style since the last time."""
        self.styles.catch_up([self.tenant])

    def reload_models(self) -> bool:
        """Take up another champion or challenger; True when something changed. A decision sees the old or the new, never a mix."""
        champion, challenger = self.registry.watch(CHAMPION, CHALLENGER)
        here = tuple(scorer.version if scorer else None for scorer in (self.models.champion, self.models.challenger))
        wanted = (champion, challenger if challenger not in {champion, self._left_out()} else None)
        if champion is None and self.models.champion is not None:
            return self._stay_with_last_good()
        if here == wanted and champion is not None and not self.models.stale:
            return False
        try:
            best = self.registry.load(CHAMPION)
        except NoModel as absent:
            if not self.modelless:
                _log.warning("%s Decisions use the playbook's starting propensities until then.", absent)
            self.modelless = True
            return False
        self.modelless = False
        stale, tried = self.registry.stale, self._challenger(wanted[1])
        before, self.models = self.models, Models(best, tried, stale or (tried is not None and self.registry.stale))
        return here != (best.version, tried.version if tried else None) or before.stale != self.models.stale

    def _left_out(self) -> str | None:
        """The challenger that is not asked for now: a refused one until the alias moves, a missing one for a while."""
        return self.refused if time.monotonic() < self.refused_until else None

    def _challenger(self, version: str | None) -> Scorer | None:
        """Decisions do without a challenger that cannot be had: the champion is not kept waiting for it."""
        if version is None:
            return None
        try:
            return self.registry.load(CHALLENGER)
        except NoModel as refused:
            self.refused = version
            self.refused_until = math.inf if isinstance(refused, NotTrusted) else time.monotonic() + MISSING_SECONDS
            _log.warning("there is no challenger: %s", refused)
            return None

    def _stay_with_last_good(self) -> bool:
        """The registry is away: what is in use stays in use, and every decision says so."""
        if self.models.stale:
            return False
        _log.warning("the model registry cannot be read; version %s stays in use", self.models.champion and self.models.champion.version)
        self.models = replace(self.models, stale=True)
        return True

    def scorer(self, version: str | None) -> Scorer | None:
        """The model of this version, None when there was none or it is gone."""
        if version is None:
            return None
        serving = next((scorer for scorer in (self.models.champion, self.models.challenger) if scorer and scorer.version == version), None)
        if serving is not None:
            return serving
        try:
            return self.registry.load_version(version)
        except NoModel as gone:
            _log.warning("an explanation does without its model: %s", gone)
            return None

    def deliver(self) -> Delivery:
        """Bring recorded decisions, outcomes and ended talks to the lake."""
        self.delivered_at = time.monotonic()
        if self.courier is None:
            return deliver(self.store, self.settings.home, self.clock, self.tenant, self._unseen())
        return self.courier.deliver(self.settings.home, self.clock, self.tenant, self._unseen())

    def _unseen(self) -> Unseen:
        """What the challenger says in the shadow of the champion's decisions, where there is one."""
        challenger = self.models.challenger
        if challenger is None:
            return {}
        shadow = Shadow(self.store, self.tenant, challenger, self.books.of(self.tenant), self.settings.shadow_share)
        return shadow.said_of(waiting_decisions(self.store, self.tenant, shadow.wants))

    def deliver_due(self) -> None:
        """The same, when an outcome or an ended talk waits, or decisions have gathered long enough. One worker of several does it for all."""
        gathered = time.monotonic() - self.delivered_at >= GATHERING_SECONDS
        if self.courier is not None and not self.courier.on_duty():
            if gathered:
                self.follow_deliveries()
        elif gathered or news_waits(self.store, self.tenant):
            self.deliver()

    def follow_deliveries(self) -> None:
        """Another worker delivers: a clock that stands by the events comes along."""
        self.delivered_at = time.monotonic()
        if self.clock.kind is ClockKind.DATA:
            self.clock.follow(open_clock(ClockKind.DATA, Lake(self.settings.home).newest_event).now())

    def join_strangers(self) -> int:
        """Give the talks of callers nobody knew to the customers who by now own their identities."""
        return self.callers.join_known(self.tenant, self.clock.now())

    def forget_answers(self) -> int:
        """Drop the answers kept for Idempotency-Keys whose day is over."""
        return forget_old(self.store, self.clock.now())

    def asked_at(self, at: datetime | None) -> datetime:
        """The moment a request is about: its own by a request's clock, now when it names none. Raises MomentError where requests name none."""
        if at is None:
            return self.clock.now()
        if self.clock.kind is not ClockKind.REQUEST:
            raise MomentError(f"at is only taken with --clock request; this service runs on the clock '{self.clock.kind.value}'", "at")
        return at

    def now_after(self, before: datetime) -> datetime:
        """Now, and not before what it follows. By a request's clock it is the moment of that: nothing but a request moves on."""
        return before if self.clock.kind is ClockKind.REQUEST else max(self.clock.now(), before)

    def latest(self) -> datetime:
        """How late a reported time may be: now, and the stated skew."""
        return self.clock.now() + self.settings.skew
