"""What the house's files say of a customer: the plain columns, which show the latent drivers only through a glass."""

from dataclasses import dataclass

import numpy as np

from features.simulator.dice import Floats, Ints, pick_rows, running, stream
from features.simulator.people import People
from features.simulator.words import CITIES

GENDERS = ("female", "male")
# By occupation: pull of age, wealth, irregular income, app use.
_OCCUPATION_PULL = np.array(
    [
        [-2.2, -0.8, 0.2, 0.6],
        [-0.2, 0.1, -0.5, 0.2],
        [-0.1, 0.0, 1.2, 0.2],
        [0.3, 0.2, -0.8, 0.0],
        [0.3, 1.3, -0.2, 0.0],
        [2.4, -0.5, -0.2, -0.6],
        [0.0, -0.7, 0.4, 0.0],
    ]
)
_OCCUPATION_BASE = np.array([-1.8, 0.6, -0.3, -0.2, -0.9, -1.6, 0.2])


@dataclass(frozen=True, slots=True)
class Profile:
    """Indices into the words, (n,) each; birth_year as it is."""

    birth_year: Ints
    gender: Ints
    occupation: Ints
    education: Ints
    city: Ints
    income_band: Ints
    value_tier: Ints
    language: Ints


def _bands(score: Floats, borders: tuple[float, ...]) -> Ints:
    return np.searchsorted(np.array(borders), score).astype(np.int64)


def draw_profile(people: People, year: int, seed: int) -> Profile:
    """year: the world's last year, from which ages count."""
    rng = stream(seed, "profile")
    drivers, count = people.drivers, people.count
    age = np.clip(np.round(40.0 + 12.0 * drivers["age"]), 18, 90).astype(np.int64)
    pull = np.stack([drivers["age"], drivers["wealth"], drivers["untidy"], drivers["app"]], axis=1)
    occupation = np.exp(_OCCUPATION_BASE + (pull[:, None, :] * _OCCUPATION_PULL[None]).sum(axis=2))
    spend = np.log(people.purchases * people.ticket)
    worth = (spend - spend.mean()) / max(float(spend.std()), 1e-9) + 0.3 * drivers["tenure"] + 0.4 * rng.standard_normal(count)
    return Profile(
        birth_year=year - age,
        gender=rng.integers(0, len(GENDERS), count),
        occupation=pick_rows(running(occupation), rng),
        education=_bands(0.6 * drivers["wealth"] - 0.3 * drivers["age"] + 0.8 * rng.standard_normal(count), (-0.9, 0.0, 1.1)),
        city=pick_rows(np.tile(np.linspace(0.1, 1.0, len(CITIES)), (count, 1)), rng),
        income_band=_bands(drivers["wealth"] + 0.35 * rng.standard_normal(count), (-1.2, -0.3, 0.7, 1.6)),
        value_tier=_bands(worth, (-0.3, 0.8, 1.8)),
        language=(rng.random(count) < 0.08).astype(np.int64),
    )
