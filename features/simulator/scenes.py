"""The talks: why somebody calls, how long they wait, whether it is solved, and the mood it leaves."""

from dataclasses import dataclass

import numpy as np

from features.simulator.columns import Columns
from features.simulator.dice import Flags, Floats, Ints, pick_rows, sigmoid
from features.simulator.people import People
from features.simulator.words import CHANNELS, REASONS

COMPLAINT = REASONS.index("complaint")
GENERAL = REASONS.index("general")
UNHAPPY = -0.2
"""A mood below this is unhappy."""
_MEAN_WAIT = np.array([70.0, 10.0, 35.0, 12.0, 20.0, 0.0, 0.0, 15.0, 0.0, 300.0])
_HARD = np.array([0.2, 0.0, 0.3, 0.1, 0.0, 1.0, 1.4, 0.0, 0.2, 0.1, 0.6, 0.1, 0.8, 0.0])
_STIRRING = np.array([0.9, -0.4, 0.0, -0.3, -0.8, 1.4, 2.5, -0.8, -0.2, -0.2, 0.9, -0.5, 1.6, -0.6])


@dataclass(frozen=True, slots=True)
class Scenes(Columns):
    """n talks, column by column. who: customer index. at: start, seconds since 1970. channel, reason: index into the words.
    emotion: the need is a mood, not a matter. mood, sentiment in [-1, 1]: felt, and as heard at the proposal. wait in seconds.
    """

    who: Ints
    at: Ints
    seconds: Ints
    channel: Ints
    inbound: Flags
    reason: Ints
    emotion: Flags
    wait: Floats
    transfers: Ints
    resolved: Flags
    complaint: Flags
    mood: Floats
    sentiment: Floats


def draw_scenes(
    people: People, who: Ints, at: Ints, rng: np.random.Generator, *, trust: Floats, inbound: Flags, again: Ints, angry: Flags
) -> Scenes:
    """One talk for each of `who`. again: the reason of the open matter they return with, -1: a new one; angry: they return to complain."""
    count = len(who)
    channel = np.where(inbound | (rng.random(count) < 0.3), pick_rows(people.channel_sums[who], rng), CHANNELS.index("voice"))
    reason = np.where(again >= 0, again, pick_rows(people.reason_sums[who], rng))
    reason = np.where(inbound, np.where(angry, COMPLAINT, reason), GENERAL)
    hard = np.where(inbound, _HARD[reason], 0.0)
    wait = np.where(inbound, _MEAN_WAIT[channel] * rng.exponential(1.0, count) * (1.0 + 0.4 * (again >= 0)), 0.0)
    transfers = np.where(inbound, np.minimum(rng.poisson(0.12 + 0.3 * hard), 3), 0)
    resolved = ~inbound | (rng.random(count) < sigmoid(1.9 - 0.9 * hard - 0.5 * transfers - 0.3 * (again >= 0)))
    stirred = np.where(inbound, _STIRRING[reason], -1.0) - 0.6 + 0.7 * people.temper[who] + 0.8 * (again >= 0) + wait / 300.0
    emotion = rng.random(count) < sigmoid(stirred)
    felt = 0.35 + 0.5 * trust - 0.35 * transfers - wait / 400.0 - 0.7 * ~resolved - 0.45 * emotion - 0.2 * people.temper[who]
    mood = np.tanh(felt + 0.25 * rng.standard_normal(count))
    heard = np.clip(mood + 0.2 * rng.standard_normal(count), -1.0, 1.0)
    unhappy = mood < UNHAPPY
    # Two of a hundred unhappy people complain: half at once, half in a talk of its own that the life loop calls.
    complaint = (reason == COMPLAINT) | (unhappy & (rng.random(count) < 0.01))
    seconds = np.maximum(60, 180 + 120 * transfers + wait + rng.exponential(150.0, count)).astype(np.int64)
    return Scenes(
        who=who,
        at=at,
        seconds=seconds,
        channel=channel,
        inbound=inbound,
        reason=reason,
        emotion=emotion,
        wait=np.round(wait).astype(np.float64),
        transfers=transfers.astype(np.int64),
        resolved=resolved,
        complaint=complaint,
        mood=mood,
        sentiment=np.round(heard, 2),
    )
