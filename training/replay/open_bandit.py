"""The Open Bandit Dataset as our logs: a fashion shop's recommendations, drawn uniformly and by Thompson sampling. Saito et al. (2020)."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from training.errors import LogError
from training.replay.estimate import Estimate
from training.replay.log import BanditLog
from training.replay.replay import Replayed, replay

_COLUMNS = ["item_id", "position", "click", "propensity_score", *(f"user_feature_{number}" for number in range(4))]


@dataclass(frozen=True, slots=True)
class Checked:
    """A campaign's Thompson policy as the uniform log sees it, beside the clicks it really got."""

    replayed: Replayed
    really: Estimate


def campaign_files(folder: Path) -> dict[str, Path]:
    """The logs of a folder (or the one file) by campaign. Raises LogError when there is none."""
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.csv*"))
    found = {path.name.split(".")[0]: path for path in files if "item_context" not in path.name}
    if not found:
        raise LogError(
            f"{folder}: holds no campaign log (men.csv.gz or the like); give the folder 'random' or 'bts' of the Open Bandit Dataset."
        )
    return found


def check(uniform: Path, thompson: Path, seed: int = 1) -> Checked:
    """Estimate the Thompson policy from the uniform log; compare with its own log's clicks per impression. Raises LogError.

    The policy is known by what it did: how often it put an item on a position, over the days of the log.
    """
    drawn, did = _read(uniform), _read(thompson)
    items = int(max(drawn["item_id"].to_numpy().max(), did["item_id"].to_numpy().max())) + 1
    log = _log(drawn, items)
    target = _policy(did, items)[drawn["position"].to_numpy() - 1]
    return Checked(replay(log, target, seed=seed), Estimate.of_mean(did["click"].to_numpy().astype(np.float64)))


def _read(path: Path) -> pa.Table:
    try:
        return pacsv.read_csv(path, convert_options=pacsv.ConvertOptions(include_columns=_COLUMNS))
    except (OSError, pa.ArrowInvalid, pa.ArrowKeyError) as broken:
        raise LogError(f"{path}: is no log of the Open Bandit Dataset ({broken}).") from broken


def _log(table: pa.Table, items: int) -> BanditLog:
    """Every item may stand on every position; with uniform drawing each as likely as the one that was shown."""
    shown = table["propensity_score"].to_numpy()
    logged = np.repeat(shown[:, None], items, axis=1)
    action, reward = table["item_id"].to_numpy().astype(np.intp), table["click"].to_numpy().astype(np.float64)
    context = table.drop_columns(["item_id", "click", "propensity_score"])
    return BanditLog(tuple(str(item) for item in range(items)), action, reward, logged, np.arange(table.num_rows), context)


def _policy(table: pa.Table, items: int) -> NDArray[np.float64]:
    """(positions, items) shares."""
    position, item = table["position"].to_numpy() - 1, table["item_id"].to_numpy()
    counts = np.zeros((int(position.max()) + 1, items))
    np.add.at(counts, (position, item), 1)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True), dtype=np.float64)
