"""What `playcall batch` takes to score a crowd, beside LightGBM's own predict over the same customers and actions; and whether its memory grows with them."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.action_history import happened_before
from features.clock import ClockKind, open_clock
from features.compact import open_reader
from features.customer import CustomerFeatures
from features.events.lake import Lake
from features.home import Home
from playbooks.load import default_book, load_playbook
from serving.cli.benches.batch_memory import CHANNELS, in_a_process, listed, peak
from serving.cli.benches.decision import furnish
from serving.outbound.options import CHUNK
from training.registry import CHAMPION, Registry
from training.saved import SavedScorer
from training.talk import Talk
from training.together import Asked, together

HOME_CUSTOMERS, CUSTOMERS, ACTIONS, THREADS = 1_000, 100_000, 64, 2
COMPARED, LISTED = 200, (1_000, 4_000)
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Known:
    """A model, the people it learned from, and the actions: the playbook's, made up to 64 with ids the model never saw."""

    scorer: SavedScorer
    people: tuple[CustomerFeatures, ...]
    action_ids: tuple[str, ...]
    talks: tuple[Talk, ...]


def measure(train_file: Path | None, test_file: Path | None) -> dict[str, object]:  # noqa: ARG001 (the benches' one signature)
    """A model of simulated customers scores 100,000 made of their values. Takes no file."""
    with tempfile.TemporaryDirectory(prefix="playcall-bench-") as folder:
        home = Home(Path(folder) / "home")
        furnish(home, HOME_CUSTOMERS)
        return run(home, CUSTOMERS)


def run(home: Home, customers: int) -> dict[str, object]:
    """Seconds of both, chunk by chunk in turns; and megabytes above its start of a process that scores a tenth of them, and all, or makes a list."""
    known = known_of(home, HOME_CUSTOMERS)
    taken = {"ours": 0.0, "lightgbm": 0.0}
    for place, chunk in enumerate(crowd(known, customers)):
        rows = _rows(known, chunk)
        ways: list[tuple[str, Callable[[], object]]] = [
            ("ours", lambda chunk=chunk: best(known, chunk)),  # type: ignore[misc]
            ("lightgbm", lambda rows=rows: _predict(known, rows)),  # type: ignore[misc]
        ]
        for name, way in ways if place % 2 else reversed(ways):
            start = time.perf_counter()
            way()
            taken[name] += time.perf_counter() - start
    trees = sum(model.booster.num_trees() for model in known.scorer.blend.boosted)
    return {
        **{"customers": customers, "actions": ACTIONS, "columns": len(known.scorer.columns.names), "trees": trees},
        **{"tree_share": known.scorer.blend.tree_share, "own_trees": known.scorer.own is not None},
        **{f"{name}_seconds": round(seconds, 2) for name, seconds in taken.items()},
        "ratio": round(taken["ours"] / taken["lightgbm"], 3),
        "largest_difference": _apart(known),
        "scoring_megabytes": {str(count): in_a_process(scored, home, count) for count in (customers // 10, customers)},
        "list_megabytes": {str(count): in_a_process(partial(listed, HOME_CUSTOMERS), home, count) for count in LISTED},
    }


def known_of(home: Home, people: int) -> Known:
    """Members without a share are not asked, so where the trees have none they get half: their time is what is compared."""
    at = open_clock(ClockKind.DATA, Lake(home).newest_event).now()
    reader, scorer = open_reader(home), Registry(home).load(CHAMPION)
    if scorer.blend.tree_share == 0.0:
        scorer = replace(scorer, blend=replace(scorer.blend, tree_share=0.5))
    read = (reader.read(f"c{number:06d}", at) for number in range(1, people + 1))
    with_past = tuple(replace(one, before=happened_before(one.history, at)) for one in read)
    in_book = tuple(load_playbook(default_book()).actions)[:ACTIONS]
    more = tuple(f"unseen_{number}" for number in range(ACTIONS - len(in_book)))
    return Known(scorer, with_past, in_book + more, tuple(Talk(at, channel, "outbound") for channel in CHANNELS))


def crowd(known: Known, customers: int) -> Iterator[list[Asked]]:
    """Chunks as large as a batch over four channels asks for at once. Every value is somebody's, drawn anew for each customer, so no two rows are alike."""
    dice, values = np.random.default_rng(1), np.stack([one.numbers for one in known.people])
    for first in range(0, customers, CHUNK * len(CHANNELS)):
        count = min(CHUNK * len(CHANNELS), customers - first)
        drawn = dice.integers(0, len(values), (count, values.shape[1] + 1))
        numbers = values[drawn[:, 1:], np.arange(values.shape[1])]
        yield [
            (replace(known.people[who], customer_id=f"x{first + row}", numbers=numbers[row]), known.talks[row % len(CHANNELS)])
            for row, who in enumerate(drawn[:, 0].tolist())
        ]


def best(known: Known, chunk: list[Asked]) -> Vector:
    """(n,) the best propensity of each: what `playcall batch` asks of the model for a chunk, decision by decision."""
    model = together(known.scorer, chunk, known.action_ids)
    return np.array([model.score(customer, talk, known.action_ids).propensity.max() for customer, talk in chunk])


def _rows(known: Known, chunk: list[Asked]) -> Vector:
    """(n x actions, columns) as LightGBM reads them."""
    columns = known.scorer.columns
    rows = np.repeat(columns.block([one for one, _ in chunk], [known.scorer.told(talk) for _, talk in chunk]), ACTIONS, axis=0)
    codes = columns.action_codes(known.action_ids)
    rows[:, columns.action] = np.tile(np.where(codes < 0, np.nan, codes), len(chunk))
    return rows


def _predict(known: Known, rows: Vector) -> None:
    for model in known.scorer.blend.boosted:
        model.booster.predict(rows, raw_score=True, num_threads=THREADS)


def _apart(known: Known) -> float:
    """The largest difference of a propensity from that of the same customer scored alone."""
    chunk = next(crowd(known, COMPARED))
    model = together(known.scorer, chunk, known.action_ids)
    gaps = [model.score(*one, known.action_ids).propensity - known.scorer.score(*one, known.action_ids).propensity for one in chunk]
    return float(np.abs(gaps).max())


def scored(home: Home, customers: int) -> float:
    """Megabytes to score them; the result, 8 bytes a customer, is kept."""
    known, result = known_of(home, HOME_CUSTOMERS), np.zeros(customers)

    def work() -> None:
        for place, chunk in enumerate(crowd(known, customers)):
            result[place * CHUNK * len(CHANNELS) :][: len(chunk)] = best(known, chunk)

    return peak(work)
