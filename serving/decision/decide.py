"""The decision: from a moment to a short ranked list of actions, each with its words. Pure: everything it needs comes through ports."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

import numpy as np

from features.action_history import happened_before
from features.customer import CustomerFeatures, CustomerReader, HistoryEvent
from features.errors import OnlineStoreError
from serving.decision.arbitration import Priced
from serving.decision.assignment import CHALLENGER, customer_month, group_of
from serving.decision.beliefs import NOTHING_BELIEVED, Beliefs
from serving.decision.book import CompiledBook
from serving.decision.candidates import living, personal_bundle
from serving.decision.cards import Draw, deal, places, word_all
from serving.decision.catalogue import Standing, positions
from serving.decision.funnel import Sight, recall_fallback, withhold
from serving.decision.moment import Moment
from serving.decision.past import digest, merge
from serving.decision.propensity import Chances, talk_of
from serving.decision.reading import kept, nobody
from serving.decision.record import Bundle, Decision, Ranking, Shown
from serving.decision.style import Taste
from serving.errors import RecordError
from training.errors import TrainingError
from training.scorer import Liking, Scorer
from training.talk import Talk

Together = Callable[[Scorer, Sequence[tuple[CustomerFeatures, Talk]], Sequence[str]], Scorer]
"""Tells a model beforehand whom, in which talk and about which actions it will be asked."""
ADVICE_LASTS = timedelta(minutes=10)
"""How long a decision may be acted upon. A talk moves on; an older decision is asked for again."""


class ContactHistory(Protocol):
    """The live records: what became of proposals, including those the feature store has not heard of yet."""

    def recent(self, tenant: str, customer_id: str) -> Sequence[HistoryEvent]:
        """Raises RecordError when the records cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Models:
    """What there is to score with. champion None: no model at all. stale: a last good copy, because the registry is away."""

    champion: Scorer | None
    challenger: Scorer | None = None
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Assigned:
    """The experiment arm of this customer in this month."""

    group: str
    unit: str
    scorer: Scorer | None
    beliefs: Beliefs = NOTHING_BELIEVED


@dataclass(frozen=True, slots=True)
class Composed:
    """The ranking and the cards that came of it. held_back: the set of the actions this person is never proposed."""

    priced: Priced | None
    cards: tuple[Shown, ...]
    held_back: int = 0


class Decider:
    """Decides moments. Ports are given once: books by tenant, the customer read, the models of now, live history, a maker of ids, beliefs about styles by tenant."""

    def __init__(
        self,
        books: Callable[[str], CompiledBook],
        customers: CustomerReader,
        models: Callable[[], Models],
        history: ContactHistory,
        ids: Callable[[], str],
        beliefs: Callable[[str], Beliefs] = lambda _: NOTHING_BELIEVED,
    ) -> None:
        self._books = books
        self._customers = customers
        self._models = models
        self._history = history
        self._ids = ids
        self._beliefs = beliefs

    def decide(self, moment: Moment) -> Decision:
        """One decision. Raises MomentError for a channel or language the playbook does not declare; what is away degrades, it does not fail."""
        decision_id = self._ids()
        book = self._books(moment.tenant)
        sight = self._see(book, moment)
        return _decided(decision_id, book, sight, self._assign(book, sight))

    def decide_all(self, tenant: str, moments: Mapping[str, Moment], together: Together) -> list[Decision]:
        """The same for moments of one tenant, by the id each decision will have; those who have the same model are scored together."""
        book = self._books(tenant)
        sights = [self._see(book, moment) for moment in moments.values()]
        assigned = _scored([self._assign(book, sight) for sight in sights], sights, book.catalogue.ids, together)
        return [_decided(made, book, sight, arm) for made, sight, arm in zip(moments, sights, assigned, strict=True)]

    def _see(self, book: CompiledBook, moment: Moment) -> Sight:
        degraded = ["playbook_stale"] if book.stale else []
        channel, language = book.channel(moment.channel), book.language(moment.language)
        customer = self._read_customer(book, moment, degraded)
        events = merge(*self._read_history(moment, customer, degraded), customer.history)
        past = digest(events, moment.interaction_id, moment.at)
        if not customer.before:
            customer = replace(customer, before=happened_before(events, moment.at))
        return Sight(moment, channel, language, customer, past, book.reading.of(moment, customer), degraded)

    def _read_customer(self, book: CompiledBook, moment: Moment, degraded: list[str]) -> CustomerFeatures:
        try:
            customer = self._customers.read(moment.customer_id, moment.at)
        except OnlineStoreError:
            degraded.append("features_unavailable")
            return nobody(moment.customer_id, book.reading.schema)
        if not (customer.known and moment.customer_known):
            degraded.append("customer_unknown")
        return customer

    def _read_history(self, moment: Moment, customer: CustomerFeatures, degraded: list[str]) -> Sequence[Sequence[HistoryEvent]]:
        """What was answered under each id of the person."""
        try:
            return [self._history.recent(moment.tenant, customer_id) for customer_id in customer.ids or (moment.customer_id,)]
        except RecordError:
            degraded.append("history_unavailable")
            return ()

    def _assign(self, book: CompiledBook, sight: Sight) -> Assigned:
        """A challenger's share goes to the champion while there is no challenger."""
        models, experiment, customer_id = self._models(), book.playbook.experiment, sight.customer.person_id
        unit = customer_month(customer_id, sight.moment.at.astimezone(book.zone))
        challenger_share = experiment.challenger_share if models.challenger is not None else 0.0
        group = group_of(unit, customer_id, experiment.control_share, challenger_share)
        scorer = models.challenger if group == CHALLENGER else models.champion
        if models.stale:
            sight.degraded.append("model_stale")
        return Assigned(group, unit, scorer, self._beliefs(sight.moment.tenant))


def _scored(assigned: Sequence[Assigned], sights: Sequence[Sight], action_ids: Sequence[str], together: Together) -> list[Assigned]:
    """Every arm with its model told beforehand of all who are in it."""
    crowds: dict[int, Scorer | None] = {id(arm.scorer): arm.scorer for arm in assigned}
    for key, scorer in crowds.items():
        if scorer is not None:
            mine = [sight for arm, sight in zip(assigned, sights, strict=True) if arm.scorer is scorer]
            with suppress(TrainingError):  # asked one by one, each decision says what it does without
                crowds[key] = together(scorer, [(sight.customer, talk_of(sight.moment)) for sight in mine], action_ids)
    return [replace(arm, scorer=crowds[id(arm.scorer)]) for arm in assigned]


def _decided(decision_id: str, book: CompiledBook, sight: Sight, assigned: Assigned) -> Decision:
    standing = withhold(book, sight)
    composed = _compose(book, sight, standing, assigned, decision_id)
    return _record(decision_id, book, sight, standing, assigned=assigned, composed=composed)


def _compose(book: CompiledBook, sight: Sight, standing: Standing, assigned: Assigned, decision_id: str) -> Composed:
    """Rank and word those who stand. Who turns out to have no words falls, and the order is made anew without it; so does, of those that would
    have had a card, who is held back from this person by chance: what stands without a card tells nothing of what a card does."""
    fallback, held_back = False, book.incremental.held_back(sight.customer.person_id)
    while True:
        if not standing.alive:
            if fallback or not recall_fallback(book, sight, standing):
                sight.degraded.append("nothing_allowed")
                return Composed(None, ())
            fallback = True
        priced, likings = _price(book, sight, standing, assigned)
        draw = Draw(assigned.group, decision_id, book.playbook.experiment.exploration_share, fallback)
        chosen = places(priced, sight.moment.limit, draw)
        taste = Taste.of(sight.moment, sight.read, sight.channel.medium, decision_id, beliefs=assigned.beliefs, likings=likings)
        scripts, unsayable = word_all(book, sight, priced, chosen, taste)
        falling = held_back and held_back & sum(1 << priced.slots[place.position] for place in chosen)
        if not unsayable and not falling:
            return Composed(priced, deal(book, sight.language, priced, chosen, scripts=scripts, draw=draw), held_back)
        book.scripts.drop(standing, unsayable, sight.language)
        if not unsayable:
            standing.withhold(falling, book.incremental.notices(sight.language))


def _price(book: CompiledBook, sight: Sight, standing: Standing, assigned: Assigned) -> tuple[Priced, Mapping[str, Liking]]:
    """Also what the model knows of this person's liking of words."""
    slots = np.array(positions(standing.alive), dtype=np.intp)
    scores = None
    if assigned.scorer is None:
        _degrade(sight, "model_unavailable")
    else:
        try:
            scores = assigned.scorer.score(sight.customer, talk_of(sight.moment), living(book.catalogue, standing))
        except TrainingError:
            _degrade(sight, "model_unavailable")
    chances = Chances.of(book.starting, book.incremental, slots, scores)
    priced = book.arbitration.rank(
        slots,
        chances.propensity,
        chances.evidence,
        alive=standing.alive,
        channel_cost=sight.channel.cost,
        read=sight.read,
        uplift=chances.uplift,
    )
    return priced, {} if scores is None else scores.likings


def _degrade(sight: Sight, word: str) -> None:
    if word not in sight.degraded:
        sight.degraded.append(word)


def _record(decision_id: str, book: CompiledBook, sight: Sight, standing: Standing, *, assigned: Assigned, composed: Composed) -> Decision:
    moment = sight.moment
    scored = assigned.scorer is not None and "model_unavailable" not in sight.degraded
    return Decision(
        decision_id=decision_id,
        tenant=moment.tenant,
        interaction_id=moment.interaction_id,
        customer_id=moment.customer_id,
        channel=moment.channel,
        direction=moment.direction,
        language=sight.language,
        agent_id=moment.agent.agent_id,
        decided_at=moment.at,
        expires_at=moment.at + ADVICE_LASTS,
        playbook_version=book.playbook.version,
        model_versions={"propensity": assigned.scorer.version} if scored and assigned.scorer is not None else {},
        scene=moment.scene,
        group=assigned.group,
        unit=assigned.unit,
        actions=composed.cards,
        withheld=tuple(standing.withheld),
        degraded=tuple(sight.degraded),
        features=kept(sight.read, book.recorded),
        ranking=_ranking(book, composed.priced),
        bundle=_bundle(book, composed.priced, composed.held_back),
        certificates=moment.agent.certificates,
        seen=sight.customer,
    )


def _ranking(book: CompiledBook, priced: Priced | None) -> Ranking:
    if priced is None:
        return Ranking()
    ids = tuple([book.catalogue.ids[slot] for slot in priced.slots])
    return Ranking(
        ids,
        priced.propensity,
        priced.context,
        priced.value,
        priced.lever,
        priced.cost,
        priced.priority,
        priced.evidence,
        priced.mandatory,
        book.playbook.experiment.exploration_share,
        priced.uplift,
    )


def _bundle(book: CompiledBook, priced: Priced | None, held_back: int) -> Bundle | None:
    """The best that go together, without what must be said anyway and what this person is not to be proposed."""
    if priced is None:
        return None
    actions, start = book.catalogue.actions, priced.mandatory
    ranked = zip(priced.slots[start:], priced.propensity[start:], strict=True)
    return personal_bundle((actions[slot], chance) for slot, chance in ranked if not held_back >> slot & 1)
