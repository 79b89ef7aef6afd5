"""`valid: {from, until}` of an action, an article or an SOP."""

from datetime import datetime

from playbooks.reading.fields import Fields


def read_validity(fields: Fields) -> tuple[datetime | None, datetime | None]:
    """The first moment and the first one after it; None, None when it is absent. A day alone counts whole, in the book's zone."""
    inner = fields.table("valid")
    if inner is None:
        return None, None
    begin, end = inner.moment("from"), inner.moment("until", end_of_day=True)
    inner.done()
    if begin is not None and end is not None and begin >= end:
        inner.report("until", "ends before it begins", "set until after from")
    return begin, end
