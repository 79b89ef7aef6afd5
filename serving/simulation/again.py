"""Deciding logged moments again, under another book: the same customer, the same chance, the same model."""

from collections.abc import Callable, Sequence
from datetime import datetime

from features.customer import CustomerFeatures, FeatureSchema, HistoryEvent
from serving.decision.beliefs import Beliefs
from serving.decision.book import CompiledBook
from serving.decision.decide import ContactHistory, Decider, Models
from serving.decision.record import Decision
from serving.errors import MomentError
from serving.records.moments import LoggedMoment


class Seen:
    """A CustomerReader that gives the customer as logged."""

    def __init__(self, schema: FeatureSchema) -> None:
        self.schema = schema
        self.customer: CustomerFeatures | None = None

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:  # noqa: ARG002 (the moment's own)
        if self.customer is None:
            raise AssertionError(f"{customer_id} was read before a moment was set")
        return self.customer

    def write_history(self, customer_id: str, events: Sequence[HistoryEvent]) -> None:
        raise AssertionError(f"a simulation writes nothing, also not about {customer_id} ({len(events)} events)")


class Again:
    """Decides with one book. The decision keeps the logged id, since chance is drawn from it: two books see the same draw."""

    def __init__(self, book: CompiledBook, models: Models, history: ContactHistory, beliefs: Callable[[str], Beliefs]) -> None:
        self.book = book
        self._seen = Seen(book.reading.schema)
        self._decision_id = ""
        self._decider = Decider(lambda _: book, self._seen, lambda: models, history, lambda: self._decision_id, beliefs)

    def decide(self, logged: LoggedMoment) -> Decision | None:
        """None when this book no longer declares the moment's channel or language."""
        self._seen.customer, self._decision_id = logged.seen, logged.decision_id
        try:
            return self._decider.decide(logged.moment)
        except MomentError:
            return None
