"""The model as it is kept and served: LightGBM's text and small JSON files. No pickle."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.action_history import BEFORE_NUMBERS
from features.customer import CustomerFeatures
from features.moments import naive_utc
from training.calibrator import Calibrator
from training.columns import ACTION, Columns
from training.fatigue import Fatigue
from training.likings import Likings
from training.propensity.blend import Blend
from training.propensity.own import OWN, Own
from training.scorer import Scores
from training.talk import RECENT_NUMBERS, Talk
from training.uplift.gains import FOLDER, Gains

UNTOLD = "untold"
"""The folder, beside the other files, of the members that do without the level of the day."""
FATIGUE, LIKINGS = "fatigue.json", "likings.json"
_UNCORRECTED = Calibrator(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class SavedScorer:
    """A Scorer over the saved files. evidence: answered proposals by action id in training.

    recent: the level of the day (RECENT_NUMBERS) where the training rows end, NaN where nobody kept it; it speaks for a talk that does not know its own.
    fatigue: with what was proposed before; None where the tables tell of none.
    own: trees that answer for some actions on top of the common members; None where no action has them.
    likings: of styles of words; None where they go with nobody in particular.
    gains: what proposing adds, of the actions an experiment of theirs showed it for; None where of none.
    untold: speaks instead where the level moves: for a talk from `stale_from` (aware) on that does not know its own. None: the level hardly moves.
    """

    version: str
    columns: Columns
    blend: Blend
    calibrator: Calibrator
    evidence: Mapping[str, int]
    recent: tuple[float, float]
    untold: Blend | None = None
    stale_from: datetime | None = None
    fatigue: Fatigue | None = None
    likings: Likings | None = None
    own: Own | None = None
    gains: Gains | None = None

    def predict(self, rows: pa.Table) -> NDArray[np.float64]:
        """(n,) calibrated probabilities of training rows."""
        encoded = self.columns.matrix(rows)
        return self.calibrator(self.blend.predict(encoded), self._on_top(rows, encoded))

    def gains_of(self, rows: pa.Table, action_id: str) -> tuple[str, NDArray[np.float64]] | None:
        """(goal, (n,) uplift) of training rows; None where no uplift of this action was kept."""
        return None if self.gains is None else self.gains.of_rows(self.columns.matrix(rows), action_id)

    def predict_as_served(self, rows: pa.Table, at: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """The same when the service hears of no later level than the model's own; at: (n,) UTC, when each was proposed."""
        for name, value in zip(RECENT_NUMBERS, self.recent, strict=True):
            rows = rows.set_column(rows.column_names.index(name), name, pa.array(np.full(rows.num_rows, value)))
        told = np.ones(len(at), dtype=np.bool_) if self.stale_from is None else at < np.datetime64(naive_utc(self.stale_from))
        encoded = self.columns.matrix(rows)
        return self._said(encoded, told, self._on_top(rows, encoded))

    def score(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> Scores:
        if not action_ids:
            return Scores(np.empty(0), np.empty(0))
        row, codes = self.columns.row(customer, self.told(talk)), self.columns.action_codes(action_ids)
        blend, calibrator = self.speaker(talk)
        on_top = np.zeros(len(codes)) if self.fatigue is None else self.fatigue.of(customer.before, action_ids)
        if self.own is not None:
            on_top += self.own.candidates(row, self.columns.action, codes, action_ids)
        propensity = calibrator(blend.candidates(row, self.columns.action, codes), on_top)
        evidence = np.array([self.evidence.get(action, 0) for action in action_ids], dtype=np.float64)
        likings = {} if self.likings is None else self.likings.of_one(row)
        return Scores(propensity, evidence, likings, {} if self.gains is None else self.gains.of_one(row, action_ids))

    def speaker(self, talk: Talk) -> tuple[Blend, Calibrator]:
        """Who answers for this talk. The untold members are not corrected: no fold has judged them."""
        if self.untold is None or not self.is_stale(talk):
            return self.blend, self.calibrator
        return self.untold, _UNCORRECTED

    def is_stale(self, talk: Talk) -> bool:
        """Whether the level this model knows is too old for a talk that does not know its own."""
        return self.stale_from is not None and talk.recent is None and talk.at >= self.stale_from

    def _on_top(self, rows: pa.Table, encoded: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) log-odds of training rows for what was proposed before, and of the actions' own trees."""
        before, on_top = before_of(rows), np.zeros(rows.num_rows)
        if self.fatigue is not None and before is not None:
            on_top += self.fatigue(before, rows[ACTION].to_pylist())
        if self.own is not None:
            on_top += self.own(encoded, rows[ACTION].to_pylist())
        return on_top

    def _said(self, encoded: NDArray[np.float64], told: NDArray[np.bool_], on_top: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) probabilities of (n, columns); told (n,) whether the level in the row is one to go by; on_top (n,) log-odds."""
        if self.untold is None or told.all():
            return self.calibrator(self.blend.predict(encoded), on_top)
        said = np.empty(len(encoded))
        for mine, blend, calibrator in ((told, self.blend, self.calibrator), (~told, self.untold, _UNCORRECTED)):
            if mine.any():
                said[mine] = calibrator(blend.predict(encoded[mine]), on_top[mine])
        return said

    def contributions(self, customer: CustomerFeatures, talk: Talk, action_id: str, top: int = 5) -> list[tuple[str, float]]:
        """They add up to the calibrated log-odds, together with the action's own part and the calibrator's shift."""
        blend, calibrator = self.speaker(talk)
        encoded = self.encoded(customer, talk, [action_id])
        moved = calibrator.slope * blend.contributions(encoded)[0][:-1]
        if self.own is not None:
            moved += self.own.contributions(encoded, action_id)[:-1]
        names = self.columns.names
        if self.fatigue is not None:
            moved = np.concatenate([moved, self.fatigue.of_one(customer.before, action_id)])
            names = (*names, *BEFORE_NUMBERS)
        order = np.argsort(-np.abs(moved), kind="stable")
        return [(names[place], float(moved[place])) for place in order if names[place] != ACTION][:top]

    def encoded(self, customer: CustomerFeatures, talk: Talk, action_ids: Sequence[str]) -> NDArray[np.float64]:
        """(actions, columns) as the members read them."""
        return self.columns.rows(customer, self.told(talk), action_ids)

    def told(self, talk: Talk) -> Talk:
        """The talk with a level of the day: its own, or the model's."""
        return talk if talk.recent is not None else replace(talk, recent=self.recent)

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
        if self.fatigue is not None:
            (folder / FATIGUE).write_text(json.dumps(self.fatigue.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
        if self.likings is not None:
            (folder / LIKINGS).write_text(json.dumps(self.likings.to_json()), encoding="utf-8")
        if self.own is not None:
            self.own.save(folder)
        if self.gains is not None:
            self.gains.save(folder)
        if self.untold is not None and self.stale_from is not None:
            (folder / UNTOLD).mkdir()
            self.untold.save(folder / UNTOLD)
            (folder / UNTOLD / "stale_from.json").write_text(json.dumps(self.stale_from.isoformat()), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, version: str) -> "SavedScorer":
        """Also of an older release: without recent.json no level of the day is known, and a column that asks for it reads 'missing'."""
        columns, calibrator, evidence = (
            json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("columns", "calibrator", "evidence")
        )
        kept = folder / "recent.json"
        recent = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else (float("nan"), float("nan"))
        scorer = cls(version, Columns.from_json(columns), Blend.load(folder), Calibrator.from_json(calibrator), evidence, tuple(recent))
        if (folder / FATIGUE).exists():
            scorer = replace(scorer, fatigue=Fatigue.from_json(json.loads((folder / FATIGUE).read_text(encoding="utf-8"))))
        if (folder / LIKINGS).exists():
            scorer = replace(scorer, likings=Likings.from_json(json.loads((folder / LIKINGS).read_text(encoding="utf-8"))))
        if (folder / OWN).exists():
            scorer = replace(scorer, own=Own.load(folder))
        if (folder / FOLDER).exists():
            scorer = replace(scorer, gains=Gains.load(folder))
        stale_from = folder / UNTOLD / "stale_from.json"
        if not stale_from.exists():
            return scorer
        return replace(scorer, untold=Blend.load(folder / UNTOLD), stale_from=datetime.fromisoformat(json.loads(stale_from.read_text())))


def before_of(rows: pa.Table) -> NDArray[np.float64] | None:
    """(n, 3) as `Before` of training rows; None where they do not tell."""
    if not set(BEFORE_NUMBERS) <= set(rows.column_names):
        return None
    return np.column_stack([rows[name].to_numpy() for name in BEFORE_NUMBERS])


def evidence_of(action_ids: pa.ChunkedArray) -> dict[str, int]:
    counted = {one["values"]: one["counts"] for one in action_ids.value_counts().to_pylist()}
    return dict(sorted(counted.items()))
