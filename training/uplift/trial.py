"""What an experiment brings to learn uplift from: who was treated by chance, and what each did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.errors import TrainingError

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """n people. x: (n, columns), missing is NaN; categorical: columns that are codes. treated: (n,) flags. outcome: (n,), 0 and 1 or money.

    chance: (n,) probability in (0, 1) of being treated, known from the experiment's design.
    """

    x: Matrix
    categorical: tuple[int, ...]
    treated: NDArray[np.bool_]
    outcome: Matrix
    chance: Matrix

    def __post_init__(self) -> None:
        if not (self.treated.any() and (~self.treated).any()):
            raise TrainingError(f"uplift: {int(self.treated.sum())} of {len(self.treated)} people are treated; both groups are needed.")
        if not ((self.chance > 0) & (self.chance < 1)).all():
            raise TrainingError(
                "uplift: a chance of treatment is not inside (0, 1); who could not be treated, or not left alone, tells nothing."
            )

    def part(self, rows: NDArray[np.bool_]) -> "Trial":
        return Trial(self.x[rows], self.categorical, self.treated[rows], self.outcome[rows], self.chance[rows])
