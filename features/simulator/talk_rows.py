"""Talks, proposals and outcomes as Arrow tables: the columns of the event tables, and beside each proposal the talk as it was then."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.events.tables import OUTCOMES
from features.simulator.arrow import customers, ids, some, times, words
from features.simulator.dice import Ints
from features.simulator.life import Life
from features.simulator.profile import Profile
from features.simulator.words import ACTION_IDS, CHANNELS, DECLINE_REASONS, NEEDS, REASONS, SPOKEN, STYLES

AGENTS = tuple(f"a{number:03d}" for number in range(120))


def contact_rows(life: Life, rng: np.random.Generator) -> pa.Table:
    """The talks. csat and nps are rarely answered; sentiment is that of the whole talk, heard by another ear than the proposal's."""
    talks = life.talks
    count = len(talks)
    order = np.argsort(talks.at, kind="stable")
    csat = np.clip(np.round(3.4 + 1.9 * talks.mood + 0.7 * rng.standard_normal(count)), 1, 5)
    nps = np.clip(np.round(6.0 + 2.5 * talks.mood + 4.0 * (life.trust_after - 0.5) + rng.standard_normal(count)), 0, 10)
    whole = np.round(np.clip(talks.mood + 0.2 * rng.standard_normal(count), -1.0, 1.0), 2)
    agent = np.where(talks.channel == CHANNELS.index("ivr"), -1, rng.integers(0, len(AGENTS), count))
    rated, scored = rng.random(count) < 0.08, rng.random(count) < 0.04
    return pa.table(
        {
            "interaction_id": ids("i", np.arange(count), 8),
            "customer_id": customers(talks.who),
            "started_at": times(talks.at),
            "ended_at": times(talks.at + talks.seconds),
            "channel": words(talks.channel, CHANNELS),
            "direction": words(talks.inbound.astype(np.int64), ("outbound", "inbound")),
            "contact_reason": words(talks.reason, REASONS),
            "agent_id": words(agent, AGENTS),
            "wait_seconds": pa.array(talks.wait),
            "transfers": pa.array(talks.transfers),
            "resolved": pa.array(talks.resolved),
            "csat": some(csat, pa.float64(), rated),
            "nps": some(nps, pa.float64(), scored),
            "complaint": pa.array(talks.complaint),
            "sentiment": pa.array(whole),
        }
    ).take(pa.array(order))


def _script_ids(action: Ints, style: Ints, language: Ints, channel: Ints) -> pa.Array:
    spoken = np.isin(channel, [CHANNELS.index(word) for word in SPOKEN]).astype(np.int64)
    parts = (words(action, ACTION_IDS), words(style, STYLES), words(language, ("zh", "en")), words(spoken, ("text", "voice")))
    return pc.binary_join_element_wise(*parts, "-")


def proposal_rows(life: Life, profile: Profile) -> pa.Table:
    """The proposals of the logged random policy.

    probability: of this action at this rank, given the ranks above it; the style is uniform over the three and not part of it.
    """
    made = life.proposals
    talk = life.talks.take(made.talk)
    rows = pa.table(
        {
            "decision_id": ids("d", made.talk, 8),
            "action_id": words(made.action, ACTION_IDS),
            "interaction_id": ids("i", made.talk, 8),
            "customer_id": customers(talk.who),
            "proposed_at": times(made.at),
            "channel": words(talk.channel, CHANNELS),
            "script_id": _script_ids(made.action, made.style, profile.language[talk.who], talk.channel),
            "style": words(made.style, STYLES),
            "rank": pa.array(made.rank),
            "probability": pa.array(made.probability),
            "contact_reason": words(talk.reason, REASONS),
            "need": words(talk.emotion.astype(np.int64), NEEDS),
            "sentiment": pa.array(talk.sentiment),
            "direction": words(talk.inbound.astype(np.int64), ("outbound", "inbound")),
            "wait_seconds": pa.array(talk.wait),
            "transfers": pa.array(talk.transfers),
        }
    )
    return rows.take(pa.array(np.lexsort((made.rank, made.talk, made.at))))


def outcome_rows(life: Life, end: int) -> pa.Table:
    """What had happened by the world's end; answers that come later are not known yet."""
    told = life.outcomes.take(life.outcomes.at < end)
    told = told.take(np.lexsort((told.outcome, told.proposal, told.at)))
    return pa.table(
        {
            "decision_id": ids("d", life.proposals.talk[told.proposal], 8),
            "action_id": words(life.proposals.action[told.proposal], ACTION_IDS),
            "outcome": words(told.outcome, OUTCOMES),
            "occurred_at": times(told.at),
            "reason": words(told.reason, DECLINE_REASONS),
            "value": some(told.value, pa.float64(), ~np.isnan(told.value)),
        }
    )
