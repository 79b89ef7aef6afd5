"""The moment a decision is asked for: the talk, the scene around it, and who is on the line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """speaker is customer or agent. Only the customer's words trigger."""

    speaker: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Scene:
    """contact reason, need (issue or emotion), need level, sentiment in [-1, 1], resolved, facts the customer stated. None is unknown."""

    contact_reason: str | None = None
    need: str | None = None
    need_level: str | None = None
    sentiment: float | None = None
    resolved: bool | None = None
    complaint: bool = False
    facts: Mapping[str, float | str | bool] = field(default_factory=dict)
    utterances: tuple[Utterance, ...] = ()


@dataclass(frozen=True, slots=True)
class Agent:
    """experience is newcomer or expert; None is unknown and treated as neither. outside: of another company, so names are masked (T2)."""

    agent_id: str | None = None
    certificates: frozenset[str] = frozenset()
    experience: str | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long the customer waited (seconds) and was passed on before now, and how long the queue for a transfer would be (seconds)."""

    wait_seconds: float | None = None
    transfers: int | None = None
    estimated_wait_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything one decision depends on besides what the stores know. `answered` are actions answered with yes or no in this interaction: off for the rest of it.

    customer_known: whether somebody owns the identity (a keyed hash) the caller was known by; None, the desk named the customer.
    """

    tenant: str
    interaction_id: str
    customer_id: str
    channel: str
    direction: str
    at: datetime
    language: str
    limit: int = 3
    scene: Scene = field(default_factory=Scene)
    agent: Agent = field(default_factory=Agent)
    contact: Waiting = field(default_factory=Waiting)
    answered: frozenset[str] = frozenset()
    customer_known: bool = True
    identity: str | None = None

    @property
    def matter_open(self) -> bool:
        """A matter is open when resolved is false, or when there is a contact reason on an inbound talk and nobody has said that it is resolved (D1)."""
        if self.scene.resolved is not None:
            return not self.scene.resolved
        return self.direction == "inbound" and self.scene.contact_reason is not None
