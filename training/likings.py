"""Which words a person likes: by style, how much likelier a yes is than the propensity says, learned from the words of past proposals.

A ridge logistic regression per style on what is known of the customer and the talk, with the propensity's log-odds as its offset, against the same
regression of all styles together: what the propensity itself has wrong is in both, and cancels. It speaks only where the rows that follow confirm
it; with one style, or with styles that go with nobody in particular, there is none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.ahead import Ahead, log_loss_taken_off
from training.columns import ACTION, Columns
from training.propensity.design import Design
from training.propensity.ridge import ridge_logistic
from training.protected import UNSEEN_BY_LIKINGS
from training.scorer import Liking
from training.side_by_side import side_by_side

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
        if len(_styles(style)) < 2:
            return None
        design = _design(columns, x)
        return cls.drawn(design, design(x), label, style, offset, pull)

    @classmethod
    def drawn(cls, design: Design, z: Matrix, label: Matrix, style: Sequence[str | None], offset: Matrix, pull: float) -> "Likings | None":
        """The same of rows drawn already: z (n, design columns)."""
        said, styles = np.array([word or "" for word in style]), _styles(style)
        if len(styles) < 2:
            return None
        everybody = _one(z, label, offset, np.zeros(z.shape[1] + 1), pull)
        rows = [_one(z[said == word], label[said == word], offset[said == word], everybody, pull) for word in styles]
        return cls(styles, tuple(int(label[said == word].sum()) for word in styles), design, np.stack([*rows, everybody]))

    def of_one(self, row: Matrix) -> dict[str, Liking]:
        """By style, what one person likes in one talk. row: (columns,), whatever it says of the action, which is no part of the likings."""
        return dict(zip(self.styles, map(Liking, self.predict(row).tolist(), self.yes), strict=True))

    def predict(self, x: Matrix) -> Matrix:
        """(n, styles) log-odds on top of the propensity's, or (styles,) of one row."""
        return self.by_style(self.design(x))

    def by_style(self, z: Matrix) -> Matrix:
        """The same of rows drawn already: z (n, design columns)."""
        own = self.coefficients[:-1] - self.coefficients[-1]
        return np.asarray(own[:, 0] + z @ own[:, 1:].T, dtype=np.float64)

    def everybody(self, z: Matrix) -> Matrix:
        """(n,) log-odds of all styles together: the propensity's error, as these rows see it. z (n, design columns)."""
        return np.asarray(self.coefficients[-1, 0] + z @ self.coefficients[-1, 1:], dtype=np.float64)

    def of(self, style: Sequence[str | None], z: Matrix) -> Matrix:
        """(n,) log-odds of the style each row was said in; 0 for one that is not known. z (n, design columns)."""
        places = np.array([self.styles.index(word) if word in self.styles else -1 for word in style])
        return np.where(places < 0, 0.0, self.by_style(z)[np.arange(len(z)), places])

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
    if len(_styles(style)) < 2:
        return None
    gains = dict(zip(PULLS, _gains(columns, x[-len(ahead.label) :], style[-len(ahead.label) :], ahead), strict=True))
    pull = max(gains, key=lambda one: gains[one])
    return Likings.fit(columns, x, label, style, offset, pull) if gains[pull] > 0 else None


def _gains(columns: Columns, recent: Matrix, words: Sequence[str | None], ahead: Ahead) -> list[float]:
    """For each pull the log loss taken off. recent (n, columns), words (n,): the rows of `ahead`."""
    designs = {start: _design(columns, recent[:start]) for start in ahead.ends[:-1]}
    drawn = {start: (designs[start](recent[:start]), designs[start](recent[start:end])) for start, end in pairwise(ahead.ends)}

    def gain(pull: float) -> float:
        def judge(known: slice, judged: slice) -> tuple[Matrix, Matrix] | None:
            design, (z, asked) = designs[known.stop], drawn[known.stop]
            likings = Likings.drawn(design, z, ahead.label[known], words[known], ahead.score[known], pull)
            if likings is None:
                return None
            without = ahead.score[judged] + likings.everybody(asked)
            return without, without + likings.of(words[judged], asked)

        return log_loss_taken_off(ahead, judge)

    return side_by_side(gain, PULLS)


def _design(columns: Columns, x: Matrix) -> Design:
    return Design.of(x, *_shown(columns), columns.plain)


def _styles(style: Sequence[str | None]) -> tuple[str, ...]:
    """Those with answers enough."""
    said = np.array([word or "" for word in style])
    return tuple(str(word) for word in np.unique(said) if word and (said == word).sum() >= LEAST_ANSWERS)


def _one(z: Matrix, label: Matrix, offset: Matrix, start: Matrix, pull: float) -> Matrix:
    return ridge_logistic(z, label, np.ones(len(z)), pull, start, offset)
