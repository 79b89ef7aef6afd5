"""The only place where ports meet adapters."""

from features.clock import open_clock
from features.compact import open_reader
from features.events.lake import Lake
from playbooks.load import default_book, load_playbook
from playbooks.render import Renderer
from serving.decision.book import CompiledBook
from serving.decision.decide import Decider
from serving.ids import Ids
from serving.records.history import History
from serving.records.keys import ensure_keys, principals
from serving.records.store import Store
from serving.records.tables import METADATA
from serving.records.writer import Writer
from serving.service import Service
from serving.settings import Settings
from training.registry import Registry


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
    service: Service
    decider = Decider(lambda _: book, customers, lambda: service.models, history, Ids("dec"))
    service = Service(settings, clock, playbook, store, Writer(store), history, customers, Registry(home, settings.mlflow_uri), decider)
    ensure_keys(store, home, clock.now())
    service.principals = principals(store)
    service.reload_models()
    return service
