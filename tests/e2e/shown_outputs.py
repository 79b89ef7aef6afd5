"""Whether a run printed what a page shows: the same words in the same order, and numbers that are near."""

import re
from decimal import Decimal

NEAR = 0.05
"""Share by which a number may differ: another processor rounds otherwise. A version's number may not."""
_NUMBER = r"[+-]?\d[\d,]*(?:\.\d+)?"
_PIECES = re.compile(rf"(\.\.\.|{_NUMBER})")


def not_printed(shown: str, printed: str) -> list[str]:
    """The lines of `shown` that `printed` lacks; between them it may say more, and `...` stands for anything."""
    lines = iter(printed.splitlines())
    missing = []
    for line in filter(None, map(str.strip, shown.splitlines())):
        pattern, numbers = _pattern(line)
        if not any(_says(pattern, numbers, said.strip()) for said in lines):
            missing.append(line)
            lines = iter(printed.splitlines())
    return missing


def _pattern(line: str) -> tuple[re.Pattern[str], list[str]]:
    pieces = _PIECES.split(line)
    parts = [_piece(piece, marked=place % 2 == 1) for place, piece in enumerate(pieces)]
    return re.compile("".join(parts)), [piece for piece in pieces[1::2] if piece != "..."]


def _piece(text: str, *, marked: bool) -> str:
    if marked:
        return ".*?" if text == "..." else f"({_NUMBER})"
    return re.sub(r"(?:\\\s)+", r"\\s+", re.escape(text))


def _says(pattern: re.Pattern[str], numbers: list[str], said: str) -> bool:
    found = pattern.fullmatch(said)
    return found is not None and all(_near(one, other) for one, other in zip(numbers, found.groups(), strict=True))


def _near(shown: str, said: str) -> bool:
    one, other = (Decimal(number.replace(",", "")) for number in (shown, said))
    rounding = Decimal(1).scaleb(int(one.as_tuple().exponent)) / 2 if "." in shown else Decimal(0)
    return abs(one - other) <= max(abs(one) * Decimal(str(NEAR)), rounding)
