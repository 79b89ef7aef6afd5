"""The moments a closed loop asks the truth about, and the talks that follow a world's end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from features.errors import FeatureError
from features.simulator.dice import Flags, Ints
from features.simulator.scenes import Scenes
from features.simulator.words import CHANNELS, NEEDS, REASONS


@dataclass(frozen=True, slots=True)
class SimMoment:
    """The scene of one proposal, with what the caller's own loop did since the world ended.

    at is aware; sentiment in [-1, 1]; wait in seconds. recent_proposals: this action presented in the 60 days before `at`;
    recent_declines: declined in the 90 days before; accepted_before: accepted in the loop (the world's own acceptances are known to it).
    """

    at: datetime
    channel: str
    contact_reason: str
    need: str
    sentiment: float
    resolved: bool
    complaint: bool = False
    wait_seconds: float = 0.0
    transfers: int = 0
    direction: str = "inbound"
    recent_proposals: float = 0.0
    recent_declines: float = 0.0
    accepted_before: bool = False


@dataclass(frozen=True, slots=True)
class SimTalk:
    """One talk after the world's end, ready to be asked a decision for."""

    customer_id: str
    moment: SimMoment


def slots(words: Sequence[str], known: tuple[str, ...], thing: str) -> Ints:
    """(n,) places of the words in `known`. Raises FeatureError naming the first unknown word."""
    unknown = sorted(set(words) - set(known))
    if unknown:
        raise FeatureError(f"truth: unknown {thing} '{unknown[0]}'; the world knows {', '.join(known)}.")
    return np.array([known.index(word) for word in words], dtype=np.int64)


def scenes_of(who: Ints, moments: Sequence[SimMoment]) -> Scenes:
    """The moments as columns; a moment lasts no time."""
    sentiment = np.array([moment.sentiment for moment in moments], dtype=np.float64)
    return Scenes(
        who=who,
        at=np.array([int(moment.at.timestamp()) for moment in moments], dtype=np.int64),
        seconds=np.zeros(len(moments), dtype=np.int64),
        channel=slots([moment.channel for moment in moments], CHANNELS, "channel"),
        inbound=_flags([moment.direction == "inbound" for moment in moments]),
        reason=slots([moment.contact_reason for moment in moments], REASONS, "contact reason"),
        emotion=slots([moment.need for moment in moments], NEEDS, "need") == NEEDS.index("emotion"),
        wait=np.array([moment.wait_seconds for moment in moments], dtype=np.float64),
        transfers=np.array([moment.transfers for moment in moments], dtype=np.int64),
        resolved=_flags([moment.resolved for moment in moments]),
        complaint=_flags([moment.complaint for moment in moments]),
        mood=sentiment,
        sentiment=sentiment,
    )


def moment_of(scenes: Scenes, row: int) -> SimMoment:
    return SimMoment(
        at=datetime.fromtimestamp(int(scenes.at[row]), UTC),
        channel=CHANNELS[scenes.channel[row]],
        contact_reason=REASONS[scenes.reason[row]],
        need=NEEDS[int(scenes.emotion[row])],
        sentiment=float(scenes.sentiment[row]),
        resolved=bool(scenes.resolved[row]),
        complaint=bool(scenes.complaint[row]),
        wait_seconds=float(scenes.wait[row]),
        transfers=int(scenes.transfers[row]),
        direction="inbound" if scenes.inbound[row] else "outbound",
    )


def _flags(values: list[bool]) -> Flags:
    return np.array(values, dtype=np.bool_)
