"""The model as it is kept and served: LightGBM's text and small JSON files. No pickle."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from training.calibrator import Calibrator
from training.columns import ACTION, Columns
from training.propensity.blend import Blend
from training.scorer import Scores
from training.talk import RECENT_NUMBERS, Talk


@dataclass(frozen=True, slots=True)
class SavedScorer:
    """A Scorer over the saved files. evidence: answered proposals by action id in training.

    recent: the level of the day (RECENT_NUMBERS) where the training rows end, NaN where nobody kept it; it speaks for a talk that does not know its own.
    """

    version: str
    columns: Columns
    blend: Blend
    calibrator: Calibrator
    evidence: Mapping[str, int]
    recent: tuple[float, float]

    def predict(self, rows: pa.Table) -> NDArray[np.float64]:
        """(n,) calibrated probabilities of training rows."""
        return self.calibrator(self.blend.predict(self.columns.matrix(rows)))

    def predict_as_served(self, rows: pa.Table) -> NDArray[np.float64]:
        """The same at the model's own level of the day: the service hears of no later one."""
        for name, value in zip(RECENT_NUMBERS, self.recent, strict=True):
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(np.full(rows.num_rows, value)))
        return self.predict(rows)

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        encoded = self.encoded(customer, talk, action_ids)
        propensity = self.calibrator(self.blend.predict(encoded)) if len(action_ids) else np.empty(0)
        return Scores(propensity, np.array([self.evidence.get(action, 0) for action in action_ids], dtype=np.float64))

    def score_many(self, asked: Sequence[tuple[CustomerFeatures, Talk, Sequence[str]]]) -> list[Scores]:
        """The scores of many talks in one go, in order: the numbers of `score`, to rounding, at a fraction of the cost."""
        counts = [len(action_ids) for _, _, action_ids in asked]
        if not sum(counts):
            return [Scores(np.empty(0), np.empty(0)) for _ in asked]
        propensity = self.calibrator(self.blend.predict(np.concatenate([self.encoded(*one) for one in asked if one[2]])))
        evidence = np.array([self.evidence.get(action, 0) for _, _, action_ids in asked for action in action_ids], dtype=np.float64)
        ends = np.cumsum(counts)[:-1]
        return [Scores(*pair) for pair in zip(np.split(propensity, ends), np.split(evidence, ends), strict=True)]

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        """They add up to the calibrated log-odds, together with the action's own part and the calibrator's shift."""
        moved = self.calibrator.slope * self.blend.contributions(self.encoded(customer, talk, [action_id]))[0][:-1]
        order = np.argsort(-np.abs(moved), kind="stable")
        names = self.columns.names
        return [(names[place], float(moved[place])) for place in order if names[place] != ACTION][:top]

    def encoded(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> NDArray[np.float64]:
        """(actions, columns) as the members read them."""
        known = talk if talk.recent is not None else replace(talk, recent=self.recent)
        return self.columns.rows(customer, known, action_ids)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.blend.save(folder)
        for name, content in (
            ("columns", self.columns.to_json()),
            ("calibrator", self.calibrator.to_json()),
            ("evidence", dict(self.evidence)),
            ("recent", list(self.recent)),
        ):
            (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, version: str) -> "SavedScorer":
        """Also of an older release: without recent.json no level of the day is known, and a column that asks for it reads 'missing'."""
        columns, calibrator, evidence = (
            json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("columns", "calibrator", "evidence")
        )
        kept = folder / "recent.json"
        recent = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else (float("nan"), float("nan"))
        return cls(version, Columns.from_json(columns), Blend.load(folder), Calibrator.from_json(calibrator), evidence, tuple(recent))


def evidence_of(action_ids: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(action_ids).items()))
