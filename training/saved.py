"""The model as it is kept and served: LightGBM's text and three small JSON files. No pickle."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.customer import CustomerFeatures
from training.calibrator import Calibrator
from training.columns import ACTION, Columns
from training.propensity.boosting import Boosting
from training.scorer import Scores
from training.talk import Talk


@dataclass(frozen=True, slots=True)
class SavedScorer:
    """A Scorer over the saved files. evidence: answered proposals by action id in training."""

    version: str
    columns: Columns
    boosting: Boosting
    calibrator: Calibrator
    evidence: Mapping[str, int]

    def predict(self, rows: pa.Table) -> NDArray[np.float64]:
        """(n,) calibrated probabilities of training rows."""
        return self.calibrator(self.boosting.predict(self.columns.matrix(rows)))

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        encoded = self.columns.rows(customer, talk, action_ids)
        propensity = self.calibrator(self.boosting.predict(encoded)) if len(action_ids) else np.empty(0)
        return Scores(propensity, np.array([self.evidence.get(action, 0) for action in action_ids], dtype=np.float64))

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        moved = self.boosting.contributions(self.columns.rows(customer, talk, [action_id]))[0][:-1]
        order = np.argsort(-np.abs(moved), kind="stable")
        names = self.columns.names
        return [(names[place], float(moved[place])) for place in order if names[place] != ACTION][:top]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.boosting.save(folder / "model.txt")
        for name, content in (
            ("columns", self.columns.to_json()),
            ("calibrator", self.calibrator.to_json()),
            ("evidence", dict(self.evidence)),
        ):
            (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, version: str) -> "SavedScorer":
        columns, calibrator, evidence = (
            json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("columns", "calibrator", "evidence")
        )
        boosting = Boosting.load(folder / "model.txt")
        return cls(version, Columns.from_json(columns), boosting, Calibrator.from_json(calibrator), evidence)


def evidence_of(action_ids: Sequence[str]) -> dict[str, int]:
    return dict(sorted(Counter(action_ids).items()))
