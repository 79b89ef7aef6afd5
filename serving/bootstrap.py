"""The only place where ports meet adapters."""

from collections.abc import Callable
from dataclasses import replace

from features.clock import WallClock, open_clock
from features.compact import open_reader
from features.customer import FeatureSchema
from features.events.lake import Lake
from playbooks.load import default_book
from playbooks.schema.playbook import Playbook
from serving.access.gate import Gate
from serving.access.limits import Limits
from serving.access.tokens import Tokens
from serving.bell import Bell
from serving.books import Books
from serving.callers import Callers
from serving.chosen import settings_of
from serving.courier import Courier
from serving.decision.decide import Decider
from serving.ids import Ids
from serving.installation import Installation
from serving.last_book import LastBook, Source
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


def bootstrap(settings: Settings, tenant: str = DEFAULT_TENANT, playbook: Playbook | None = None) -> Service:
    """The service of one tenant. playbook: decide with this book alone, for a single piece of work; None, follow what is published.

    Raises PlaybookInvalid with file and line when the playbook is broken and no good one of this folder is kept.
    """
    store = open_records(settings)
    return _serve(settings_of(settings, tenant), tenant, store, Writer(store), playbook)


def with_courier(service: Service) -> Service:
    """The service, its deliveries made in a process of their own."""
    service.courier = Courier(service.settings.home, service.settings.database_url)
    return service


def install(own: Service) -> Installation:
    """A service for every tenant with a home, over the one record store, and the gate before them."""
    settings, store = own.settings, own.store
    services = {own.tenant: own}
    for name, home in settings.home.tenants().items():
        theirs = settings_of(settings, name)
        if theirs.playbook is None and LastBook(home.last_books, name, home.book).read() is not None:
            theirs = replace(theirs, playbook=home.book)
        services[name] = _serve(theirs, name, store, own.writer)
        services[name].courier = own.courier
    tokens = None
    if settings.oidc_issuer and settings.oidc_jwks:
        tokens = Tokens(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks, settings.skew.total_seconds())
    return Installation(services, Gate(lambda: principals(store), Limits(settings.rate_limit), tokens), Audit(store))


def _books(settings: Settings, tenant: str, playbook: Playbook | None, schema: Callable[[], FeatureSchema]) -> Books:
    last = LastBook(settings.home.last_books, tenant, settings.playbook or default_book())
    first = last.first() if playbook is None else Source(playbook, {})
    books = Books(first, schema, lambda whose, book: shelf_of(settings, whose, book), WallClock().now, last if playbook is None else None)
    books.start(tenant)
    return books


def _serve(settings: Settings, tenant: str, store: Store, writer: Writer, playbook: Playbook | None = None) -> Service:
    home = settings.home
    lake = Lake(home)
    clock = open_clock(settings.clock, lake.newest_event)
    customers = open_reader(home)
    books = _books(settings, tenant, playbook, lambda: customers.schema)
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
    service.reload_models()
    return service
