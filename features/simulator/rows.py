"""People, purchases and channel steps as Arrow tables: exactly the columns of the event tables."""

import numpy as np
import pyarrow as pa

from features.events.tables import CHANNEL_EVENTS, TIERS
from features.simulator.arrow import customers, ids, times, words
from features.simulator.dice import stream
from features.simulator.people import People
from features.simulator.profile import GENDERS, Profile
from features.simulator.spending import BOOKED, PAYING_CHANNELS, Bookings
from features.simulator.trail import TOPICS, Steps
from features.simulator.words import CHANNELS, CITIES, CURRENCY, EDUCATIONS, INCOME_BANDS, LANGUAGES, OCCUPATIONS


def customer_rows(people: People, profile: Profile, start: int) -> pa.Table:
    """One version a customer, known from the world's start or the day the card was opened."""
    return pa.table(
        {
            "customer_id": customers(np.arange(people.count)),
            "updated_at": times(np.maximum(people.opened, start)),
            "birth_year": pa.array(profile.birth_year),
            "gender": words(profile.gender, GENDERS),
            "occupation": words(profile.occupation, OCCUPATIONS),
            "education": words(profile.education, EDUCATIONS),
            "city": words(profile.city, CITIES),
            "opened_on": times(people.opened),
            "income_band": words(profile.income_band, INCOME_BANDS),
            "value_tier": words(profile.value_tier, TIERS),
            "language": words(profile.language, LANGUAGES),
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
        ("phone", everybody, ids("139", number, 8)),
        ("card", everybody, ids("622588", number[::-1], 10)),
        ("wechat", on_wechat, ids("wx_", number[on_wechat], 9)),
    ]
    who = np.concatenate([part[1] for part in parts])
    return pa.table(
        {
            "kind": pa.array([part[0] for part in parts for _ in range(len(part[1]))], pa.string()),
            "value": pa.concat_arrays([part[2] for part in parts]),
            "customer_id": customers(who),
            "verified_at": times(np.maximum(people.opened[who], start)),
        }
    )


def transaction_rows(bookings: Bookings) -> pa.Table:
    return pa.table(
        {
            "transaction_id": ids("t", np.arange(len(bookings)), 9),
            "customer_id": customers(bookings.who),
            "occurred_at": times(bookings.at),
            "amount": pa.array(bookings.amount),
            "currency": words(np.zeros(len(bookings), dtype=np.int64), (CURRENCY,)),
            "category": words(bookings.category, BOOKED),
            "channel": words(bookings.channel, PAYING_CHANNELS),
        }
    )


def channel_event_rows(steps: Steps) -> pa.Table:
    return pa.table(
        {
            "event_id": ids("e", np.arange(len(steps)), 9),
            "customer_id": customers(steps.who),
            "occurred_at": times(steps.at),
            "channel": words(steps.channel, CHANNELS),
            "event": words(steps.event, CHANNEL_EVENTS),
            "topic": words(steps.topic, TOPICS),
        }
    )
