"""The lived life as Arrow tables: exactly the columns of the event tables, and of the talk beside each proposal what was known of it then."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.events.tables import CHANNEL_EVENTS, OUTCOMES, TIERS
from features.simulator.dice import Flags, Ints, stream
from features.simulator.life import Life
from features.simulator.people import People
from features.simulator.profile import GENDERS, Profile
from features.simulator.spending import BOOKED, PAYING_CHANNELS, Bookings
from features.simulator.trail import TOPICS, Steps
from features.simulator.words import (
    ACTION_IDS,
    CHANNELS,
    CITIES,
    CURRENCY,
    DECLINE_REASONS,
    EDUCATIONS,
    INCOME_BANDS,
    LANGUAGES,
    NEEDS,
    OCCUPATIONS,
    REASONS,
    SPOKEN,
    STYLES,
)


def _words(slots: Ints, words: tuple[str, ...]) -> pa.Array:
    """Indices as their words; -1 is missing."""
    return pa.array(words, pa.string()).take(pa.array(slots, pa.int64(), mask=slots < 0))


def _times(seconds: Ints) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC"))


def _ids(letter: str, numbers: Ints, width: int) -> pa.Array:
    digits = pc.utf8_lpad(pa.array(numbers + 1, pa.int64()).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(pa.scalar(letter), digits, "")


def _customers(who: Ints) -> pa.Array:
    return _ids("c", who, 6)


def _some(values: NDArray[np.generic], kind: pa.DataType, present: Flags) -> pa.Array:
    return pa.array(values, kind, mask=~present)


def customer_rows(people: People, profile: Profile, start: int) -> pa.Table:
    """One version a customer, known from the world's start or the day the card was opened."""
    return pa.table(
        {
            "customer_id": _customers(np.arange(people.count)),
            "updated_at": _times(np.maximum(people.opened, start)),
            "birth_year": pa.array(profile.birth_year),
            "gender": _words(profile.gender, GENDERS),
            "occupation": _words(profile.occupation, OCCUPATIONS),
            "education": _words(profile.education, EDUCATIONS),
            "city": _words(profile.city, CITIES),
            "opened_on": _times(people.opened),
            "income_band": _words(profile.income_band, INCOME_BANDS),
            "value_tier": _words(profile.value_tier, TIERS),
            "language": _words(profile.language, LANGUAGES),
            "marketing_consent": pa.array(people.consent),
        }
    )


def identity_rows(people: People, start: int, seed: int) -> pa.Table:
    """A phone and a card for everybody, WeChat for those who use it. Numbers are scrambled so that they do not tell the customer number."""
    everybody = np.arange(people.count)
    rng = stream(seed, "identities")
    on_wechat = np.flatnonzero(people.drivers["wechat"] > 0)
    number = rng.permutation(people.count) * 97 + 1_003
    parts = [
        ("phone", everybody, _ids("139", number, 8)),
        ("card", everybody, _ids("622588", number[::-1], 10)),
        ("wechat", on_wechat, _ids("wx_", number[on_wechat], 9)),
    ]
    who = np.concatenate([part[1] for part in parts])
    return pa.table(
        {
            "kind": pa.array([part[0] for part in parts for _ in range(len(part[1]))], pa.string()),
            "value": pa.concat_arrays([part[2] for part in parts]),
            "customer_id": _customers(who),
            "verified_at": _times(np.maximum(people.opened[who], start)),
        }
    )


def transaction_rows(bookings: Bookings) -> pa.Table:
    return pa.table(
        {
            "transaction_id": _ids("t", np.arange(len(bookings)), 9),
            "customer_id": _customers(bookings.who),
            "occurred_at": _times(bookings.at),
            "amount": pa.array(bookings.amount),
            "currency": _words(np.zeros(len(bookings), dtype=np.int64), (CURRENCY,)),
            "category": _words(bookings.category, BOOKED),
            "channel": _words(bookings.channel, PAYING_CHANNELS),
        }
    )


def channel_event_rows(steps: Steps) -> pa.Table:
    return pa.table(
        {
            "event_id": _ids("e", np.arange(len(steps)), 9),
            "customer_id": _customers(steps.who),
            "occurred_at": _times(steps.at),
            "channel": _words(steps.channel, CHANNELS),
            "event": _words(steps.event, CHANNEL_EVENTS),
            "topic": _words(steps.topic, TOPICS),
        }
    )


def contact_rows(life: Life, rng: np.random.Generator) -> pa.Table:
    """The talks. csat and nps are rarely answered; sentiment is that of the whole talk, heard by another ear than the proposal's."""
    talks = life.talks
    count = len(talks)
    order = np.argsort(talks.at, kind="stable")
    csat = np.clip(np.round(3.4 + 1.9 * talks.mood + 0.7 * rng.standard_normal(count)), 1, 5)
    nps = np.clip(np.round(6.0 + 2.5 * talks.mood + 4.0 * (life.trust_after - 0.5) + rng.standard_normal(count)), 0, 10)
    whole = np.round(np.clip(talks.mood + 0.2 * rng.standard_normal(count), -1.0, 1.0), 2)
    agent = np.where(talks.channel == CHANNELS.index("ivr"), -1, rng.integers(0, 120, count))
    rated, scored = rng.random(count) < 0.08, rng.random(count) < 0.04
    return pa.table(
        {
            "interaction_id": _ids("i", np.arange(count), 8),
            "customer_id": _customers(talks.who),
            "started_at": _times(talks.at),
            "ended_at": _times(talks.at + talks.seconds),
            "channel": _words(talks.channel, CHANNELS),
            "direction": _words(talks.inbound.astype(np.int64), ("outbound", "inbound")),
            "contact_reason": _words(talks.reason, REASONS),
            "agent_id": _words(agent, tuple(f"a{number:03d}" for number in range(120))),
            "wait_seconds": pa.array(talks.wait),
            "transfers": pa.array(talks.transfers),
            "resolved": pa.array(talks.resolved),
            "csat": _some(csat, pa.float64(), rated),
            "nps": _some(nps, pa.float64(), scored),
            "complaint": pa.array(talks.complaint),
            "sentiment": pa.array(whole),
        }
    ).take(pa.array(order))


def _script_ids(action: Ints, style: Ints, language: Ints, channel: Ints) -> pa.Array:
    spoken = np.isin(channel, [CHANNELS.index(word) for word in SPOKEN]).astype(np.int64)
    parts = (_words(action, ACTION_IDS), _words(style, STYLES), _words(language, ("zh", "en")), _words(spoken, ("text", "voice")))
    return pc.binary_join_element_wise(*parts, "-")


def proposal_rows(life: Life, profile: Profile) -> pa.Table:
    """The proposals of the logged random policy. probability: of this action at this rank given the ranks above it; the style is uniform and apart."""
    made = life.proposals
    talk = life.talks.take(made.talk)
    rows = pa.table(
        {
            "decision_id": _ids("d", made.talk, 8),
            "action_id": _words(made.action, ACTION_IDS),
            "interaction_id": _ids("i", made.talk, 8),
            "customer_id": _customers(talk.who),
            "proposed_at": _times(made.at),
            "channel": _words(talk.channel, CHANNELS),
            "script_id": _script_ids(made.action, made.style, profile.language[talk.who], talk.channel),
            "style": _words(made.style, STYLES),
            "rank": pa.array(made.rank),
            "probability": pa.array(made.probability),
            "contact_reason": _words(talk.reason, REASONS),
            "need": _words(talk.emotion.astype(np.int64), NEEDS),
            "sentiment": pa.array(talk.sentiment),
            "direction": _words(talk.inbound.astype(np.int64), ("outbound", "inbound")),
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
            "decision_id": _ids("d", life.proposals.talk[told.proposal], 8),
            "action_id": _words(life.proposals.action[told.proposal], ACTION_IDS),
            "outcome": _words(told.outcome, OUTCOMES),
            "occurred_at": _times(told.at),
            "reason": _words(told.reason, DECLINE_REASONS),
            "value": _some(told.value, pa.float64(), ~np.isnan(told.value)),
        }
    )
