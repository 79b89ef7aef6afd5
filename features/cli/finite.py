"""Numbers of options: "nan" is one to Python, and lies inside every range that asks whether it is outside."""

from math import isfinite
from typing import Any

import click


class Finite(click.FloatRange):
    """A range of numbers that are numbers."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{number} is no finite number.", param, ctx)
        return number
