"""The card as Markdown a person reads, and the part of it that is written when somebody promotes."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from training.adversarial import DATED
from training.card.figures import Card
from training.evaluation.groups import LEAST_ANSWERS, Answered

CARD = "card.md"
SIGNED = "\n## Who promoted it, and why\n\n"
_PARTS = (("promoted", "Promoted"), ("withdrawn", "Rolled back"))
_FAR = 2.0
"""Standard errors between said and seen from which a group is marked."""


def card_in_words(card: Card) -> str:
    """Everything but the version, which the registry gives later. Nobody has promoted it yet."""
    parts = [_origin(card), _features(card), _metrics(card), _calibration(card), _fairness(card), _likings(card), _own(card), _marks(card)]
    return "# Model card: propensity\n\n" + "\n".join(parts) + with_signatures("", {})


def with_signatures(text: str, tags: Mapping[str, str]) -> str:
    """The card with what the registry knows of its promotion. tags: promoted_at, promoted_by, ... of the version."""
    lines = [_signature(tags, what, word) for what, word in _PARTS if f"{what}_at" in tags]
    return text.split(SIGNED, maxsplit=1)[0] + SIGNED + ("\n".join(lines) if lines else "Nobody yet: it was never champion.") + "\n"


def _signature(tags: Mapping[str, str], what: str, word: str) -> str:
    test = f" Test: {tags['promoted_test']}." if what == "promoted" and "promoted_test" in tags else ""
    by, reason = _line(tags.get(f"{what}_by", "somebody who gave no name")), _line(tags.get(f"{what}_reason", "no reason was given"))
    return f"- {word} at {tags[f'{what}_at']} by {by}: {reason}.{test}"


def _line(said: str) -> str:
    return " ".join(said.split())


def _origin(card: Card) -> str:
    told = "\n".join(f"- {name}: {value}" for name, value in card.origin.items())
    return (
        "The probability that a customer accepts an action if it is proposed in this talk. It ranks what an agent may propose; it decides nothing about a person.\n\n"
        f"## Data\n\n{card.learned:,} labelled proposals from {card.first:%Y-%m-%d} to {card.middle:%Y-%m-%d} to learn from, "
        f"the {card.judged:,} after them to {card.last:%Y-%m-%d} to be judged by. The control group is in neither.\n\n{told}\n"
    )


def _features(card: Card) -> str:
    rows = ((name, f"{moved:.3f}") for name, moved in card.strongest.items())
    head = f"## Features\n\n{card.numbers + card.texts}: {card.numbers} numbers and {card.texts} texts. The strongest on the judged proposals:\n\n"
    return head + _table(("feature", "moves the log-odds by"), rows)


def _metrics(card: Card) -> str:
    rows = ((name, f"{value:.4f}") for name, value in card.metrics.items())
    parts = [f"## How it does on the newest slice\n\n{_table(('measure', 'value'), rows)}"]
    parts += [f"By {by}:\n\n{_groups(card, by)}" for by in ("channel", "tier", "kind")]
    return "\n".join(parts)


def _calibration(card: Card) -> str:
    rows = ((str(place), f"{said:.3f}", f"{seen:.3f}") for place, (said, seen) in enumerate(card.reliability, 1))
    return f"## Calibration\n\nThe judged proposals by tenth, lowest probability first:\n\n{_table(('tenth', 'said', 'seen'), rows)}"


def _fairness(card: Card) -> str:
    moved = ", ".join(f"{name} ({value:.3f})" for name, value in card.protected.items()) or "neither"
    return (
        f"## Fairness\n\nOf gender and age the model reads: {moved}; in brackets, what it moves the log-odds by. A star: said and seen are more than two "
        f"standard errors apart.\n\n{_groups(card, 'gender')}\n{_groups(card, 'age')}"
    )


def _likings(card: Card) -> str:
    if not card.likings:
        return "## Words\n\nNo likings: no style of words was found to go with anybody in particular.\n"
    learned = ", ".join(f"{style} ({yes:,})" for style, yes in card.likings.items())
    return f"## Words\n\nWhich style a person likes is known from the yeses to each: {learned}. It moves the words, never the propensity.\n"


def _own(card: Card) -> str:
    if not card.own:
        return "## Actions of their own\n\nNone: for every action the common model does best on the rows that follow.\n"
    return f"## Actions of their own\n\n{_table(('action', 'trees beside the common model'), card.own.items())}"


def _marks(card: Card) -> str:
    if not card.dated:
        return f"## Drift marks\n\nNo column told the newest quarter from the others with an area of {DATED} or more.\n"
    rows = ((name, f"{auc:.3f}") for name, auc in card.dated)
    head = f"## Drift marks\n\nThese columns tell the newest quarter from the others (area from {DATED} on); half of the model does without them:\n\n"
    return head + _table(("column", "adversarial area"), rows)


def _groups(card: Card, by: str) -> str:
    groups = card.of(by)
    if not groups:
        return f"No {by} with {LEAST_ANSWERS} answers of both kinds.\n"
    head = (by, "answers", "seen", "said", "said - seen", "calibration error", "AUC")
    rows = (
        (one.name, f"{one.answers:,}", f"{one.seen:.3f}", f"{one.said:.3f}", _gap(one), f"{one.calibration_error:.3f}", f"{one.auc:.3f}")
        for one in groups
    )
    rest = card.judged - sum(one.answers for one in groups)
    few = (
        f"Of the {card.judged:,} judged, {rest:,} are of a {by} with fewer than {LEAST_ANSWERS} answers or one kind of answer, or say none."
    )
    return f"{_table(head, rows)}\n{few}\n"


def _gap(group: Answered) -> str:
    gap, error = group.said - group.seen, np.sqrt(group.seen * (1 - group.seen) / group.answers)
    return f"{gap:+.3f} ± {error:.3f}" + (" *" if abs(gap) > _FAR * error else "")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
