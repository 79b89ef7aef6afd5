"""The playbook: the versioned whole of what one tenant may say and do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playbooks.schema.action import Action
from playbooks.schema.knowledge import Article, Sop
from playbooks.schema.phrase import Phrase
from playbooks.schema.policy import ContactPolicy, EngagementPolicy, Weight
from playbooks.schema.variable import STANDARD_VARIABLES, Variable
from playbooks.schema.words import Medium, Text


@dataclass(frozen=True, slots=True)
class Channel:
    """cost is money per contact; fallback names the action that answers when nothing is allowed.

    public: others can read along, so a customer's name is never said there.
    """

    channel: str
    medium: Medium
    cost: float
    fallback: str
    public: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Actions that belong together, perhaps inside a wider group.

    A new action borrows starting propensity (in [0, 1]) and evidence weight (answered proposals) from here.
    """

    group: str
    title: Text
    starting_propensity: float
    evidence_weight: float
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ContactReason:
    """Why a customer contacts us, with the words that give it away, by language.

    casual: a question by the way, which opens no matter and takes no other reason's place.
    """

    contact_reason: str
    title: Text
    keywords: Mapping[str, tuple[str, ...]]
    casual: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the customer says that a policy may use. type is number, text or flag."""

    name: str
    type: str
    unit: str
    title: Text


@dataclass(frozen=True, slots=True)
class Experiment:
    """Shares in [0, 1]; each has its own salt."""

    control_share: float = 0.02
    challenger_share: float = 0.1
    exploration_share: float = 0.1


@dataclass(frozen=True, slots=True)
class Playbook:
    """Everything is looked up by id; order in the tuples is the order of the files."""

    playbook_id: str
    version: str
    title: Text
    timezone: str
    currency: str
    languages: tuple[str, ...]
    styles: tuple[str, ...]
    channels: Mapping[str, Channel]
    groups: Mapping[str, Group]
    actions: Mapping[str, Action]
    contact_reasons: Mapping[str, ContactReason]
    facts: Mapping[str, Fact]
    certificates: frozenset[str]
    decline_reasons: Mapping[str, Text]
    disclosures: Mapping[str, Text]
    engagement_policies: tuple[EngagementPolicy, ...]
    contact_policies: tuple[ContactPolicy, ...]
    levers: tuple[Weight, ...]
    context_weights: tuple[Weight, ...]
    phrases: tuple[Phrase, ...]
    articles: Mapping[str, Article]
    sops: Mapping[str, Sop]
    openings: tuple["Greeting", ...]
    closings: tuple["Greeting", ...]
    experiment: Experiment = field(default_factory=Experiment)
    need_words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=lambda: dict(STANDARD_VARIABLES))


@dataclass(frozen=True, slots=True)
class Greeting:
    """An opening or closing with character (S4): by brand, channels and season (month-day from .. until, inclusive), one language each."""

    channels: frozenset[str]
    language: str
    brand: str
    season_from: str | None
    season_until: str | None
    text: str
    place: str
