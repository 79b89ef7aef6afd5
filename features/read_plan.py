"""Where each stored row goes in the vector, worked out once and not per read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.customer import FeatureSchema
from features.errors import OnlineStoreError
from features.identities import IDENTITIES
from features.past import HISTORY, PERSON, TRAIL
from features.row_codec import Kind, Layout, text_reader
from features.row_store import ReadRow, RowStore, StoredView
from features.views import VIEWS
from features.views.view import Dtype, View

NOT_STORED = -1
NO_FEATURES = (HISTORY, TRAIL, IDENTITIES, PERSON)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """One view's part of the vector. fill puts a row's values there."""

    ttl_us: int | None
    numbers: slice
    texts: slice
    fill: Callable[[bytes, Numbers, list[str | None]], None]


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """made_for: the views as they were declared then. places: by (view, layout) of a stored row. others: views that are no features of this project. history, trail, person: their views."""

    made_for: tuple[StoredView, ...]
    schema: FeatureSchema
    defaults: Numbers
    places: Mapping[tuple[int, int], Place]
    others: frozenset[int]
    history: int
    trail: int
    person: int

    def vector(self, found: Sequence[ReadRow], now_us: int) -> tuple[Numbers, tuple[str | None, ...], bool]:
        """The numbers, the texts, and whether any feature row was there. A value past its time-to-live is missing, not a default."""
        numbers, known = self.defaults.copy(), False
        words: list[str | None] = [None] * len(self.schema.texts)
        for view, layout, event_us, row in found:
            place = self.places.get((view, layout))
            if place is None:
                continue
            known = True
            if place.ttl_us is None or now_us - event_us <= place.ttl_us:
                place.fill(row, numbers, words)
            else:
                numbers[place.numbers] = np.nan
        return numbers, tuple(words), known


def layout_of(view: View) -> Layout:
    kinds = tuple(Kind.DOUBLE if field.dtype is Dtype.NUMBER else Kind.TEXT for field in view.fields)
    return Layout(tuple(field.name for field in view.fields), kinds, tuple(field.default for field in view.fields))


def first_plan(rows: RowStore, project: str) -> ReadPlan:
    """The plan to begin with. A server that does not answer yet must not stop the start: until it does, the plan is that of VIEWS."""
    try:
        return make_plan(rows, project)
    except OnlineStoreError:
        if not rows.may_come_back:
            raise
        return _plan_of((), {}, {}, ())


def make_plan(rows: RowStore, project: str) -> ReadPlan:
    """The plan for the views the store holds now; for an empty store, that of VIEWS."""
    return _plan_of(rows.views(project), rows.layouts(), rows.layout_owners(), rows.all_views())


def _plan_of(stored: Sequence[StoredView], layouts: Mapping[int, Layout], owners: Mapping[int, int], all_views: Sequence[int]) -> ReadPlan:
    past = {view.name: view.view for view in stored if view.name in NO_FEATURES}
    features = [view for view in stored if view.name not in past]
    shown = [layouts[view.layout] for view in features] or [layout_of(view) for view in VIEWS]
    schema = FeatureSchema(_names(shown, Kind.DOUBLE), _names(shown, Kind.TEXT))
    defaults = [layout.defaults[place] if layout.defaults else None for layout in shown for place in layout.doubles]
    places = dict(_places(features, layouts, owners, schema))
    others = frozenset(all_views) - {view for view, _ in places}
    vector = np.array([np.nan if default is None else default for default in defaults])
    return ReadPlan(tuple(stored), schema, vector, places, others, *(past.get(name, NOT_STORED) for name in (HISTORY, TRAIL, PERSON)))


def _names(layouts: Sequence[Layout], wanted: Kind) -> tuple[str, ...]:
    return tuple(name for layout in layouts for name, kind in zip(layout.names, layout.kinds, strict=True) if kind is wanted)


def _places(
    views: Sequence[StoredView], layouts: Mapping[int, Layout], owners: Mapping[int, int], schema: FeatureSchema
) -> list[tuple[tuple[int, int], Place]]:
    places, number, text = [], 0, 0
    for view in views:
        current = layouts[view.layout]
        numbers = slice(number, number := number + len(current.doubles))
        texts = slice(text, text := text + len(current.varying))
        for layout in (name for name, owner in owners.items() if owner == view.view):
            fill = _current(current, numbers, texts) if layout == view.layout else _older(layouts[layout], schema)
            places.append(((view.view, layout), Place(view.ttl_us, numbers, texts, fill)))
    return places


def _current(layout: Layout, numbers: slice, texts: slice) -> Callable[[bytes, Numbers, list[str | None]], None]:
    start, count, read_texts, has_texts = layout.null_bytes, len(layout.doubles), text_reader(layout), bool(layout.varying)

    def fill(row: bytes, into: Numbers, words: list[str | None]) -> None:
        into[numbers] = np.frombuffer(row, "<f8", count, start)
        if has_texts:
            words[texts] = read_texts(row)

    return fill


def _older(layout: Layout, schema: FeatureSchema) -> Callable[[bytes, Numbers, list[str | None]], None]:
    """A row written before the view's fields changed: its values go where their names stand now."""
    number_slots, text_slots = schema.number_slots(), schema.text_slots()

    def fill(row: bytes, into: Numbers, words: list[str | None]) -> None:
        for name, value in zip(layout.names, layout.decode(row), strict=True):
            if name in number_slots and not isinstance(value, str | bytes):
                into[number_slots[name]] = np.nan if value is None else float(value)  # type: ignore[arg-type]
            elif name in text_slots and isinstance(value, str):
                words[text_slots[name]] = value

    return fill
