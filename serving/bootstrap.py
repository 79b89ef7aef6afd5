"""The only place where ports meet adapters."""

from features.clock import WallClock, open_clock
from features.compact import open_reader
from features.events.lake import Lake
from playbooks.load import default_book, load_playbook
from serving.bell import Bell
from serving.books import Books
from serving.decision.decide import Decider
from serving.ids import Ids
from serving.records.history import History
from serving.records.interactions import Remembered
from serving.records.keys import ensure_keys, principals
from serving.records.migrate import migrate
from serving.records.store import Store
from serving.records.stream import Stream
from serving.records.writer import Writer
from serving.service import Service
from serving.settings import Settings
from serving.shelves import shelf_of
from training.registry import Registry


def open_records(settings: Settings) -> Store:
    """The record store, its tables brought up to this release."""
    store = Store(settings.database_url)
    migrate(store)
    return store


def bootstrap(settings: Settings) -> Service:
    """Put a worker together. Raises PlaybookInvalid with file and line when the playbook is broken: the service does not start then."""
    playbook = load_playbook(settings.playbook or default_book())
    home = settings.home
    lake = Lake(home)
    clock = open_clock(settings.clock, lake.newest_event)
    store = open_records(settings)
    customers = open_reader(home)
    books = Books(playbook, lambda: customers.schema, lambda tenant: shelf_of(settings, tenant, playbook.playbook_id), WallClock().now)
    history = History(store)
    stream = Stream(store)
    service: Service
    decider = Decider(books.of, customers, lambda: service.models, history, Ids("dec"))
    service = Service(
        settings,
        clock,
        books,
        store,
        Writer(store),
        history,
        customers,
        Registry(home, settings.mlflow_uri),
        decider,
        Remembered(store),
        stream,
        Bell(stream),
    )
    ensure_keys(store, home, clock.now())
    service.principals = principals(store)
    books.take(service.fresher_books())
    service.reload_models()
    return service
