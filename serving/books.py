"""Which book each tenant decides with: the version that rules, taken up between two decisions; the folder given at the start before there is one."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from features.customer import FeatureSchema
from playbooks.errors import PlaybookError
from playbooks.load import load_contents
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from playbooks.versions.shelf import Shelf
from serving.decision.book import CompiledBook
from serving.errors import ServingError
from serving.last_book import LastBook, Source

_log = logging.getLogger(__name__)
TRY_BROKEN_AGAIN = timedelta(seconds=10)
AWAY = (PlaybookError, ServingError, OSError)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the book that rules is not in use: what was said of it, of which version (None: of all), and when it is tried again."""

    said: str
    version: int | None
    again: datetime


@dataclass(slots=True)
class Books:
    """first: decides until a version rules. shelves: a tenant's versions of that book. now: the wall clock, since publishing is what people do today.

    last: where the last good book is kept; None, for a single piece of work, decides with the first one alone.

    `fresher` may run beside decisions, `take` must not: the event loop calls it between two of them.
    """

    first: Source
    schema: Callable[[], FeatureSchema]
    shelves: Callable[[str, str], Shelf]
    now: Callable[[], datetime]
    last: LastBook | None = None
    _first: CompiledBook = field(init=False)
    _ruling: Mapping[str, CompiledBook] = field(init=False, default_factory=dict)
    _trouble: dict[str, Trouble] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._first = replace(self._compiled(self.first.playbook), stale=self.first.broken)

    def of(self, tenant: str) -> CompiledBook:
        return self._ruling.get(tenant, self._first)

    def then(self, tenant: str, version: str) -> Playbook:
        """The book as it was in this version, so that a decision is explained by the rules that made it; the present one when that is not kept."""
        present = self.of(tenant).playbook
        if version == present.version or not version.isdigit():
            return present
        try:
            return self.shelf(tenant).load(int(version))
        except PlaybookError:
            _log.exception("version %s of %s cannot be read; the present one stands in for it", version, tenant)
            return present

    def shelf(self, tenant: str) -> Shelf:
        return self.shelves(tenant, self.first.playbook.playbook_id)

    def start(self, tenant: str) -> None:
        """Take up what rules, or, when that cannot be read, the last good book."""
        if self.last is None:
            return
        fresh = self.fresher([tenant])
        self.take(fresh)
        if not self._trouble.get(tenant):
            if not self.first.broken and tenant not in fresh:
                self.last.keep(self.first.playbook.version, self.first.contents)
            return
        last = self.last.read()
        if last is not None and last.published:
            _log.error("version %s, the last good one of %s, decides until the versions can be read", last.playbook.version, tenant)
            self.take({tenant: replace(self._compiled(last.playbook), stale=True)})

    def fresher(self, tenants: Iterable[str]) -> dict[str, CompiledBook]:
        """The books that should take the place of those in use. What cannot be read is said once and replaces nothing; the book in use is stale then."""
        fresh = {}
        for tenant in tenants:
            book = self._fresher(tenant)
            if book is not None:
                fresh[tenant] = book
        return fresh

    def take(self, fresh: Mapping[str, CompiledBook]) -> None:
        """Decide with these from now on."""
        self._ruling = {**self._ruling, **fresh}

    def _fresher(self, tenant: str) -> CompiledBook | None:
        present, version = self.of(tenant), None
        try:
            ruling = self.shelf(tenant).ruling(self.now())
            if ruling is None:
                return self._settled(tenant, present, self._first)
            version = ruling.version
            if str(version) == present.playbook.version:
                return self._settled(tenant, present, replace(present, stale=False))
            if self._waits(tenant, version):
                return None
            return self._settled(tenant, present, self._loaded(tenant, version))
        except AWAY as trouble:
            self._tell(tenant, version, trouble)
            return None if present.stale else replace(present, stale=True)

    def _settled(self, tenant: str, present: CompiledBook, wanted: CompiledBook) -> CompiledBook | None:
        self._trouble.pop(tenant, None)
        return None if (wanted.playbook.version, wanted.stale) == (present.playbook.version, present.stale) else wanted

    def _loaded(self, tenant: str, version: int) -> CompiledBook:
        contents = self.shelf(tenant).contents(version)
        book = self._compiled(load_contents(f"version {version}", contents, str(version)))
        if self.last is not None:
            self.last.keep(str(version), contents)
        _log.info("%s decides with version %s of the playbook from now on", tenant, version)
        return book

    def _waits(self, tenant: str, version: int) -> bool:
        trouble = self._trouble.get(tenant)
        return trouble is not None and trouble.version == version and self.now() < trouble.again

    def _tell(self, tenant: str, version: int | None, trouble: Exception) -> None:
        before = self._trouble.get(tenant)
        if before is None or (before.said, before.version) != (str(trouble), version):
            what = "the versions" if version is None else f"version {version}"
            _log.error("%s of %s cannot be used and the book before stays: %s", what, tenant, trouble)
        self._trouble[tenant] = Trouble(str(trouble), version, self.now() + TRY_BROKEN_AGAIN)

    def _compiled(self, playbook: Playbook) -> CompiledBook:
        return CompiledBook.of(playbook, self.schema(), Renderer(playbook))
