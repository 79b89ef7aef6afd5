"""What a person is and cannot help: what fairness is asked of."""

import numpy as np

PROTECTED = ("gender", "age")
"""Names of features, by whose groups the card of a model tells its figures."""
UNSEEN_BY_LIKINGS = ("gender",)
"""Which words a person likes is never read off these."""
AGES = (25, 35, 45, 55, 65)
"""Where each age band but the first begins."""


def age_band(age: float | None) -> str | None:
    """Such as `25 to 34`; None for an age nobody knows."""
    if age is None:
        return None
    place = int(np.searchsorted(AGES, age, side="right"))
    return f"{AGES[-1]} and over" if place == len(AGES) else f"{AGES[place - 1] if place else 0} to {AGES[place] - 1}"
