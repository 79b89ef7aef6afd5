"""What the business knows of a feature before any data: which way it may move a yes. No model may say the opposite."""

from collections.abc import Sequence

from features.views import VIEWS

_SIGNS = {field.name: field.sign for view in VIEWS for field in view.fields if field.sign}


def signs_of(names: Sequence[str]) -> list[int]:
    """For each column -1 (more of it never makes a yes likelier), 1 (never less likely) or 0 (that is not known)."""
    return [_SIGNS.get(name, 0) for name in names]
