"""From an order to the cards an agent sees: the cut to k, chance where it is due, the words."""

from collections.abc import Sequence
from dataclasses import dataclass

from playbooks.errors import RenderError
from serving.decision.arbitration import Priced
from serving.decision.assignment import CONTROL
from serving.decision.book import CompiledBook
from serving.decision.exploration import Place, explore, shuffle
from serving.decision.funnel import Sight
from serving.decision.reasons import card_reasons
from serving.decision.record import Shown, ShownScript
from serving.decision.script import Manner
from serving.decision.spoken import about
from serving.decision.style import Taste


@dataclass(frozen=True, slots=True)
class Draw:
    """What chance needs to know: the group decides how, the seed (the decision's id) decides what, so that a replay gives the same."""

    group: str
    seed: str
    share: float
    fallback: bool = False


def places(priced: Priced, limit: int, draw: Draw) -> list[Place]:
    """Who stands at each of the first `limit` ranks: mandatory ones on top, then by priority with a share of chance, or all by chance for control."""
    count, mandatory = len(priced.slots), priced.mandatory
    top = [Place(position, 1.0, False) for position in range(min(mandatory, limit))]
    if draw.group == CONTROL:
        rest = shuffle(count - mandatory, limit - len(top), draw.seed)
    else:
        rest = explore(count - mandatory, limit - len(top), draw.share, draw.seed)
    if not mandatory:
        return rest
    return top + [Place(mandatory + place.position, place.probability, place.explored) for place in rest]


def word_all(book: CompiledBook, sight: Sight, priced: Priced, chosen: Sequence[Place], taste: Taste) -> tuple[list[ShownScript], int]:
    """The scripts of the chosen places, and the set of those whose words cannot be said with what is known."""
    moment, language = sight.moment, sight.language
    values = book.spoken.values(moment, sight.read, language)
    scripts, unsayable = [], 0
    for place in chosen:
        slot = priced.slots[place.position]
        standing, of_style, of_wording = book.scripts.choose(slot, taste, sight.read, moment.channel, language)
        liking = taste.ratio(standing.style, priced.propensity[place.position])
        script, trial = book.trials.heard(standing, sight.customer.person_id, moment.channel)
        spoken, manner = about(book.catalogue.actions[slot], values, language), Manner(of_style, of_wording, liking, trial)
        try:
            words = book.scripts.word(script, spoken, agent=moment.agent, channel=moment.channel, language=language, manner=manner)
        except RenderError:
            unsayable |= 1 << slot
        else:
            scripts.append(words)
    return scripts, unsayable


def deal(
    book: CompiledBook, language: str, priced: Priced, chosen: Sequence[Place], *, scripts: Sequence[ShownScript], draw: Draw
) -> tuple[Shown, ...]:
    """The cards, rank 1 first."""
    labels = book.labels[language]
    cards = []
    for rank, (place, script) in enumerate(zip(chosen, scripts, strict=True), start=1):
        position = place.position
        slot = priced.slots[position]
        action, label, parts = book.catalogue.actions[slot], labels[slot], priced.components(position)
        uplift = priced.uplift_of(position)
        reasons = card_reasons(_why_here(priced, place, rank, draw), parts, priced.evidence[position], language, uplift)
        cards.append(
            Shown(
                rank=rank,
                action_id=action.action_id,
                kind=action.kind.value,
                group=action.group,
                title=label.title,
                accept_label=label.accept,
                decline_label=label.decline,
                propensity=parts.propensity,
                value=parts.value,
                cost=parts.cost,
                priority=priced.priority[position],
                components=parts,
                evidence=priced.evidence[position],
                probability=place.probability,
                explored=place.explored,
                reasons=reasons,
                script=script,
                incremental=book.incremental.on_card(slot, uplift),
            )
        )
    return tuple(cards)


def _why_here(priced: Priced, place: Place, rank: int, draw: Draw) -> str:
    """The code of the first reason on the card."""
    if draw.fallback:
        return "fallback"
    if place.position < priced.mandatory:
        return "mandatory"
    if draw.group == CONTROL:
        return CONTROL
    if place.explored:
        return "explored"
    return "best_priority" if place.position == priced.mandatory and rank == priced.mandatory + 1 else "next_best"
