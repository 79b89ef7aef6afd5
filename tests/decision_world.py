"""A small world to decide in: books, customers and models made by hand, the ports as plain fakes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import numpy as np

from features.customer import CustomerFeatures, FeatureSchema, HistoryEvent
from features.errors import OnlineStoreError
from playbooks.errors import RenderError
from playbooks.expression import compile_expression
from playbooks.schema.action import Action
from playbooks.schema.playbook import Channel, Experiment, Group, Playbook
from playbooks.schema.policy import ContactPolicy, EngagementPolicy, Target, Weight
from playbooks.schema.script import Script, Step
from playbooks.schema.words import ActionClass, ActionKind, Level, Medium, PolicyStage, Stage
from serving.decision.book import CompiledBook
from serving.decision.decide import Decider, Models
from serving.decision.moment import Agent, Moment, Scene
from serving.decision.record import Decision
from serving.errors import RecordError
from training.scorer import Scores
from training.talk import Talk

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
SCHEMA = FeatureSchema(
    ("marketing_consent", "opted_out", "age", "spend_90d", "dissatisfaction", "multichannel", "app_events_30d"), ("value_tier",)
)
NO_EXPERIMENT = Experiment(control_share=0.0, challenger_share=0.0, exploration_share=0.0)


def script(action_id: str, **changes: Any) -> Script:
    made = Script(
        f"{action_id}-warm-en", action_id, frozenset(), "en", "warm", None, (Step(Stage.PROPOSE, f"Try {action_id}", 3.0),), (), "t.yaml:1"
    )
    return replace(made, **changes)


def action(action_id: str, **changes: Any) -> Action:
    made = Action(
        action_id=action_id,
        kind=ActionKind.SELL,
        group="things",
        action_class=ActionClass.PROMOTIONAL,
        title={"en": action_id.replace("_", " "), "zh-CN": action_id},
        value=100.0,
        cost=1.0,
        valid_from=None,
        valid_until=None,
        certificates=frozenset(),
        response_window=timedelta(days=7),
        starting_propensity=None,
        evidence_weight=None,
        accept_label={"en": "Yes"},
        decline_label={"en": "No"},
        decline_reasons=(),
        disclosures=(),
        excludes=frozenset(),
        members=(),
        scripts=(script(action_id),),
        place=f"{action_id}.yaml:1",
    )
    return replace(made, **changes)


def service(action_id: str, **changes: Any) -> Action:
    return action(action_id, **{"kind": ActionKind.SERVE, "action_class": ActionClass.TRANSACTIONAL, "group": "service", **changes})


HELP = service("help", value=1.0, cost=0.0)


def book(actions: Sequence[Action], **changes: Any) -> Playbook:
    """The actions and, unless it is among them, the fallback `help`."""
    every = {made.action_id: made for made in (*actions, *(() if any(a.action_id == "help" for a in actions) else (HELP,)))}
    made = Playbook(
        playbook_id="test",
        version="v1",
        title={"en": "Test"},
        timezone="Asia/Shanghai",
        currency="CNY",
        languages=("zh-CN", "en"),
        styles=("warm", "concise", "expert"),
        channels={name: Channel(name, medium, cost, "help") for name, medium, cost in CHANNELS},
        groups={name: Group(name, {"en": name}, 0.1, 50.0) for name in {made.group for made in every.values()}},
        actions=every,
        contact_reasons={},
        facts={},
        certificates=frozenset({"credit"}),
        decline_reasons={},
        disclosures={"rate": {"en": "The yearly rate is 12 %"}},
        engagement_policies=(),
        contact_policies=(),
        levers=(),
        context_weights=(),
        phrases=(),
        articles={},
        sops={},
        openings=(),
        closings=(),
        experiment=NO_EXPERIMENT,
    )
    return replace(made, **changes)


CHANNELS = (("voice", Medium.VOICE, 6.0), ("app", Medium.TEXT, 0.0), ("wechat", Medium.TEXT, 0.0))


def policy(when: str, policy_id: str = "p", **changes: Any) -> EngagementPolicy:
    made = EngagementPolicy(
        policy_id, PolicyStage.ELIGIBILITY, Target(), compile_expression(when, "t.yaml:1"), {"en": f"not {policy_id}"}, "t.yaml:1"
    )
    return replace(made, **changes)


def limit(**changes: Any) -> ContactPolicy:
    """At most 3 impressions in 7 days, then 10 days off."""
    made = ContactPolicy(
        policy_id="tired",
        target=Target(),
        outcomes=frozenset({"presented"}),
        level=Level.ACTION,
        one_channel=False,
        window=timedelta(days=7),
        count=3,
        pause=timedelta(days=10),
        reason={"en": "seen often"},
        place="t.yaml:1",
    )
    return replace(made, **changes)


def weight(percent: float, when: str | None = None, **target: frozenset[str]) -> Weight:
    return Weight(Target(**target), percent, None if when is None else compile_expression(when, "t.yaml:1"), "t.yaml:1")


def told(outcome: str, action_id: str = "a", ago: timedelta = timedelta(days=1), **changes: Any) -> HistoryEvent:
    made = HistoryEvent(f"d-{ago}-{action_id}", action_id, outcome, "voice", AT - ago)
    return replace(made, **changes)


def customer(history: Sequence[HistoryEvent] = (), known: bool = True, schema: FeatureSchema = SCHEMA, **values: Any) -> CustomerFeatures:
    values = {"marketing_consent": 1.0, **values} if known else values
    numbers = np.array([values.get(name, np.nan) for name in schema.numbers], dtype=np.float64)
    return CustomerFeatures("c1", known, schema, numbers, tuple(values.get(name) for name in schema.texts), tuple(history))


@dataclass
class Reader:
    """Everybody is like this one customer; broken: the store is away."""

    who: CustomerFeatures
    broken: bool = False

    @property
    def schema(self) -> FeatureSchema:
        return self.who.schema

    def read(self, customer_id: str, at: datetime) -> CustomerFeatures:
        if self.broken:
            raise OnlineStoreError("online.db: cannot be read; start the store")
        return replace(self.who, customer_id=customer_id)


@dataclass
class Live:
    events: tuple[HistoryEvent, ...] = ()
    broken: bool = False

    def recent(self, tenant: str, customer_id: str) -> Sequence[HistoryEvent]:
        if self.broken:
            raise RecordError("records.db: cannot be read; start the store")
        return self.events


@dataclass
class TableScorer:
    """Propensities by action; evidence is the same for all that are in the table."""

    table: Mapping[str, float]
    evidence: float = 1e12
    version: str = "7"
    asked: list[Talk] = field(default_factory=list)

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        self.asked.append(talk)
        known = [name in self.table for name in action_ids]
        return Scores(
            np.array([self.table.get(name, 0.5) for name in action_ids]), np.array([self.evidence if there else 0.0 for there in known])
        )

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        return [("spend_90d", 0.4)]


class PlainRenderer:
    """Text as it stands; `{name}` is a variable that must be known."""

    def variables(self, script: Script) -> frozenset[str]:
        return frozenset(part.split("}")[0] for step in script.steps for part in step.text.split("{")[1:])

    def render(self, script: Script, values: Mapping[str, object], **_: object) -> list[tuple[str, str, float]]:
        missing = sorted(name for name in self.variables(script) if name not in values)
        if missing:
            raise RenderError(f"{script.place}: {missing[0]} is not known")
        rendered = []
        for step in script.steps:
            text = step.text
            for name in self.variables(script):
                text = text.replace("{" + name + "}", str(values[name]))
            rendered.append((step.stage.value, text, step.seconds))
        return rendered


def moment(**changes: Any) -> Moment:
    """An inbound call whose matter is solved."""
    made = Moment(
        tenant="t",
        interaction_id="i1",
        customer_id="c1",
        channel="app",
        direction="inbound",
        at=AT,
        language="en",
        scene=Scene(resolved=True),
        agent=Agent("g1"),
    )
    return replace(made, **changes)


@dataclass
class World:
    """One tenant; `decide` asks for one decision."""

    playbook: Playbook
    who: CustomerFeatures = field(default_factory=customer)
    champion: Any = None
    challenger: Any = None
    stale: bool = False
    live: Live = field(default_factory=Live)
    store_broken: bool = False
    first_id: int = 1

    def __post_init__(self) -> None:
        compiled = CompiledBook.of(self.playbook, self.who.schema, PlainRenderer())
        numbers = count(self.first_id)
        self.decider = Decider(
            lambda tenant: compiled,
            Reader(self.who, self.store_broken),
            lambda: Models(self.champion, self.challenger, self.stale),
            self.live,
            lambda: f"d{next(numbers)}",
        )

    def decide(self, **changes: Any) -> Decision:
        return self.decider.decide(moment(**changes))


def shown(decision: Decision) -> list[str]:
    return [card.action_id for card in decision.actions]


def fell(decision: Decision, action_id: str) -> tuple[str, str]:
    """Stage and policy by which an action fell."""
    return next((notice.stage, notice.policy_id) for notice in decision.withheld if notice.action_id == action_id)
