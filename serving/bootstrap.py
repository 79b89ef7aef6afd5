"""The only place where ports meet adapters."""

from dataclasses import replace

from features.clock import WallClock, open_clock
from features.compact import open_reader
from features.events.lake import Lake
from playbooks.load import default_book
from serving.access.gate import Gate
from serving.access.limits import Limits
from serving.access.tokens import Tokens
from serving.bell import Bell
from serving.books import Books
from serving.callers import Callers
from serving.decision.decide import Decider
from serving.ids import Ids
from serving.installation import Installation
from serving.last_book import LastBook
from serving.records.audit import Audit
from serving.records.history import History
from serving.records.interactions import Remembered
from serving.records.keys import DEFAULT_TENANT, ensure_keys, principals
from serving.records.migrate import migrate
from serving.records.store import Store
from serving.records.stream import Stream
from serving.records.writer import Writer
from serving.service import Service
from serving.settings import Settings
from serving.shelves import shelf_of
from serving.styles import Styles
from serving.timeline import Timeline
from training.registry import Registry


def open_records(settings: Settings) -> Store:
    """The record store, its tables brought up to this release."""
    store = Store(settings.database_url)
    migrate(store)
    return store


def bootstrap(settings: Settings) -> Service:
    """The service of the installation's own tenant. Raises PlaybookInvalid with file and line when the playbook is broken and no good one of this folder is kept."""
    store = open_records(settings)
    return _serve(settings, DEFAULT_TENANT, store, Writer(store))


def install(own: Service) -> Installation:
    """A service for every tenant with a home, over the one record store, and the gate before them."""
    settings, store = own.settings, own.store
    services = {own.tenant: own}
    for name, home in settings.home.tenants().items():
        # A tenant's models and playbook are nobody else's: neither the shared MLflow server nor the folder of the command line is theirs.
        book = home.root / "playbook"
        known = book.is_dir() or LastBook(home.last_books, name, book).read() is not None
        theirs = replace(settings, home=home, mlflow_uri=None, playbook=book if known else None)
        services[name] = _serve(theirs, name, store, own.writer)
    tokens = None
    if settings.oidc_issuer and settings.oidc_jwks:
        tokens = Tokens(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks, settings.skew.total_seconds())
    return Installation(services, Gate(lambda: principals(store), Limits(settings.rate_limit), tokens), Audit(store))


def _last_book(settings: Settings, tenant: str) -> LastBook:
    return LastBook(settings.home.last_books, tenant, settings.playbook or default_book())


def _serve(settings: Settings, tenant: str, store: Store, writer: Writer) -> Service:
    home = settings.home
    lake = Lake(home)
    clock = open_clock(settings.clock, lake.newest_event)
    customers = open_reader(home)
    last = _last_book(settings, tenant)
    books = Books(last.first(), lambda: customers.schema, lambda whose, book: shelf_of(settings, whose, book), WallClock().now, last)
    history = History(store)
    stream = Stream(store)
    service: Service
    styles = Styles(store, lambda tenant: books.of(tenant).playbook)
    decider = Decider(books.of, customers, lambda: service.models, history, Ids("dec"), styles.of)
    service = Service(
        tenant,
        settings,
        clock,
        books,
        store,
        writer,
        history,
        customers,
        Registry(home, settings.mlflow_uri),
        decider,
        Callers(home, customers, store),
        Timeline(home, customers, store),
        Remembered(store),
        stream,
        Bell(stream),
        styles,
    )
    ensure_keys(store, home, WallClock().now(), tenant)
    books.start(tenant)
    service.reload_models()
    return service
