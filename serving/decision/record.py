"""The decision as it is kept and shown: one ranking, immutable."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from features.customer import CustomerFeatures
from serving.decision.moment import Scene


@dataclass(frozen=True, slots=True)
class Components:
    """The factors of the priority: propensity x context x value x lever - cost."""

    propensity: float
    context: float
    value: float
    lever: float
    cost: float


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownStep:
    stage: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A wording is being tried in this talk. script_id: that of the wording on trial; arm: `trial` heard it, `standing` the script in place; share: of customers."""

    script_id: str
    arm: str
    share: float


@dataclass(frozen=True, slots=True)
class ShownScript:
    """trial: the trial of a wording this customer takes part in, None where none runs. style_probability: the logged probability with which this style was chosen among those there were; wording_probability: this wording among those of the style.

    liking: how many times likelier than the propensity says a yes is in this style, as far as the model knows.
    """

    script_id: str
    language: str
    style: str
    steps: tuple[ShownStep, ...]
    disclosures: tuple[str, ...]
    spoken_seconds: float
    style_probability: float = 1.0
    wording_probability: float = 1.0
    liking: float = 1.0
    trial: Trial | None = None


@dataclass(frozen=True, slots=True)
class Incremental:
    """holdout: the share in [0, 1] of customers from whom the action is held back. uplift in [0, 1]: what the proposal adds to the chance of the action's goal; it stands in the priority in place of the propensity. None: no model tells, and the propensity decides."""

    holdout: float
    uplift: float | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One ranked action with its script. probability is the logged probability of standing at this rank; evidence is E of the contract. incremental: of an action that has it in the playbook."""

    rank: int
    action_id: str
    kind: str
    group: str
    title: str
    accept_label: str
    decline_label: str
    propensity: float
    value: float
    cost: float
    priority: float
    components: Components
    evidence: float
    probability: float
    explored: bool
    reasons: tuple[Reason, ...]
    script: ShownScript
    incremental: Incremental | None = None

    @property
    def chance(self) -> float:
        """What its priority was made of: the uplift where a model tells one, else the propensity."""
        uplift = None if self.incremental is None else self.incremental.uplift
        return self.propensity if uplift is None else uplift


@dataclass(frozen=True, slots=True)
class Withheld:
    """An action that fell, by which policy, at which stage, and until when if that is known."""

    action_id: str
    stage: str
    policy_id: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldBack(Withheld):
    """It would have been on a card and was held back by chance alone. share: in [0, 1], of the customers to whom that happens."""

    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything that reached arbitration, best priority first (mandatory before all), in columns of equal length: action_ids and the factors.

    Kept whole so that a decision can be explained and replayed: what lost, and by how much. Money is in the tenant's currency.
    mandatory: how many of the first were placed on top; exploration_share: of the draws that the playbook gave to chance.
    uplift: what stood in the priority in place of the propensity, None where that did; empty: it did everywhere.
    """

    action_ids: tuple[str, ...] = ()
    propensity: tuple[float, ...] = ()
    context: tuple[float, ...] = ()
    value: tuple[float, ...] = ()
    lever: tuple[float, ...] = ()
    cost: tuple[float, ...] = ()
    priority: tuple[float, ...] = ()
    evidence: tuple[float, ...] = ()
    mandatory: int = 0
    exploration_share: float = 0.0
    uplift: tuple[float | None, ...] = ()

    def chance(self, position: int) -> float:
        """What the priority at this position was made of: the uplift where that decided, else the propensity."""
        uplift = self.uplift[position] if self.uplift else None
        return self.propensity[position] if uplift is None else uplift


@dataclass(frozen=True, slots=True)
class Bundle:
    """Actions that go together. joint_propensity: probability in [0, 1] that all are accepted, under the named assumption."""

    action_ids: tuple[str, ...]
    joint_propensity: float
    assumption: str


@dataclass(frozen=True, slots=True)
class Decision:
    """group is champion, challenger or control; unit is (customer, month) on every record.

    features: what the book's conditions read, by dotted name, a missing value None. bundle: the personal bundle, None with fewer than two parts.
    certificates: what the agent could show. seen: the customer as the model saw them, kept so that a propensity can be explained later.
    """

    decision_id: str
    tenant: str
    interaction_id: str
    customer_id: str
    channel: str
    direction: str
    language: str
    agent_id: str | None
    decided_at: datetime
    expires_at: datetime
    playbook_version: str
    model_versions: Mapping[str, str]
    scene: Scene
    group: str
    unit: str
    actions: tuple[Shown, ...]
    withheld: tuple[Withheld, ...]
    degraded: tuple[str, ...] = ()
    features: Mapping[str, float | str | None] = field(default_factory=dict)
    ranking: Ranking = field(default_factory=Ranking)
    bundle: Bundle | None = None
    certificates: frozenset[str] = frozenset()
    seen: CustomerFeatures | None = field(default=None, compare=False)
