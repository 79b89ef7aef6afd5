"""Which book each tenant decides with: the version that rules, taken up between two decisions; the folder given at the start before there is one."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from features.customer import FeatureSchema
from playbooks.errors import PlaybookError
from playbooks.render import Renderer
from playbooks.schema.playbook import Playbook
from playbooks.versions.shelf import Shelf
from serving.decision.book import CompiledBook
from serving.errors import ServingError

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Books:
    """first: the book of the folder. shelves: a tenant's versions of that book. now: the wall clock, since publishing is what people do today.

    `fresher` may run beside decisions, `take` must not: the event loop calls it between two of them.
    """

    first: Playbook
    schema: Callable[[], FeatureSchema]
    shelves: Callable[[str], Shelf]
    now: Callable[[], datetime]
    _first: CompiledBook = field(init=False)
    _ruling: Mapping[str, CompiledBook] = field(init=False, default_factory=dict)
    _refused: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._first = self._compiled(self.first)

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
        return self.shelves(tenant)

    def fresher(self, tenants: Iterable[str]) -> dict[str, CompiledBook]:
        """The books that should take the place of those in use. A version that cannot be loaded is said once and replaces nothing."""
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
        try:
            ruling = self.shelf(tenant).ruling(self.now())
        except ServingError:
            _log.exception("the versions of %s cannot be found; its book stays", tenant)
            return None
        if ruling is None or str(ruling.version) == self.of(tenant).playbook.version or self._refused.get(tenant) == ruling.version:
            return None
        try:
            book = self._compiled(self.shelf(tenant).load(ruling.version))
        except PlaybookError as broken:
            self._refused[tenant] = ruling.version
            _log.error("version %s of %s cannot be used and the one before stays: %s", ruling.version, tenant, broken)
            return None
        self._refused.pop(tenant, None)
        _log.info("%s decides with version %s of the playbook from now on", tenant, ruling.version)
        return book

    def _compiled(self, playbook: Playbook) -> CompiledBook:
        return CompiledBook.of(playbook, self.schema(), Renderer(playbook))
