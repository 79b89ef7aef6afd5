"""The only place where ports meet adapters."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from features.clock import Clock, open_clock
from features.compact import CompactStore, open_reader
from features.events.lake import Lake
from playbooks.load import default_book, load_playbook
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from serving.decision.book import CompiledBook
from serving.decision.decide import Decider, Models
from serving.ids import Ids
from serving.records.history import History
from serving.records.keys import Principal, ensure_keys, principals
from serving.records.outbox import Delivery, deliver
from serving.records.store import Store
from serving.records.tables import METADATA
from serving.records.writer import Writer
from serving.settings import Settings
from training.errors import NoModel
from training.registry import CHALLENGER, CHAMPION, Registry

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Service:
    """Everything one worker decides with."""

    settings: Settings
    clock: Clock
    playbook: Playbook
    store: Store
    writer: Writer
    history: History
    customers: CompactStore
    registry: Registry
    decider: Decider
    ids: Callable[[], str]
    models: Models = field(default_factory=lambda: Models(None))
    principals: dict[str, Principal] = field(default_factory=dict)

    def reload_models(self) -> bool:
        """Take up another champion or challenger; True when something changed. A decision sees the old or the new, never a mix."""
        champion, challenger = (self.registry.alias_version(alias) for alias in (CHAMPION, CHALLENGER))
        here = tuple(scorer.version if scorer else None for scorer in (self.models.champion, self.models.challenger))
        wanted = (champion, challenger if challenger != champion else None)
        if here == wanted and champion is not None:
            return False
        try:
            best = self.registry.load(CHAMPION)
        except NoModel as absent:
            _log.warning("%s Decisions use the playbook's starting propensities until then.", absent)
            return False
        self.models = Models(best, self.registry.load(CHALLENGER) if wanted[1] else None, self.registry.stale)
        return True

    def deliver(self) -> Delivery:
        """Bring recorded decisions, outcomes and ended talks to the lake."""
        return deliver(self.store, self.settings.home, self.clock.now)

    def latest(self) -> datetime:
        """How late a reported time may be: now, and the stated skew."""
        return self.clock.now() + self.settings.skew


def open_records(settings: Settings) -> Store:
    """The record store with its tables there."""
    store = Store(settings.database_url)
    METADATA.create_all(store.writing)
    return store


def bootstrap(settings: Settings) -> Service:
    """Put a worker together. Raises PlaybookInvalid with file and line when the playbook is broken: the service does not start then."""
    playbook = load_playbook(settings.playbook or default_book())
    home = settings.home
    lake = Lake(home)
    clock = open_clock(settings.clock, lake.newest_event)
    store = open_records(settings)
    customers = open_reader(home)
    book = CompiledBook.of(playbook, customers.schema, Renderer(playbook))
    history = History(store)
    ids = Ids("dec")
    service: Service
    decider = Decider(lambda _: book, customers, lambda: service.models, history, ids)
    service = Service(
        settings, clock, playbook, store, Writer(store), history, customers, Registry(home, settings.mlflow_uri), decider, ids
    )
    ensure_keys(store, home, clock.now())
    service.principals = principals(store)
    service.reload_models()
    return service
