"""Which words a person likes: by style, how much likelier a yes is than the propensity says, learned from the words of past proposals.

A ridge logistic regression per style on what is known of the customer and the talk, with the propensity's log-odds as its offset, against the same
regression of all styles together: what the propensity itself has wrong is in both, and cancels. It speaks only where the rows that follow confirm
it; with one style, or with styles that go with nobody in particular, there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.ahead import Ahead, log_loss_taken_off
from training.columns import ACTION, Columns
from training.propensity.design import Design
from training.propensity.ridge import ridge_logistic
from training.protected import UNSEEN_BY_LIKINGS
from training.scorer import Liking

Matrix = NDArray[np.float64]
PULLS = (1000.0, 300.0, 100.0)
"""How strongly coefficients are drawn to none, firmest first."""
LEAST_ANSWERS = 200
"""A style with fewer answers has no liking of its own."""


@dataclass(frozen=True, slots=True)
class Likings:
    """coefficients: (styles + 1, design columns + 1) in log-odds, intercept first, the last row of all styles together. yes: how many yeses each style was learned from."""

    styles: tuple[str, ...]
    yes: tuple[int, ...]
    design: Design
    coefficients: Matrix

    @classmethod
    def fit(cls, columns: Columns, x: Matrix, label: Matrix, style: Sequence[str | None], offset: Matrix, pull: float) -> "Likings | None":
        """x (n, columns), label (n,) of 0 and 1, style (n,) as said, offset (n,) log-odds of the propensity. None: fewer than two styles to tell apart."""
        said = np.array([word or "" for word in style])
        styles = tuple(str(word) for word in np.unique(said) if word and (said == word).sum() >= LEAST_ANSWERS)
        if len(styles) < 2:
            return None
        design = Design.of(x, *_shown(columns), columns.plain)
        z = design(x)
        everybody = _one(z, label, offset, np.zeros(z.shape[1] + 1), pull)
        rows = [_one(z[said == word], label[said == word], offset[said == word], everybody, pull) for word in styles]
        return cls(styles, tuple(int(label[said == word].sum()) for word in styles), design, np.stack([*rows, everybody]))

    def of_one(self, row: Matrix) -> dict[str, Liking]:
        """By style, what one person likes in one talk. row: (columns,), whatever it says of the action, which is no part of the likings."""
        return dict(zip(self.styles, map(Liking, self.predict(row).tolist(), self.yes), strict=True))

    def predict(self, x: Matrix) -> Matrix:
        """(n, styles) log-odds on top of the propensity's, or (styles,) of one row."""
        own = self.coefficients[:-1] - self.coefficients[-1]
        return np.asarray(own[:, 0] + self.design(x) @ own[:, 1:].T, dtype=np.float64)

    def everybody(self, x: Matrix) -> Matrix:
        """(n,) log-odds of all styles together: the propensity's error, as these rows see it."""
        return np.asarray(self.coefficients[-1, 0] + self.design(x) @ self.coefficients[-1, 1:], dtype=np.float64)

    def of(self, style: Sequence[str | None], x: Matrix) -> Matrix:
        """(n,) log-odds of the style each row was said in; 0 for one that is not known."""
        places = np.array([self.styles.index(word) if word in self.styles else -1 for word in style])
        return np.where(places < 0, 0.0, self.predict(x)[np.arange(len(x)), places])

    def to_json(self) -> dict[str, object]:
        return {
            "styles": list(self.styles),
            "yes": list(self.yes),
            "design": self.design.to_json(),
            "coefficients": self.coefficients.tolist(),
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Likings":
        design, coefficients = Design.from_json(saved["design"]), np.array(saved["coefficients"], dtype=np.float64)
        return cls(tuple(saved["styles"]), tuple(saved["yes"]), design, coefficients)


def _shown(columns: Columns) -> tuple[list[int], list[int]]:
    """Places of the numbers and of the texts that likings may read: not gender, and not the action."""
    shown = [place for place, name in enumerate(columns.names) if name not in UNSEEN_BY_LIKINGS and name != ACTION]
    first_text = len(columns.numbers)
    return [place for place in shown if place < first_text], [place for place in shown if place >= first_text]


def learn(columns: Columns, x: Matrix, label: Matrix, style: Sequence[str | None], *, ahead: Ahead, offset: Matrix) -> Likings | None:
    """The likings that the forward folds confirm, learned from all these rows; None when they lower no log loss.

    ahead: of the last rows of these; offset: (n,) log-odds of the propensity as it will be served.
    """
    gains = {pull: _gain(columns, x, style, ahead, pull) for pull in PULLS}
    pull = max(gains, key=lambda one: gains[one])
    return Likings.fit(columns, x, label, style, offset, pull) if gains[pull] > 0 else None


def _gain(columns: Columns, x: Matrix, style: Sequence[str | None], ahead: Ahead, pull: float) -> float:
    first = len(x) - len(ahead.label)
    recent, words = x[first:], style[first:]

    def judge(known: slice, judged: slice) -> tuple[Matrix, Matrix] | None:
        likings = Likings.fit(columns, recent[known], ahead.label[known], words[known], ahead.score[known], pull)
        if likings is None:
            return None
        without = ahead.score[judged] + likings.everybody(recent[judged])
        return without, without + likings.of(words[judged], recent[judged])

    return log_loss_taken_off(ahead, judge)


def _one(z: Matrix, label: Matrix, offset: Matrix, start: Matrix, pull: float) -> Matrix:
    return ridge_logistic(z, label, np.ones(len(z)), pull, start, offset)
