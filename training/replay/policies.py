"""Candidate policies: from a log to the probability with which each action would have been proposed in each row."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from training.errors import LogError
from training.replay.folds import folds
from training.replay.log import BanditLog
from training.replay.read_log import numbers, read_table

Matrix = NDArray[np.float64]


def uniform(log: BanditLog) -> Matrix:
    """Each candidate of a row as likely as the other. (n, actions), rows sum to 1."""
    candidates = log.candidates.astype(np.float64)
    return np.asarray(candidates / candidates.sum(axis=1, keepdims=True), dtype=np.float64)


def most_popular(log: BanditLog, seed: int = 1) -> Matrix:
    """Always the candidate with the best mean reward - as learned from the other customers of the log, so that it is not judged on what it chose by."""
    target = np.zeros_like(log.logged)
    for fold in folds(log.customer, seed):
        weight = np.where(fold.others, 1 / log.shown, 0.0)
        brought = np.bincount(log.action, weight * log.reward, minlength=len(log.actions))
        seen = np.bincount(log.action, weight, minlength=len(log.actions))
        popularity = np.divide(brought, seen, out=np.full(len(seen), -np.inf), where=seen > 0)
        target[fold.here] = best_of(np.where(log.candidates[fold.here], popularity, -np.inf))
    return target


def best_of(priority: Matrix) -> Matrix:
    """(n, actions) with a 1 at the largest priority of each row."""
    return np.asarray(np.eye(priority.shape[1])[priority.argmax(axis=1)], dtype=np.float64)


def from_file(log: BanditLog, path: Path) -> tuple[BanditLog, Matrix]:
    """Target probabilities of a file: JSON {action_id: probability}, or Parquet/CSV with action_id, probability and perhaps decision_id.

    Without decision_id the same holds in every row. Returns the log with a column for each action named. Raises LogError.
    """
    if path.suffix == ".json":
        return _everywhere(log, path, _json(path))
    table = read_table(path)
    missing = [name for name in ("action_id", "probability") if name not in table.column_names]
    if missing:
        raise LogError(f"{path}: has no column {missing[0]!r}; a candidate needs action_id, probability and perhaps decision_id.")
    if "decision_id" not in table.column_names:
        named = zip(table["action_id"].to_pylist(), numbers(path, table, "probability"), strict=True)
        return _everywhere(log, path, {str(action): float(probability) for action, probability in named})
    return _by_decision(log, path, table)


def _json(path: Path) -> Mapping[str, float]:
    try:
        return {str(action): float(probability) for action, probability in orjson.loads(path.read_bytes()).items()}
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError) as broken:
        raise LogError(f"{path}: is no JSON object of {{action_id: probability}} ({broken}).") from broken


def _everywhere(log: BanditLog, path: Path, probabilities: Mapping[str, float]) -> tuple[BanditLog, Matrix]:
    wide = log.widened(sorted(probabilities))
    row = np.array([probabilities.get(action, 0.0) for action in wide.actions])
    return wide, _checked(path, np.tile(row, (wide.rows, 1)))


def _by_decision(log: BanditLog, path: Path, table: pa.Table) -> tuple[BanditLog, Matrix]:
    if "decision_id" not in log.context.column_names:
        raise LogError(f"{path}: speaks of decisions, but the log has no column 'decision_id'; export it again.")
    wide = log.widened(sorted({str(action) for action in table["action_id"].to_pylist()}))
    slots = {action: slot for slot, action in enumerate(wide.actions)}
    rows: dict[str, list[float]] = {}
    said = zip(table["decision_id"].to_pylist(), table["action_id"].to_pylist(), numbers(path, table, "probability"), strict=True)
    for decision, action, probability in said:
        rows.setdefault(str(decision), [0.0] * len(slots))[slots[str(action)]] = float(probability)
    decisions = [str(decision) for decision in log.context["decision_id"].to_pylist()]
    lost = next((decision for decision in decisions if decision not in rows), None)
    if lost is not None:
        raise LogError(f"{path}: says nothing of decision {lost!r}, which the log holds; give every decision its probabilities.")
    return wide, _checked(path, np.array([rows[decision] for decision in decisions]))


def _checked(path: Path, target: Matrix) -> Matrix:
    wrong = np.flatnonzero((abs(target.sum(axis=1) - 1) > 1e-6) | (target < 0).any(axis=1) | ~np.isfinite(target).all(axis=1))
    if len(wrong):
        raise LogError(
            f"{path}: the probabilities of row {wrong[0] + 1} sum to {target[wrong[0]].sum():.6f} or are no probabilities; make them >= 0 and sum to 1."
        )
    return target
