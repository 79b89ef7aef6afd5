"""Many customers scored together: the numbers that `SavedScorer.score` gives one by one, worked out a block of customers at a time.

A block is always as large, so that its numbers are the same to the last bit however many threads or machines share the blocks.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from training.saved import SavedScorer
from training.scorer import Gain, Liking, Scorer, Scores
from training.talk import Talk

Matrix = NDArray[np.float64]
Asked = tuple[CustomerFeatures, Talk]
BLOCK = 256
"""Customers: few enough that what is in between stays in the processor's cache, many enough that Python's own time does not count."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a model says of n customers, each in a talk. propensity (n, actions); liked (n, styles) log-odds, no columns where it knows of no likings."""

    propensity: Matrix
    liked: Matrix


def score_crowd(scorer: SavedScorer, asked: Sequence[Asked], action_ids: Sequence[str], threads: int | None = None) -> Crowd:
    """Every customer under every action; action_ids: each once. threads: default one a processor."""
    crowd = Crowd(np.empty((len(asked), len(action_ids))), np.empty((len(asked), len(_styles(scorer)))))

    def fill(start: int) -> None:
        stop = min(start + BLOCK, len(asked))
        block = _block(scorer, asked[start:stop], action_ids)
        crowd.propensity[start:stop], crowd.liked[start:stop] = block.propensity, block.liked

    with ThreadPoolExecutor(threads or os.cpu_count()) as pool:
        for _ in pool.map(fill, range(0, len(asked), BLOCK)):
            pass
    return crowd


def _block(scorer: SavedScorer, asked: Sequence[Asked], action_ids: Sequence[str]) -> Crowd:
    columns = scorer.columns
    codes = columns.action_codes(action_ids)
    x = columns.block([customer for customer, _ in asked], [scorer.told(talk) for _, talk in asked])
    on_top = np.zeros((len(asked), len(codes)))
    if scorer.fatigue is not None:
        on_top = scorer.fatigue.of_many([customer.before for customer, _ in asked], action_ids)
    if scorer.own is not None:
        on_top += scorer.own.crowd(x, columns.action, codes, action_ids)
    said = np.empty((len(asked), len(codes)))
    stale = np.array([scorer.is_stale(talk) for _, talk in asked])
    for mine in (~stale, stale):
        if mine.any():
            blend, calibrator = scorer.speaker(asked[int(np.argmax(mine))][1])
            said[mine] = calibrator(blend.crowd(x[mine], columns.action, codes), on_top[mine])
    return Crowd(said, np.empty((len(asked), 0)) if scorer.likings is None else scorer.likings.predict(x))


def _styles(scorer: SavedScorer) -> tuple[str, ...]:
    return () if scorer.likings is None else scorer.likings.styles


class Together:
    """A Scorer that has worked out beforehand what it will be asked; what it was not told of it asks the model."""

    def __init__(self, scorer: SavedScorer, asked: Sequence[Asked], action_ids: Sequence[str]) -> None:
        self._scorer, self._crowd = scorer, score_crowd(scorer, asked, action_ids)
        self._row = {(customer.customer_id, talk): row for row, (customer, talk) in enumerate(asked)}
        self._column = {action_id: column for column, action_id in enumerate(action_ids)}
        self._evidence = np.array([scorer.evidence.get(action_id, 0) for action_id in action_ids], dtype=np.float64)

    @property
    def version(self) -> str:
        return self._scorer.version

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        row = self._row.get((customer.customer_id, talk))
        columns = [self._column.get(action_id, -1) for action_id in action_ids]
        if row is None or -1 in columns:
            return self._scorer.score(customer, talk, action_ids)
        likings = self._likings(row) if columns else {}
        return Scores(self._crowd.propensity[row, columns], self._evidence[columns], likings, self._gains(customer, talk, action_ids))

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        return self._scorer.contributions(customer, talk, action_id, top)

    def _gains(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Mapping[str, Gain]:
        """One by one: few models have any, and few actions."""
        gains, columns = self._scorer.gains, self._scorer.columns
        return {} if gains is None else gains.of_one(columns.row(customer, self._scorer.told(talk)), action_ids)

    def _likings(self, row: int) -> Mapping[str, Liking]:
        likings = self._scorer.likings
        return {} if likings is None else dict(zip(likings.styles, map(Liking, self._crowd.liked[row].tolist(), likings.yes), strict=True))


def together(scorer: Scorer, asked: Sequence[Asked], action_ids: Sequence[str]) -> Scorer:
    """The model, asked of all of these at once where it can be; one of another make is asked one by one."""
    return Together(scorer, asked, action_ids) if isinstance(scorer, SavedScorer) else scorer
