"""Why an action was proposed, or why not (D8): the funnel, the factors, what moved the propensity, the nearest change; told three ways."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan

from features.action_history import BEFORE_NUMBERS
from features.customer import NOTHING_BEFORE
from playbooks.schema.action import Action
from playbooks.schema.playbook import Playbook
from serving.decision.explanation_case import Case
from serving.decision.explanation_change import Obstacle, obstacles_of
from serving.decision.explanation_funnel import Funnel, Place, funnel_of
from serving.decision.explanation_price import Gap, Price, gap_of, price_of
from training.scorer import Scorer

TOP_FEATURES = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """A feature and how far it moved the propensity of this action, in log-odds; value is what it was, None when missing."""

    feature: str
    value: float | str | None
    log_odds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that the three tellings draw on. price, gap: None where nothing can be said of them (see price_of). moved: empty without the model of then."""

    action_id: str
    title: str
    place: Place
    won: bool
    price: Price | None
    gap: Gap | None
    moved: tuple[Moved, ...]
    obstacles: tuple[Obstacle, ...]
    funnel: Funnel


def explain(case: Case, playbook: Playbook, action: Action, scorer: Scorer | None) -> Explanation:
    """scorer is the model version of the decision, or None when it is gone. The action must be one of the decision's."""
    funnel = funnel_of(case, playbook)
    place = next(place for place in funnel.actions if place.action_id == action.action_id)
    price = price_of(case, playbook, action, scorer)
    gap = None if price is None else gap_of(case, price, action.action_id)
    moved = () if scorer is None else _moved(case, action.action_id, scorer)
    obstacles = obstacles_of(case, playbook, action)
    return Explanation(action.action_id, place.title, place, place.rank == 1, price, gap, moved, obstacles, funnel)


def _moved(case: Case, action_id: str, scorer: Scorer) -> tuple[Moved, ...]:
    values = _model_values(case, action_id)
    found = scorer.contributions(case.seen, case.talk, action_id, TOP_FEATURES)
    return tuple(Moved(name, values.get(name), moved) for name, moved in found)


def _model_values(case: Case, action_id: str) -> Mapping[str, float | str | None]:
    """The model's columns by name, as they were then, and what was known of this action."""
    seen, talk = case.seen, case.talk
    numbers = {name: None if isnan(value) else value for name, value in zip(seen.schema.numbers, seen.numbers.tolist(), strict=True)}
    spoken = {
        name: getattr(talk, name) for name in ("channel", "direction", "contact_reason", "need", "sentiment", "wait_seconds", "transfers")
    }
    before = dict(zip(BEFORE_NUMBERS, seen.before.get(action_id, NOTHING_BEFORE), strict=True))
    texts = dict(zip(seen.schema.texts, seen.texts, strict=True))
    return numbers | texts | spoken | before | {"hour": talk.at.hour, "weekday": talk.at.weekday()}
